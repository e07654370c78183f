package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import net.viaduct.wire.IpPrefix;

/** Programs that sockets run on what arrives (linux/filter.h). Stateless. */
final class SocketFilter {
  /** More prefixes than this would not fit into a program. */
  static final int MOST_PREFIXES = 256;

  private static final int ALL = -1;
  private static final int UDP_HEADER_BYTES = 8;
  private static final int UDP_LENGTH_OFFSET = 4;
  private static final int UDP_CHECKSUM_OFFSET = 6;

  /** {@code SKF_NET_OFF}: offsets from here on count from the IP header. */
  private static final int NETWORK_HEADER = -0x10_0000;

  private static final int IPV6_SOURCE_OFFSET = 8;

  private SocketFilter() {}

  /**
   * For a UDP socket of IPv6: a datagram without checksum passes from these senders only; of others
   * only the header passes, so that it is received as an empty datagram. One that was empty anyhow
   * does not pass, so that the two are not mistaken for each other.
   */
  static MemorySegment checksumNeeded(Arena arena, List<IpPrefix> exceptFrom) {
    ClassicBpf program = new ClassicBpf();
    program.add(ClassicBpf.LOAD_SHORT, UDP_LENGTH_OFFSET);
    program.add(ClassicBpf.JUMP_IF_EQUAL, 0, 1, UDP_HEADER_BYTES);
    program.add(ClassicBpf.RETURN, 0);
    program.add(ClassicBpf.LOAD_SHORT, UDP_CHECKSUM_OFFSET);
    program.add(ClassicBpf.JUMP_IF_EQUAL, 1, 0, 0);
    program.add(ClassicBpf.RETURN, ALL);
    exceptFrom.stream()
        .filter(prefix -> !prefix.address().isIpv4())
        .limit(MOST_PREFIXES)
        .forEach(prefix -> passIfFrom(prefix, program));
    program.add(ClassicBpf.RETURN, UDP_HEADER_BYTES);
    return program.program(arena);
  }

  private static void passIfFrom(IpPrefix prefix, ClassicBpf program) {
    int words = (prefix.lengthBits() + 31) / 32;
    for (int word = 0; word < words; word++) {
      int bits = Math.min(32, prefix.lengthBits() - 32 * word);
      long half = word < 2 ? prefix.address().high() : prefix.address().low();
      int wanted = (int) (half >>> (word % 2 == 0 ? 32 : 0));
      int toNext = 3 * (words - word - 1) + 1; // over the words that are left, and the return
      program.add(ClassicBpf.LOAD_WORD, NETWORK_HEADER + IPV6_SOURCE_OFFSET + 4 * word);
      program.add(ClassicBpf.AND, -1 << (32 - bits));
      program.add(ClassicBpf.JUMP_IF_EQUAL, 0, toNext, wanted);
    }
    program.add(ClassicBpf.RETURN, ALL);
  }
}
