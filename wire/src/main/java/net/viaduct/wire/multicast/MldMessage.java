package net.viaduct.wire.multicast;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.Icmpv6;
import org.jspecify.annotations.Nullable;

/**
 * Multicast listener discovery: version 1 (RFC 2710 section 3) and 2 (RFC 3810 section 5).
 * Stateless: safe from any thread. Offsets and sizes are in bytes; {@code at} is the first byte of
 * the ICMPv6 message, whose checksum is {@link Icmpv6}'s.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     type      |    code, 0    |           checksum            |
 * +---------------+---------------+-------------------------------+
 * |    maximum response delay     |           reserved            |   all but version 2's report
 * +-------------------------------+-------------------------------+
 * |                    group address, 16 bytes                    |
 * +-------+-+-----+---------------+-------------------------------+
 * | resv  |S| QRV |     QQIC      |       number of sources       |   version 2's query
 * +-------+-+-----+---------------+-------------------------------+
 *
 * +-------------------------------+-------------------------------+
 * |           reserved            |       number of records       |   version 2's report, from 4 on
 * +---------------+---------------+-------------------------------+
 * |  record type  |auxiliary / 4  |       number of sources       |   each record
 * +---------------+---------------+-------------------------------+
 * |    group address, source addresses, then auxiliary data       |
 * </pre>
 */
public final class MldMessage {
  /** A query, report or done of version 1. */
  public static final int V1_SIZE_BYTES = 24;

  /** A query of version 2 without sources. */
  public static final int V2_QUERY_SIZE_BYTES = 28;

  /** A record of a version 2 report without sources. */
  public static final int RECORD_SIZE_BYTES = 20;

  /** Where the first record of a version 2 report begins. */
  public static final int FIRST_RECORD_OFFSET = 8;

  /** Who listens to a group? Both versions. */
  public static final int QUERY = 130;

  /** Version 1: the sender listens to a group. */
  public static final int V1_REPORT = 131;

  /** Version 1: the sender does not listen any more. */
  public static final int DONE = 132;

  /** Version 2: the sender's groups and their sources. */
  public static final int V2_REPORT = 143;

  private static final int RESPONSE_DELAY_OFFSET = 4;
  private static final int GROUP_OFFSET = 8;
  private static final int ROBUSTNESS_OFFSET = 24;
  private static final int INTERVAL_OFFSET = 25;
  private static final int QUERY_SOURCES_OFFSET = 26;
  private static final int RECORDS_OFFSET = 6;
  private static final int ADDRESS_BYTES = 16;

  private MldMessage() {}

  /** Whether this ICMPv6 type is one of these messages. */
  public static boolean isType(int icmpv6Type) {
    return (icmpv6Type >= QUERY && icmpv6Type <= DONE) || icmpv6Type == V2_REPORT;
  }

  /**
   * Whether all fields, sources and records may be read; save for the checksum.
   *
   * @param lengthBytes the message's length: the rest of the IP packet
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int lengthBytes) {
    if (lengthBytes < Icmpv6.HEADER_SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    return switch (Icmpv6.type(s, at)) {
      case QUERY -> checkQuery(s, at, lengthBytes);
      case V1_REPORT, DONE -> lengthBytes < V1_SIZE_BYTES ? Malformation.TRUNCATED : null;
      case V2_REPORT -> checkRecords(s, at, lengthBytes);
      default -> Malformation.BAD_TYPE;
    };
  }

  private static @Nullable Malformation checkQuery(MemorySegment s, long at, int lengthBytes) {
    if (lengthBytes == V1_SIZE_BYTES) {
      return null;
    }
    if (lengthBytes < V2_QUERY_SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    int sourceBytes = querySources(s, at) * ADDRESS_BYTES;
    return V2_QUERY_SIZE_BYTES + sourceBytes > lengthBytes ? Malformation.BAD_COUNT : null;
  }

  private static @Nullable Malformation checkRecords(MemorySegment s, long at, int lengthBytes) {
    int offset = FIRST_RECORD_OFFSET;
    for (int i = records(s, at); i > 0; i--) {
      if (offset + RECORD_SIZE_BYTES > lengthBytes) {
        return Malformation.BAD_COUNT;
      }
      offset += MulticastRecord.sizeBytes(s, at + offset, ADDRESS_BYTES);
      if (offset > lengthBytes) {
        return Malformation.BAD_COUNT;
      }
    }
    return null;
  }

  /**
   * The version that a query is of, RFC 3810 section 8.1.
   *
   * @param lengthBytes the message's length
   */
  public static int queryVersion(int lengthBytes) {
    return lengthBytes >= V2_QUERY_SIZE_BYTES ? 2 : 1;
  }

  /**
   * Within which time a query wants answers.
   *
   * @param version from {@link #queryVersion}
   */
  public static int maxResponseDelayMs(MemorySegment s, long at, int version) {
    int code = NetworkOrder.u16(s, at + RESPONSE_DELAY_OFFSET);
    return version == 1 ? code : MulticastRecord.decode16(code);
  }

  /** Upper half of the group; 0 in a general query; not in a version 2 report. */
  public static long groupHigh(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + GROUP_OFFSET);
  }

  /** Lower half of the group. */
  public static long groupLow(MemorySegment s, long at) {
    return NetworkOrder.i64(s, at + GROUP_OFFSET + 8);
  }

  /** Version 2's query: whether routers are to leave their timers alone. */
  public static boolean suppressesRouters(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + ROBUSTNESS_OFFSET) & 8) != 0;
  }

  /** Version 2's query: the querier's robustness variable; 0 if it is above 7. */
  public static int robustness(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + ROBUSTNESS_OFFSET) & 7;
  }

  /** Version 2's query: the time between general queries. */
  public static int queryIntervalSeconds(MemorySegment s, long at) {
    return MulticastRecord.decode8(NetworkOrder.u8(s, at + INTERVAL_OFFSET));
  }

  /** Version 2's query: how many sources it asks about; they follow, 16 bytes each. */
  public static int querySources(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + QUERY_SOURCES_OFFSET);
  }

  /** Version 2's report: how many records there are. */
  public static int records(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + RECORDS_OFFSET);
  }

  /** The size of the record at {@code recordAt}, to reach the next one. */
  public static int recordSizeBytes(MemorySegment s, long recordAt) {
    return MulticastRecord.sizeBytes(s, recordAt, ADDRESS_BYTES);
  }

  /** Upper half of a record's group. */
  public static long recordGroupHigh(MemorySegment s, long recordAt) {
    return NetworkOrder.i64(s, recordAt + MulticastRecord.GROUP_OFFSET);
  }

  /** Lower half of a record's group. */
  public static long recordGroupLow(MemorySegment s, long recordAt) {
    return NetworkOrder.i64(s, recordAt + MulticastRecord.GROUP_OFFSET + 8);
  }

  /** Upper half of a record's source. */
  public static long recordSourceHigh(MemorySegment s, long recordAt, int index) {
    return NetworkOrder.i64(s, recordAt + RECORD_SIZE_BYTES + (long) index * ADDRESS_BYTES);
  }

  /** Lower half of a record's source. */
  public static long recordSourceLow(MemorySegment s, long recordAt, int index) {
    return NetworkOrder.i64(s, recordAt + RECORD_SIZE_BYTES + (long) index * ADDRESS_BYTES + 8);
  }

  /** Version 2's query: upper half of a source. */
  public static long querySourceHigh(MemorySegment s, long at, int index) {
    return NetworkOrder.i64(s, at + V2_QUERY_SIZE_BYTES + (long) index * ADDRESS_BYTES);
  }

  /** Version 2's query: lower half of a source. */
  public static long querySourceLow(MemorySegment s, long at, int index) {
    return NetworkOrder.i64(s, at + V2_QUERY_SIZE_BYTES + (long) index * ADDRESS_BYTES + 8);
  }

  /** Begins a message of version 1; the group is to follow; no checksum yet. */
  public static void begin(MemorySegment s, long at, int type, int maxResponseDelayMs) {
    Icmpv6.begin(s, at, type, 0);
    NetworkOrder.u16(s, at + RESPONSE_DELAY_OFFSET, maxResponseDelayMs);
    group(s, at, 0, 0);
  }

  /** Sets the group of a query, or of a report or done of version 1. */
  public static void group(MemorySegment s, long at, long high, long low) {
    NetworkOrder.i64(s, at + GROUP_OFFSET, high);
    NetworkOrder.i64(s, at + GROUP_OFFSET + 8, low);
  }

  /**
   * Makes a query one of version 2; its sources are to follow.
   *
   * @param robustness 0 to 7
   * @param intervalSeconds up to 127
   */
  public static void queryV2(
      MemorySegment s, long at, int robustness, int intervalSeconds, int sources) {
    NetworkOrder.u8(s, at + ROBUSTNESS_OFFSET, robustness & 7);
    NetworkOrder.u8(s, at + INTERVAL_OFFSET, intervalSeconds);
    NetworkOrder.u16(s, at + QUERY_SOURCES_OFFSET, sources);
  }

  /** Begins a version 2 report; its records are to follow; no checksum yet. */
  public static void beginV2Report(MemorySegment s, long at, int records) {
    Icmpv6.begin(s, at, V2_REPORT, 0);
    NetworkOrder.u16(s, at + RECORDS_OFFSET, records);
  }

  /** Begins a record of a version 2 report with this many sources; its group is to follow. */
  public static void beginRecord(MemorySegment s, long recordAt, int recordType, int sources) {
    MulticastRecord.begin(s, recordAt, recordType, sources);
  }

  /** Sets the group of a record, or with {@code index} from 1 on its sources. */
  public static void recordAddress(MemorySegment s, long recordAt, int index, long high, long low) {
    long addressAt = recordAt + MulticastRecord.GROUP_OFFSET + (long) index * ADDRESS_BYTES;
    NetworkOrder.i64(s, addressAt, high);
    NetworkOrder.i64(s, addressAt + 8, low);
  }
}
