package net.viaduct.controller.etcd;

import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.etcd.CompactionRequest;
import net.viaduct.etcd.RangeRequest;

/**
 * Which revisions etcd can still be asked for. It does not tell; but it refuses what it has
 * compacted, whoever did that. Safe from any thread.
 */
final class EtcdHistory {
  /** The revision of an etcd in which nothing ever was. */
  private static final long FIRST = 1;

  private final EtcdMembers members;
  private final EtcdKeys keys;

  /** Nothing before it is known any more. */
  private final AtomicLong lowerBound = new AtomicLong(FIRST);

  EtcdHistory(EtcdMembers members, EtcdKeys keys) {
    this.members = members;
    this.keys = keys;
  }

  long newest() {
    try {
      return members.ask(member -> member.range(lookAt(0))).getHeader().getRevision();
    } catch (StatusRuntimeException refusal) {
      throw EtcdRefusals.failure(refusal);
    }
  }

  private RangeRequest lookAt(long revision) {
    return RangeRequest.newBuilder()
        .setKey(keys.of(""))
        .setCountOnly(true)
        .setRevision(revision)
        .build();
  }

  long oldest() {
    long low = lowerBound.get();
    if (isKnown(low)) {
      return low;
    }
    long high = newest();
    while (high - low > 1) { // low is forgotten, high is known
      long middle = low + (high - low) / 2;
      if (isKnown(middle)) {
        high = middle;
      } else {
        low = middle;
      }
    }
    lowerBound.accumulateAndGet(high, Math::max);
    return high;
  }

  /** Whether a revision that was can still be asked for. */
  private boolean isKnown(long revision) {
    try {
      members.ask(member -> member.range(lookAt(revision)));
      return true;
    } catch (StatusRuntimeException refusal) {
      if (EtcdRefusals.isForgotten(refusal)) {
        return false;
      }
      throw EtcdRefusals.failure(refusal);
    }
  }

  /**
   * Nothing, if a revision can be asked for.
   *
   * @throws HistoryGone if not
   */
  void requireKnown(long revision) {
    try {
      if (revision >= FIRST) {
        members.ask(member -> member.range(lookAt(revision)));
        return;
      }
    } catch (StatusRuntimeException refusal) {
      throw failure(refusal, revision);
    }
    throw new HistoryGone(revision, oldest(), newest());
  }

  /** What a refusal means to whoever asked for a revision. */
  RuntimeException failure(StatusRuntimeException refusal, long revision) {
    return EtcdRefusals.isForgotten(refusal) || EtcdRefusals.isFuture(refusal)
        ? new HistoryGone(revision, oldest(), newest())
        : EtcdRefusals.failure(refusal);
  }

  void forgetBefore(long revision) {
    CompactionRequest request =
        CompactionRequest.newBuilder().setRevision(Math.min(revision, newest())).build();
    try {
      members.ask(member -> member.compact(request));
    } catch (StatusRuntimeException refusal) {
      if (!EtcdRefusals.isForgotten(refusal)) { // by another controller, or we asked twice
        throw EtcdRefusals.failure(refusal);
      }
    }
  }
}
