package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * The control message that carries a TOS byte (ip(7)) or a traffic class (RFC 3542 section 6.5).
 * Stateless: safe from any thread.
 *
 * <pre>
 * struct cmsghdr { size_t len; int level; int type; };     then a byte or an int
 * </pre>
 */
final class TrafficClassMessage {
  /** Room for one, aligned. */
  static final int CONTROL_BYTES = 24;

  private static final int LEVEL_OFFSET = 8;
  private static final int TYPE_OFFSET = 12;
  private static final int VALUE_OFFSET = 16;
  private static final int LENGTH_BYTES = VALUE_OFFSET + Integer.BYTES;

  private TrafficClassMessage() {}

  /** Writes one with an int, which both families take. */
  static void write(MemorySegment s, long at, IpFamily family, int trafficClass) {
    s.set(JAVA_LONG_UNALIGNED, at, LENGTH_BYTES);
    s.set(JAVA_INT_UNALIGNED, at + LEVEL_OFFSET, family.level());
    s.set(JAVA_INT_UNALIGNED, at + TYPE_OFFSET, family.options().trafficClass());
    s.set(JAVA_INT_UNALIGNED, at + VALUE_OFFSET, trafficClass);
  }

  /** What the kernel told, 0 to 255; 0 if it told nothing. IPv4 has a byte, IPv6 an int. */
  static int read(MemorySegment s, long at, long controlBytes, IpFamily family) {
    if (controlBytes <= VALUE_OFFSET
        || s.get(JAVA_INT_UNALIGNED, at + LEVEL_OFFSET) != family.level()
        || s.get(JAVA_INT_UNALIGNED, at + TYPE_OFFSET) != family.options().trafficClass()) {
      return 0;
    }
    return family == IpFamily.V4
        ? s.get(JAVA_BYTE, at + VALUE_OFFSET) & 0xff
        : s.get(JAVA_INT_UNALIGNED, at + VALUE_OFFSET) & 0xff;
  }
}
