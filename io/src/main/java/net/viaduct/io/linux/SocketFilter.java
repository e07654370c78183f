package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.wire.IpPrefix;

/**
 * Programs of the classic BPF that sockets run on what arrives (linux/filter.h). Stateless.
 *
 * <pre>
 * struct sock_filter { u16 code; u8 jt; u8 jf; u32 k; };
 * struct sock_fprog { u16 len; struct sock_filter *filter; };
 * </pre>
 */
final class SocketFilter {
  /** More prefixes than this would not fit into a program. */
  static final int MOST_PREFIXES = 256;

  private static final int LOAD_WORD = 0x20; // BPF_LD | BPF_W | BPF_ABS
  private static final int LOAD_SHORT = 0x28; // BPF_LD | BPF_H | BPF_ABS
  private static final int AND = 0x54; // BPF_ALU | BPF_AND | BPF_K
  private static final int JUMP_IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
  private static final int RETURN = 0x06; // BPF_RET | BPF_K
  private static final int ALL = -1;
  private static final int UDP_HEADER_BYTES = 8;
  private static final int UDP_LENGTH_OFFSET = 4;
  private static final int UDP_CHECKSUM_OFFSET = 6;

  /** {@code SKF_NET_OFF}: offsets from here on count from the IP header. */
  private static final int NETWORK_HEADER = -0x10_0000;

  private static final int IPV6_SOURCE_OFFSET = 8;
  private static final int INSTRUCTION_BYTES = 8;

  private SocketFilter() {}

  /**
   * For a UDP socket of IPv6: a datagram without checksum passes from these senders only; of others
   * only the header passes, so that it is received as an empty datagram. One that was empty anyhow
   * does not pass, so that the two are not mistaken for each other.
   */
  static MemorySegment checksumNeeded(Arena arena, List<IpPrefix> exceptFrom) {
    List<Long> program = new ArrayList<>();
    program.add(instruction(LOAD_SHORT, 0, 0, UDP_LENGTH_OFFSET));
    program.add(instruction(JUMP_IF_EQUAL, 0, 1, UDP_HEADER_BYTES));
    program.add(instruction(RETURN, 0, 0, 0));
    program.add(instruction(LOAD_SHORT, 0, 0, UDP_CHECKSUM_OFFSET));
    program.add(instruction(JUMP_IF_EQUAL, 1, 0, 0));
    program.add(instruction(RETURN, 0, 0, ALL));
    exceptFrom.stream()
        .filter(prefix -> !prefix.address().isIpv4())
        .limit(MOST_PREFIXES)
        .forEach(prefix -> program.addAll(passIfFrom(prefix)));
    program.add(instruction(RETURN, 0, 0, UDP_HEADER_BYTES));
    return program(arena, program);
  }

  private static List<Long> passIfFrom(IpPrefix prefix) {
    List<Long> program = new ArrayList<>();
    int words = (prefix.lengthBits() + 31) / 32;
    for (int word = 0; word < words; word++) {
      int bits = Math.min(32, prefix.lengthBits() - 32 * word);
      long half = word < 2 ? prefix.address().high() : prefix.address().low();
      int wanted = (int) (half >>> (word % 2 == 0 ? 32 : 0));
      int toNext = 3 * (words - word - 1) + 1; // over the words that are left, and the return
      program.add(instruction(LOAD_WORD, 0, 0, NETWORK_HEADER + IPV6_SOURCE_OFFSET + 4 * word));
      program.add(instruction(AND, 0, 0, -1 << (32 - bits)));
      program.add(instruction(JUMP_IF_EQUAL, 0, toNext, wanted));
    }
    program.add(instruction(RETURN, 0, 0, ALL));
    return program;
  }

  private static long instruction(int code, int ifTrue, int ifFalse, int k) {
    return code | (long) ifTrue << 16 | (long) ifFalse << 24 | (long) k << 32;
  }

  private static MemorySegment program(Arena arena, List<Long> instructions) {
    MemorySegment filter = arena.allocate((long) instructions.size() * INSTRUCTION_BYTES, 8);
    for (int i = 0; i < instructions.size(); i++) {
      long instruction = instructions.get(i);
      filter.set(JAVA_INT, (long) i * INSTRUCTION_BYTES, (int) instruction);
      filter.set(JAVA_INT, (long) i * INSTRUCTION_BYTES + 4, (int) (instruction >>> 32));
    }
    MemorySegment program = arena.allocate(16, 8);
    program.set(JAVA_SHORT, 0, (short) instructions.size());
    program.set(JAVA_LONG, 8, filter.address());
    return program;
  }
}
