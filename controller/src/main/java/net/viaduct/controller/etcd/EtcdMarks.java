package net.viaduct.controller.etcd;

import io.grpc.StatusRuntimeException;
import net.viaduct.etcd.Compare;
import net.viaduct.etcd.DeleteRangeRequest;
import net.viaduct.etcd.KeyValue;
import net.viaduct.etcd.RangeRequest;
import net.viaduct.etcd.RangeResponse;
import net.viaduct.etcd.RequestOp;
import net.viaduct.etcd.TxnRequest;

/**
 * The keys that the slots of committers leave behind. One that has not been written for as long as
 * the history goes back is deleted; if its committer still lives, it only begins anew. Immutable.
 */
final class EtcdMarks {
  private static final int MOST_AT_ONCE = 100;

  private final EtcdMembers members;
  private final EtcdKeys keys;

  EtcdMarks(EtcdMembers members, EtcdKeys keys) {
    this.members = members;
    this.keys = keys;
  }

  /** Deletes some of those that were last written before a revision. */
  void deleteThoseBefore(long revision) {
    RangeRequest all =
        RangeRequest.newBuilder()
            .setKey(keys.marks())
            .setRangeEnd(keys.endOfMarks())
            .setMaxModRevision(revision - 1)
            .setKeysOnly(true)
            .setLimit(MOST_AT_ONCE)
            .build();
    try {
      RangeResponse found = members.ask(member -> member.range(all));
      for (KeyValue mark : found.getKvsList()) {
        TxnRequest delete = deletion(mark);
        members.ask(member -> member.txn(delete));
      }
    } catch (StatusRuntimeException refusal) {
      throw EtcdRefusals.failure(refusal);
    }
  }

  private static TxnRequest deletion(KeyValue mark) {
    return TxnRequest.newBuilder()
        .addCompare(
            Compare.newBuilder()
                .setKey(mark.getKey())
                .setTarget(Compare.CompareTarget.MOD)
                .setModRevision(mark.getModRevision()))
        .addSuccess(
            RequestOp.newBuilder()
                .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(mark.getKey())))
        .build();
  }
}
