package net.viaduct.vtep.multicast;

import java.lang.foreign.MemorySegment;
import net.viaduct.vtep.multicast.membership.MembershipReport.Kind;
import net.viaduct.wire.multicast.MulticastRecord;
import org.jspecify.annotations.Nullable;

/** What the records of IGMPv3 and MLDv2 mean to us. Stateless: safe from any thread. */
final class RecordKinds {
  private RecordKinds() {}

  /** What a record says; null if its type is not known, which is to be ignored. */
  static @Nullable Kind of(MemorySegment s, long recordAt) {
    return switch (MulticastRecord.type(s, recordAt)) {
      case MulticastRecord.MODE_IS_EXCLUDE, MulticastRecord.CHANGE_TO_EXCLUDE -> Kind.JOIN;
      case MulticastRecord.MODE_IS_INCLUDE, MulticastRecord.ALLOW_NEW_SOURCES -> Kind.INCLUDE;
      case MulticastRecord.CHANGE_TO_INCLUDE -> Kind.CHANGE_TO_INCLUDE;
      case MulticastRecord.BLOCK_OLD_SOURCES -> Kind.BLOCK;
      default -> null;
    };
  }

  /**
   * Whether a record has a source with this index that matters: who wants all but some gets all.
   */
  static boolean hasSource(Kind kind, MemorySegment s, long recordAt, int index) {
    return kind != Kind.JOIN && index < MulticastRecord.sources(s, recordAt);
  }
}
