package net.viaduct.io.linux;

import java.util.HashMap;
import java.util.Map;
import net.viaduct.io.IoFailure;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import org.jspecify.annotations.Nullable;

/**
 * What an errno of sending means for a frame. Owned by the thread that sends. What has no meaning
 * of its own goes to the log of distinct errors; allocates only at the first time of each.
 */
final class SendErrors {
  private static final int HIGHEST_ERRNO = 133;

  private final @Nullable IoFailure[] failures = new IoFailure[HIGHEST_ERRNO + 1];
  private final Map<String, IoFailure> refusals = new HashMap<>();
  private final DistinctErrors errors;
  private final String call;

  /**
   * The errors of one device.
   *
   * @param call what is tried when it fails: {@code send to vm1}
   */
  SendErrors(DistinctErrors errors, String call) {
    this.errors = errors;
    this.call = call;
  }

  /**
   * What became of a frame.
   *
   * @param errno negative, as our calls return it
   */
  SendResult resultOf(int errno) {
    return switch (-errno) {
      case ErrorNumber.EAGAIN, ErrorNumber.ENOBUFS, ErrorNumber.ENOMEM -> SendResult.FULL;
      case ErrorNumber.EMSGSIZE -> SendResult.TOO_BIG;
      case ErrorNumber.EIO,
          ErrorNumber.ENXIO,
          ErrorNumber.ENODEV,
          ErrorNumber.EBADFD,
          ErrorNumber.ENETDOWN,
          ErrorNumber.ENETUNREACH,
          ErrorNumber.EHOSTDOWN,
          ErrorNumber.EHOSTUNREACH ->
          SendResult.UNREACHABLE;
      default -> {
        record(-errno);
        yield SendResult.FAILED;
      }
    };
  }

  /**
   * Records that frames cannot be sent for what they are.
   *
   * @param explanation one of a few constants
   */
  SendResult refused(String explanation) {
    IoFailure failure = refusals.get(explanation);
    if (failure == null) {
      failure = ErrorNumber.failure(call, ErrorNumber.EINVAL, explanation);
      refusals.put(explanation, failure);
    }
    errors.record(failure);
    return SendResult.FAILED;
  }

  /** Records what keeps from sending as well as possible. */
  void record(IoFailure failure) {
    errors.record(failure);
  }

  private void record(int errno) {
    int at = Math.clamp(errno, 0, HIGHEST_ERRNO);
    IoFailure failure = failures[at];
    if (failure == null) {
      failure = ErrorNumber.failure(call, errno);
      failures[at] = failure;
    }
    errors.record(failure);
  }
}
