package net.viaduct.controller.etcd;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import net.viaduct.etcd.Compare;
import net.viaduct.etcd.DeleteRangeRequest;
import net.viaduct.etcd.KeyValue;
import net.viaduct.etcd.PutRequest;
import net.viaduct.etcd.RangeRequest;
import net.viaduct.etcd.RangeResponse;
import net.viaduct.etcd.RequestOp;
import net.viaduct.etcd.ResponseOp;
import net.viaduct.etcd.TxnRequest;
import net.viaduct.etcd.TxnResponse;

/**
 * Commits one transaction after the other, each once, though etcd may be asked several times: who
 * asks a member that is killed gets no answer, and cannot know whether the others have carried it
 * out. So each transaction also writes its number to a key that is this slot's alone, and depends
 * on the revision in which that key was written last. What comes a second time finds its own number
 * there; what comes late finds another revision, and changes nothing. Used by one thread at a time.
 */
final class CommitSlot {
  private final EtcdMembers members;
  private final EtcdKeys keys;
  private final ByteString mark;
  private long markModified;
  private boolean isMarkAsExpected;
  private int attempts;
  private long number;

  CommitSlot(EtcdMembers members, EtcdKeys keys, ByteString mark) {
    this.members = members;
    this.keys = keys;
    this.mark = mark;
  }

  Outcome commit(Transaction transaction) {
    ByteString mine = ByteString.copyFromUtf8(String.valueOf(++number));
    attempts = 0;
    while (true) {
      TxnResponse response;
      try {
        response = ask(request(transaction, mine));
      } catch (StatusRuntimeException refusal) {
        return madeThough(refusal, mine);
      }
      Optional<Outcome> done = lookAtMark(response, mine);
      if (done.isPresent()) {
        return done.get();
      }
      if (isMarkAsExpected) {
        Condition untrue = untrue(transaction.conditions(), response.getResponsesList());
        return attempts == 1 ? new Outcome.Refused(untrue) : fenceOff(mine, untrue);
      }
    }
  }

  /**
   * Looks whether etcd has made a change of which it says that it has no room for it: it says so
   * before and after (quotaApplierV3 in server/etcdserver/apply).
   */
  private Outcome madeThough(StatusRuntimeException refusal, ByteString mine) {
    if (EtcdRefusals.isFull(refusal)) {
      RangeRequest look = RangeRequest.newBuilder().setKey(mark).build();
      for (KeyValue last : members.ask(member -> member.range(look)).getKvsList()) {
        if (last.getValue().equals(mine)) {
          markModified = last.getModRevision();
          return new Outcome.Committed(markModified);
        }
      }
    }
    throw EtcdRefusals.failure(refusal);
  }

  /** Tells whether the transaction of this number is done, and learns when the mark was written. */
  private Optional<Outcome> lookAtMark(TxnResponse response, ByteString mine) {
    if (response.getSucceeded()) {
      markModified = response.getHeader().getRevision();
      return Optional.of(new Outcome.Committed(markModified));
    }
    KeyValue last = markIn(response);
    isMarkAsExpected = last.getModRevision() == markModified;
    markModified = last.getModRevision();
    return last.getValue().equals(mine) // the answer was lost, not the change
        ? Optional.of(new Outcome.Committed(markModified))
        : Optional.empty();
  }

  /** The mark as etcd saw it when it refused; an empty one if it was never written. */
  private static KeyValue markIn(TxnResponse refused) {
    RangeResponse found = refused.getResponses(0).getResponseRange();
    return found.getKvsCount() == 0 ? KeyValue.getDefaultInstance() : found.getKvs(0);
  }

  /**
   * Makes sure that no earlier attempt comes late, when its conditions may have become true, and
   * does what this one tells that it has not done.
   */
  private Outcome fenceOff(ByteString mine, Condition untrue) {
    ByteString fence = mine.concat(ByteString.copyFromUtf8(" refused"));
    while (true) {
      TxnResponse response;
      try {
        response = ask(bare(fence).build());
      } catch (StatusRuntimeException refusal) {
        throw EtcdRefusals.failure(refusal);
      }
      if (response.getSucceeded()) {
        markModified = response.getHeader().getRevision();
        return new Outcome.Refused(untrue);
      }
      Optional<Outcome> done = lookAtMark(response, mine);
      if (done.isPresent()) {
        return done.get();
      }
      if (markIn(response).getValue().equals(fence)) {
        return new Outcome.Refused(untrue);
      }
    }
  }

  private TxnResponse ask(TxnRequest request) {
    try {
      return members.ask(member -> {
        attempts++;
        return member.txn(request);
      });
    } catch (StoreFailure silence) {
      throw new StoreFailure(silence.getMessage() + "; the change may still be made", silence);
    }
  }

  /** Writes the mark, if nobody has done so since. */
  private TxnRequest.Builder bare(ByteString value) {
    return TxnRequest.newBuilder()
        .addCompare(
            Compare.newBuilder()
                .setKey(mark)
                .setTarget(Compare.CompareTarget.MOD)
                .setModRevision(markModified))
        .addSuccess(
            RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(mark).setValue(value)))
        .addFailure(look(RangeRequest.newBuilder().setKey(mark)));
  }

  private TxnRequest request(Transaction transaction, ByteString mine) {
    TxnRequest.Builder request = bare(mine);
    for (Condition condition : transaction.conditions()) {
      request.addCompare(compare(condition)).addFailure(look(range(condition)));
    }
    transaction.operations().stream().map(this::operation).forEach(request::addSuccess);
    return request.build();
  }

  private static RequestOp.Builder look(RangeRequest.Builder range) {
    return RequestOp.newBuilder().setRequestRange(range);
  }

  private Compare compare(Condition condition) {
    Compare.Builder compare = Compare.newBuilder();
    return switch (condition) {
      case Condition.Unchanged it ->
          compare
              .setKey(keys.of(it.key()))
              .setTarget(Compare.CompareTarget.MOD)
              .setModRevision(it.modified())
              .build();
      case Condition.Exists it ->
          compare
              .setKey(keys.of(it.key()))
              .setTarget(Compare.CompareTarget.VERSION)
              .setResult(Compare.CompareResult.GREATER)
              .setVersion(0)
              .build();
      case Condition.NoneBelow it ->
          compare
              .setKey(keys.of(it.prefix()))
              .setRangeEnd(keys.endOf(it.prefix()))
              .setTarget(Compare.CompareTarget.VERSION)
              .setVersion(0)
              .build();
    };
  }

  private RangeRequest.Builder range(Condition condition) {
    RangeRequest.Builder range = RangeRequest.newBuilder().setKeysOnly(true).setLimit(1);
    return switch (condition) {
      case Condition.Unchanged it -> range.setKey(keys.of(it.key()));
      case Condition.Exists it -> range.setKey(keys.of(it.key()));
      case Condition.NoneBelow it ->
          range.setKey(keys.of(it.prefix())).setRangeEnd(keys.endOf(it.prefix()));
    };
  }

  private RequestOp operation(Operation operation) {
    return switch (operation) {
      case Operation.Put it ->
          RequestOp.newBuilder()
              .setRequestPut(
                  PutRequest.newBuilder()
                      .setKey(keys.of(it.key()))
                      .setValue(ByteString.copyFromUtf8(it.value())))
              .build();
      case Operation.Delete it ->
          RequestOp.newBuilder()
              .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(keys.of(it.key())))
              .build();
    };
  }

  /** The first condition that was not true, by what etcd saw when it refused. */
  private static Condition untrue(List<Condition> conditions, List<ResponseOp> responses) {
    for (int i = 0; i < conditions.size(); i++) {
      RangeResponse seen = responses.get(i + 1).getResponseRange();
      long modified = seen.getKvsCount() == 0 ? 0 : seen.getKvs(0).getModRevision();
      boolean isTrue =
          switch (conditions.get(i)) {
            case Condition.Unchanged it -> modified == it.modified();
            case Condition.Exists _ -> modified != 0;
            case Condition.NoneBelow _ -> modified == 0;
          };
      if (!isTrue) {
        return conditions.get(i);
      }
    }
    throw new IllegalStateException("etcd refuses a transaction whose conditions are all true");
  }
}
