package net.viaduct.controller.etcd;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import net.viaduct.controller.store.StoreFailure;

/** What etcd answers when it does not do something, by code and words. Stateless. */
final class EtcdRefusals {
  private EtcdRefusals() {}

  /**
   * Whether another member, or the same one later, may do it. What gRPC says of a connection that
   * ends is UNAVAILABLE mostly, but UNKNOWN or INTERNAL if it ends at the wrong moment.
   */
  static boolean isPassing(StatusRuntimeException refusal) {
    return switch (refusal.getStatus().getCode()) {
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED, ABORTED, UNKNOWN, INTERNAL -> true;
      case FAILED_PRECONDITION -> words(refusal).contains("not leader");
      case RESOURCE_EXHAUSTED -> words(refusal).contains("too many requests");
      default -> false;
    };
  }

  /** Whether a revision is asked for that was compacted away. */
  static boolean isForgotten(StatusRuntimeException refusal) {
    return refusal.getStatus().getCode() == Status.Code.OUT_OF_RANGE
        && words(refusal).contains("compacted");
  }

  /** Whether a revision is asked for that was not yet. */
  static boolean isFuture(StatusRuntimeException refusal) {
    return refusal.getStatus().getCode() == Status.Code.OUT_OF_RANGE
        && words(refusal).contains("future");
  }

  /** Whether there is no room; what was asked for may be done all the same. */
  static boolean isFull(StatusRuntimeException refusal) {
    return words(refusal).contains("space exceeded");
  }

  /** In words that tell an operator what can be done. */
  static StoreFailure failure(StatusRuntimeException refusal) {
    String words = words(refusal);
    String told = words;
    if (words.contains("too many operations")) {
      told =
          "the change has more parts than etcd takes at once: start it with a larger --max-txn-ops";
    } else if (words.contains("too large") || words.contains("larger than max")) {
      told = "the change is larger than etcd takes: start it with a larger --max-request-bytes";
    } else if (isFull(refusal)) {
      told =
          "its database is full, nothing was changed: see 'etcdctl alarm list',"
              + " --quota-backend-bytes";
    }
    return new StoreFailure("etcd refuses: " + told, refusal);
  }

  /** What it says, and what is behind that. */
  static String words(StatusRuntimeException refusal) {
    String description = refusal.getStatus().getDescription();
    String told = description == null ? refusal.getStatus().getCode().name() : description;
    Throwable cause = refusal.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause == null || cause.getMessage() == null ? told : told + ": " + cause.getMessage();
  }
}
