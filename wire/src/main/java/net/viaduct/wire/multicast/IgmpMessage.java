package net.viaduct.wire.multicast;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.Malformation;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;

/**
 * IGMP messages: version 1 (RFC 1112 appendix I), 2 (RFC 2236 section 2) and 3 (RFC 3376 section
 * 4). Stateless: safe from any thread. Offsets and sizes are in bytes.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+---------------+-------------------------------+
 * |     type      | response time |           checksum            |   all versions
 * +---------------+---------------+-------------------------------+
 * |                         group address                         |   all but version 3's report
 * +-------+-+-----+---------------+-------------------------------+
 * | resv  |S| QRV |     QQIC      |       number of sources       |   version 3's query
 * +-------+-+-----+---------------+-------------------------------+
 *
 * +-------------------------------+-------------------------------+
 * |           reserved            |       number of records       |   version 3's report, from 4 on
 * +---------------+---------------+-------------------------------+
 * |  record type  |auxiliary / 4  |       number of sources       |   each record
 * +---------------+---------------+-------------------------------+
 * |                         group address                         |
 * +---------------------------------------------------------------+
 * |              source addresses, then auxiliary data            |
 * </pre>
 */
public final class IgmpMessage {
  /** A query, or a report or leave of version 1 or 2. */
  public static final int MIN_SIZE_BYTES = 8;

  /** A query of version 3 without sources. */
  public static final int V3_QUERY_SIZE_BYTES = 12;

  /** A record of a version 3 report without sources. */
  public static final int RECORD_SIZE_BYTES = 8;

  /** Where the first record of a version 3 report begins. */
  public static final int FIRST_RECORD_OFFSET = 8;

  /** Who is in a group? All versions. */
  public static final int QUERY = 0x11;

  /** Version 1: the sender is in a group. */
  public static final int V1_REPORT = 0x12;

  /** Version 2: the sender is in a group. */
  public static final int V2_REPORT = 0x16;

  /** Version 2: the sender leaves a group. */
  public static final int LEAVE = 0x17;

  /** Version 3: the sender's groups and their sources. */
  public static final int V3_REPORT = 0x22;

  private static final int TYPE_OFFSET = 0;
  private static final int RESPONSE_TIME_OFFSET = 1;
  private static final int CHECKSUM_OFFSET = 2;
  private static final int GROUP_OFFSET = 4;
  private static final int ROBUSTNESS_OFFSET = 8;
  private static final int INTERVAL_OFFSET = 9;
  private static final int QUERY_SOURCES_OFFSET = 10;
  private static final int RECORDS_OFFSET = 6;
  private static final int ADDRESS_BYTES = 4;

  private IgmpMessage() {}

  /**
   * Whether all fields, sources and records may be read; save for the checksum.
   *
   * @param lengthBytes the message's length: the rest of the IP packet
   * @return what is wrong, or null
   */
  public static @Nullable Malformation check(MemorySegment s, long at, int lengthBytes) {
    if (lengthBytes < MIN_SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    return switch (type(s, at)) {
      case QUERY -> checkQuery(s, at, lengthBytes);
      case V1_REPORT, V2_REPORT, LEAVE -> null;
      case V3_REPORT -> checkRecords(s, at, lengthBytes);
      default -> Malformation.BAD_TYPE;
    };
  }

  private static @Nullable Malformation checkQuery(MemorySegment s, long at, int lengthBytes) {
    if (lengthBytes == MIN_SIZE_BYTES) {
      return null;
    }
    if (lengthBytes < V3_QUERY_SIZE_BYTES) {
      return Malformation.TRUNCATED;
    }
    int sourceBytes = querySources(s, at) * ADDRESS_BYTES;
    return V3_QUERY_SIZE_BYTES + sourceBytes > lengthBytes ? Malformation.BAD_COUNT : null;
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

  /** The kind of message. */
  public static int type(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + TYPE_OFFSET);
  }

  /**
   * The version that a query is of, RFC 3376 section 7.1.
   *
   * @param lengthBytes the message's length
   */
  public static int queryVersion(MemorySegment s, long at, int lengthBytes) {
    if (lengthBytes >= V3_QUERY_SIZE_BYTES) {
      return 3;
    }
    return NetworkOrder.u8(s, at + RESPONSE_TIME_OFFSET) == 0 ? 1 : 2;
  }

  /**
   * Within which time a query wants answers, in units of 100 ms; version 1 means 10 s.
   *
   * @param version from {@link #queryVersion}
   */
  public static int maxResponseTimeDeciseconds(MemorySegment s, long at, int version) {
    int code = NetworkOrder.u8(s, at + RESPONSE_TIME_OFFSET);
    return switch (version) {
      case 1 -> 100;
      case 2 -> code;
      default -> MulticastRecord.decode8(code);
    };
  }

  /** The group, in network order; 0 in a general query; not in a version 3 report. */
  public static int group(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + GROUP_OFFSET);
  }

  /** Version 3's query: whether routers are to leave their timers alone. */
  public static boolean suppressesRouters(MemorySegment s, long at) {
    return (NetworkOrder.u8(s, at + ROBUSTNESS_OFFSET) & 8) != 0;
  }

  /** Version 3's query: the querier's robustness variable; 0 if it is above 7. */
  public static int robustness(MemorySegment s, long at) {
    return NetworkOrder.u8(s, at + ROBUSTNESS_OFFSET) & 7;
  }

  /** Version 3's query: the time between general queries. */
  public static int queryIntervalSeconds(MemorySegment s, long at) {
    return MulticastRecord.decode8(NetworkOrder.u8(s, at + INTERVAL_OFFSET));
  }

  /** Version 3's query: how many sources it asks about. */
  public static int querySources(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + QUERY_SOURCES_OFFSET);
  }

  /** Version 3's query: a source, in network order. */
  public static int querySource(MemorySegment s, long at, int index) {
    return NetworkOrder.i32(s, at + V3_QUERY_SIZE_BYTES + (long) index * ADDRESS_BYTES);
  }

  /** Version 3's report: how many records there are. */
  public static int records(MemorySegment s, long at) {
    return NetworkOrder.u16(s, at + RECORDS_OFFSET);
  }

  /** The size of the record at {@code recordAt}, to reach the next one. */
  public static int recordSizeBytes(MemorySegment s, long recordAt) {
    return MulticastRecord.sizeBytes(s, recordAt, ADDRESS_BYTES);
  }

  /** A record's group, in network order. */
  public static int recordGroup(MemorySegment s, long recordAt) {
    return NetworkOrder.i32(s, recordAt + MulticastRecord.GROUP_OFFSET);
  }

  /** A record's source, in network order. */
  public static int recordSource(MemorySegment s, long recordAt, int index) {
    return NetworkOrder.i32(s, recordAt + RECORD_SIZE_BYTES + (long) index * ADDRESS_BYTES);
  }

  /** Whether the checksum of the whole message is right. */
  public static boolean hasValidChecksum(MemorySegment s, long at, int lengthBytes) {
    return Checksum.sum(s, at, lengthBytes) == 0xffff;
  }

  /** Computes the checksum of the whole message and writes it. */
  public static void writeChecksum(MemorySegment s, long at, int lengthBytes) {
    NetworkOrder.u16(s, at + CHECKSUM_OFFSET, 0);
    NetworkOrder.u16(s, at + CHECKSUM_OFFSET, Checksum.ofRange(s, at, lengthBytes));
  }

  /**
   * Begins a message of 8 bytes; no checksum yet.
   *
   * @param responseTime in a query, as its version counts it; else 0
   * @param group 0 in a general query
   */
  public static void begin(MemorySegment s, long at, int type, int responseTime, int group) {
    NetworkOrder.i32(s, at, (type << 24) | (responseTime << 16));
    NetworkOrder.i32(s, at + GROUP_OFFSET, group);
  }

  /**
   * Makes a query one of version 3; its sources are to follow.
   *
   * @param robustness 0 to 7
   * @param intervalSeconds up to 127
   */
  public static void queryV3(
      MemorySegment s, long at, int robustness, int intervalSeconds, int sources) {
    NetworkOrder.u8(s, at + ROBUSTNESS_OFFSET, robustness & 7);
    NetworkOrder.u8(s, at + INTERVAL_OFFSET, intervalSeconds);
    NetworkOrder.u16(s, at + QUERY_SOURCES_OFFSET, sources);
  }

  /** Begins a version 3 report; its records are to follow; no checksum yet. */
  public static void beginV3Report(MemorySegment s, long at, int records) {
    NetworkOrder.i32(s, at, V3_REPORT << 24);
    NetworkOrder.i32(s, at + GROUP_OFFSET, records);
  }

  /** Begins a record of a version 3 report; its sources are to follow. */
  public static void beginRecord(
      MemorySegment s, long recordAt, int recordType, int sources, int group) {
    MulticastRecord.begin(s, recordAt, recordType, sources);
    NetworkOrder.i32(s, recordAt + MulticastRecord.GROUP_OFFSET, group);
  }

  /** Sets a source of a record. */
  public static void recordSource(MemorySegment s, long recordAt, int index, int source) {
    NetworkOrder.i32(s, recordAt + RECORD_SIZE_BYTES + (long) index * ADDRESS_BYTES, source);
  }
}
