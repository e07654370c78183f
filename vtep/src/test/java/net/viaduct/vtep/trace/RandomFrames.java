package net.viaduct.vtep.trace;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import net.viaduct.wire.neighbour.NeighbourDiscovery;
import net.viaduct.wire.neighbour.NeighbourFrame;

/**
 * Frames of a few machines, by chance: unicast, broadcast, multicast and who asks for it, ARP and
 * neighbour discovery, with tags or without, some too long, some cut off. Owned by the test's
 * thread.
 */
final class RandomFrames {
  static final int MARK_BYTES = 4;

  private static final int MACS = 10;
  private static final int NET = 0x0a00_0000;
  private static final int ALL_HOSTS = 0xe000_0001;
  private static final int GROUPS = 0xef01_0101;
  private static final long[] ODD_MACS = {
    MacAddress.BROADCAST,
    0x0100_5e00_0001L,
    0x0100_5e01_0203L,
    0x3333_0000_0001L,
    0x0180_c200_0003L,
    0
  };

  private final Random random;
  private int made;

  RandomFrames(Random random) {
    this.random = random;
  }

  /** What the next frame ends with, so that it is known again, and nothing else ends with. */
  int nextMark() {
    return ++made * 0x9e37_79b1;
  }

  /** Bytes with a mark behind them, as Ethernet's padding is behind a packet. */
  static byte[] marked(byte[] bytes, int mark) {
    byte[] marked = Arrays.copyOf(bytes, bytes.length + MARK_BYTES);
    NetworkOrder.i32(MemorySegment.ofArray(marked), bytes.length, mark);
    return marked;
  }

  /** Whether bytes end with a mark. */
  static boolean isMarked(byte[] bytes, int mark) {
    return bytes.length >= MARK_BYTES
        && NetworkOrder.i32(MemorySegment.ofArray(bytes), bytes.length - MARK_BYTES) == mark;
  }

  /** Sometimes only the beginning of something. */
  byte[] maybeCut(byte[] bytes) {
    return random.nextInt(40) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  byte[] frame() {
    byte[] frame =
        switch (random.nextInt(10)) {
          case 0, 1 -> Frames.tcp(destination(), mac(), random.nextInt(9), payloadBytes());
          case 2, 3 -> classified(Frames.udp(destination(), mac(), 1, payloadBytes()));
          case 4 -> stream();
          case 5 -> membership();
          case 6 -> arp();
          case 7 -> discovery();
          default -> Frames.frame(destination(), mac(), payloadBytes(), random.nextInt());
        };
    return maybeCut(maybeTagged(frame));
  }

  private int payloadBytes() {
    return random.nextInt(8) == 0 ? random.nextInt(1800) : random.nextInt(64);
  }

  private long destination() {
    return random.nextInt(6) == 0 ? MacAddress.BROADCAST : mac();
  }

  private long mac() {
    return random.nextInt(12) == 0
        ? ODD_MACS[random.nextInt(ODD_MACS.length)]
        : Frames.mac(1 + random.nextInt(MACS));
  }

  private byte[] classified(byte[] frame) {
    return Frames.withTrafficClass(frame, random.nextInt(256));
  }

  private byte[] maybeTagged(byte[] frame) {
    return switch (random.nextInt(20)) {
      case 0 -> Frames.tagged(frame, 1 + random.nextInt(4094));
      case 1 -> Frames.withTag(frame, random.nextInt(8) << 13); // a priority
      case 2 -> Frames.tagged(Frames.tagged(frame, 20), 1 + random.nextInt(4094));
      default -> frame;
    };
  }

  // ---- multicast -----------------------------------------------------------------------------

  private long station() {
    return Frames.mac(1 + random.nextInt(MACS));
  }

  private static int ip(long mac) {
    return NET | (int) mac & 0xff;
  }

  private static IpAddress ip6(long mac) {
    return new IpAddress(0xfe80_0000_0000_0000L, mac & 0xff);
  }

  private int group() {
    return GROUPS + random.nextInt(4);
  }

  private static IpAddress group6(int group) {
    return new IpAddress(0xff15_0000_0000_0000L, group);
  }

  private byte[] stream() {
    long from = station();
    return switch (random.nextInt(4)) {
      case 0 -> MulticastFrames.toGroup(from, ip(from), ALL_HOSTS + random.nextInt(200));
      case 1 -> MulticastFrames.toGroup(from, group6(random.nextInt(4)));
      default -> MulticastFrames.toGroup(from, ip(from), group());
    };
  }

  private byte[] membership() {
    long from = station();
    return switch (random.nextInt(6)) {
      case 0 -> MulticastFrames.leave(from, ip(from), group());
      case 1 -> MulticastFrames.query(from, random.nextBoolean() ? 0 : ip(from));
      case 2 ->
          MulticastFrames.report3(
              from, ip(from), 1 + random.nextInt(6), group(), ip(Frames.mac(1)));
      case 3 -> MulticastFrames.report6(from, 1 + random.nextInt(4), group6(random.nextInt(4)));
      default -> MulticastFrames.join(from, ip(from), group());
    };
  }

  // ---- neighbours ----------------------------------------------------------------------------

  private byte[] arp() {
    byte[] frame = new byte[ArpFrame.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(frame);
    long from = station();
    int claimed = ip(random.nextInt(10) == 0 ? station() : from);
    int asked = ip(Frames.mac(1 + random.nextInt(MACS + 2)));
    switch (random.nextInt(4)) {
      case 0 -> ArpFrame.announcement(s, 0, from, claimed);
      case 1 -> {
        ArpFrame.reply(s, 0, from, claimed);
        ArpFrame.answer(s, 0, station(), asked);
      }
      default -> {
        ArpFrame.announcement(s, 0, from, claimed);
        ArpPacket.target(s, EthernetHeader.SIZE_BYTES, 0, asked);
      }
    }
    return frame;
  }

  private byte[] discovery() {
    byte[] frame = new byte[NeighbourFrame.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(frame);
    long from = station();
    IpAddress own = ip6(from);
    if (random.nextInt(3) == 0) {
      NeighbourFrame.beginAdvertisement(s, 0, NeighbourDiscovery.OVERRIDE_FLAG);
      NeighbourFrame.owner(s, 0, from, own.high(), own.low());
    } else {
      IpAddress asked = ip6(Frames.mac(1 + random.nextInt(MACS + 2)));
      NeighbourFrame.beginSolicitation(s, 0, from);
      NeighbourFrame.asked(
          s, 0, 0x3333_ff00_0000L | asked.low() & 0xff_ffff, asked.high(), asked.low());
      Ipv6Header.source(s, EthernetHeader.SIZE_BYTES, own.high(), own.low());
    }
    NeighbourFrame.finish(s, 0);
    return frame;
  }
}
