package net.viaduct.io.linux;

import net.viaduct.wire.EtherType;
import net.viaduct.wire.IpProtocol;

/**
 * By which queue of a port a frame comes, as programs that the kernel runs. It depends on the frame
 * alone, so that each flow has its queue. Stateless.
 *
 * <ul>
 *   <li>TCP that nobody may fragment goes by addresses and ports: over IPv4 with DF and no
 *       fragment, over IPv6 without extension headers.
 *   <li>All other IP goes by addresses, because fragments have no ports.
 *   <li>What is not IP, or is cut short, comes by queue 0.
 * </ul>
 *
 * <p>Up to two VLAN tags are skipped, and say nothing.
 */
final class QueueRule {
  /** M[0] is the hash, M[1] how many bytes of VLAN tags there are. */
  private static final int HASH = 0;

  private static final int TAGS = 1;
  private static final int TYPE = 12;
  private static final int NETWORK = 14;
  private static final int TAG_BYTES = 4;
  private static final int MOST_TAGS = 2;
  private static final int IPV4_BYTES = 20;
  private static final int IPV4_FRAGMENT = NETWORK + 6;
  private static final int IPV4_PROTOCOL = NETWORK + 9;
  private static final int IPV4_SOURCE = NETWORK + 12;
  private static final int IPV4_WORDS = 2;
  private static final int IPV6_BYTES = 40;
  private static final int IPV6_NEXT_HEADER = NETWORK + 6;
  private static final int IPV6_SOURCE = NETWORK + 8;
  private static final int IPV6_WORDS = 8;
  private static final int FRAGMENT_BITS = 0x7fff;
  private static final int NOT_TO_BE_FRAGMENTED = 0x4000;
  private static final int PORTS_BYTES = 4;
  private static final int WHOLE_FRAME = -1;
  private static final int IPV4_SIZE_BITS = 0xf;
  private static final int MOST_X = 256;

  // odd, so that no value of a word is lost; the last two are those of MurmurHash3's end
  private static final int EACH_WORD = 0x9e37_79b1;
  private static final int FIRST_MIX = 0x85eb_ca6b;
  private static final int SECOND_MIX = 0xc2b2_ae35;

  private QueueRule() {}

  /** Returns the number of the queue. */
  static ClassicBpf steering(int queues) {
    return rule(queues).add(ClassicBpf.RETURN_A, 0).label("owner").add(ClassicBpf.RETURN, 0);
  }

  /** Lets in what comes by one of the queues. */
  static ClassicBpf filter(int queues, int queue) {
    return rule(queues)
        .jumpIf(ClassicBpf.JUMP_IF_EQUAL, queue, "take")
        .add(ClassicBpf.RETURN, 0)
        .label("owner")
        .add(ClassicBpf.RETURN, queue == 0 ? WHOLE_FRAME : 0)
        .label("take")
        .add(ClassicBpf.RETURN, WHOLE_FRAME);
  }

  /** A is the queue's number at the end, or it jumps to "owner". No load is beyond the frame. */
  private static ClassicBpf rule(int queues) {
    ClassicBpf program = new ClassicBpf();
    program.add(ClassicBpf.SET_A, 0);
    program.add(ClassicBpf.STORE_M, HASH);
    program.add(ClassicBpf.LOAD_LENGTH, 0);
    program.jumpUnless(ClassicBpf.JUMP_IF_AT_LEAST, NETWORK + IPV4_BYTES, "owner");
    skipTags(program);
    program.jumpIf(ClassicBpf.JUMP_IF_EQUAL, EtherType.IPV4, "ipv4");
    program.jumpIf(ClassicBpf.JUMP_IF_EQUAL, EtherType.IPV6, "ipv6");
    program.jump("owner");
    program.label("ipv4");
    ipv4(program);
    program.label("ipv6");
    ipv6(program);
    program.label("ports");
    needs(program, NETWORK + PORTS_BYTES);
    program.add(ClassicBpf.LOAD_WORD_AT_X, NETWORK);
    mix(program);
    program.label("finish");
    finish(program, queues);
    return program;
  }

  private static void skipTags(ClassicBpf program) {
    for (int tags = 0; tags <= MOST_TAGS; tags++) {
      program.label("tag" + tags);
      program.add(ClassicBpf.SET_X, tags * TAG_BYTES);
      program.add(ClassicBpf.LOAD_SHORT_AT_X, TYPE);
      for (int tag :
          new int[] {EtherType.VLAN, EtherType.SERVICE_VLAN, EtherType.OLD_SERVICE_VLAN}) {
        if (tags < MOST_TAGS) {
          program.jumpIf(ClassicBpf.JUMP_IF_EQUAL, tag, "tag" + (tags + 1));
        }
      }
      program.jump("payload");
    }
    program.label("payload");
    program.add(ClassicBpf.STORE_X_M, TAGS);
  }

  private static void ipv4(ClassicBpf program) {
    addresses(program, IPV4_BYTES, IPV4_SOURCE, IPV4_WORDS);
    program.add(ClassicBpf.LOAD_BYTE_AT_X, IPV4_PROTOCOL);
    program.jumpUnless(ClassicBpf.JUMP_IF_EQUAL, IpProtocol.TCP, "finish");
    program.add(ClassicBpf.LOAD_SHORT_AT_X, IPV4_FRAGMENT);
    program.add(ClassicBpf.AND, FRAGMENT_BITS);
    program.jumpUnless(ClassicBpf.JUMP_IF_EQUAL, NOT_TO_BE_FRAGMENTED, "finish");
    program.add(ClassicBpf.LOAD_BYTE_AT_X, NETWORK);
    program.add(ClassicBpf.AND, IPV4_SIZE_BITS);
    program.add(ClassicBpf.SHIFT_LEFT, 2);
    program.add(ClassicBpf.ADD_X, 0);
    program.add(ClassicBpf.A_TO_X, 0);
    program.jump("ports");
  }

  private static void ipv6(ClassicBpf program) {
    addresses(program, IPV6_BYTES, IPV6_SOURCE, IPV6_WORDS);
    program.add(ClassicBpf.LOAD_BYTE_AT_X, IPV6_NEXT_HEADER);
    program.jumpUnless(ClassicBpf.JUMP_IF_EQUAL, IpProtocol.TCP, "finish");
    program.add(ClassicBpf.LOAD_M, TAGS);
    program.add(ClassicBpf.ADD, IPV6_BYTES);
    program.add(ClassicBpf.A_TO_X, 0);
  }

  private static void addresses(ClassicBpf program, int headerBytes, int at, int words) {
    needs(program, NETWORK + headerBytes);
    for (int word = 0; word < words; word++) {
      program.add(ClassicBpf.LOAD_WORD_AT_X, at + Integer.BYTES * word);
      mix(program);
    }
  }

  /** A frame that ends before X and so many bytes is cut short. */
  private static void needs(ClassicBpf program, int bytes) {
    program.add(ClassicBpf.LOAD_LENGTH, 0);
    program.add(ClassicBpf.ADD, MOST_X); // so that it does not become negative
    program.add(ClassicBpf.SUBTRACT_X, 0);
    program.jumpUnless(ClassicBpf.JUMP_IF_AT_LEAST, bytes + MOST_X, "owner");
  }

  /** Takes the word in A into the hash; X is the bytes of VLAN tags again. */
  private static void mix(ClassicBpf program) {
    program.add(ClassicBpf.LOAD_X_M, HASH);
    program.add(ClassicBpf.ADD_X, 0);
    program.add(ClassicBpf.MULTIPLY, EACH_WORD);
    program.add(ClassicBpf.STORE_M, HASH);
    program.add(ClassicBpf.LOAD_X_M, TAGS);
  }

  private static void finish(ClassicBpf program, int queues) {
    program.add(ClassicBpf.LOAD_M, HASH);
    spread(program, 16);
    program.add(ClassicBpf.MULTIPLY, FIRST_MIX);
    spread(program, 13);
    program.add(ClassicBpf.MULTIPLY, SECOND_MIX);
    spread(program, 16);
    program.add(ClassicBpf.MODULO, queues);
  }

  private static void spread(ClassicBpf program, int bits) {
    program.add(ClassicBpf.A_TO_X, 0);
    program.add(ClassicBpf.SHIFT_RIGHT, bits);
    program.add(ClassicBpf.XOR_X, 0);
  }
}
