package net.viaduct.wire;

import static net.viaduct.wire.FrameBuilder.ethernet;

import java.util.Random;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.TcpHeader;

/** Super-frames of TCP and UDP with everything in their headers by chance. Owned by one test. */
final class RandomSuperFrames {
  private static final byte[][] TCP_OPTIONS = {
    {},
    {1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8}, // timestamps
    {1, 1, 5, 10, 0, 0, 1, 0, 0, 0, 2, 0}, // a selective acknowledgment
    {2, 4, 5, (byte) 0xb4}, // a segment size
    {1, 3, 3, 7, 4, 2, 1, 1}, // window scale, selective acknowledgments are understood
    {19, 18, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 1, 1}, // a signature
  };
  private static final byte[][] IP_OPTIONS = {
    {7, 7, 4, 0, 0, 0, 0, 0}, // record route
    {(byte) 148, 4, 0, 0}, // router alert
    {1, 1, 1, 1},
  };
  private static final int USUAL_FLAGS =
      TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN | TcpHeader.ECE | TcpHeader.CWR;

  private final Random random;

  RandomSuperFrames(long seed) {
    this.random = new Random(seed);
  }

  /** One. */
  record SuperFrame(String name, FrameBuilder builder, int segmentBytes, boolean tcp) {}

  /**
   * The next one.
   *
   * @param usual only what GRO puts together in every kernel: no VLAN tags (which need its 802.1Q
   *     module), no options and extension headers of IP, and of TCP's flags only the usual ones
   */
  SuperFrame next(boolean usual) {
    StringBuilder name = new StringBuilder();
    FrameBuilder frame = ethernet();
    switch (usual ? -1 : random.nextInt(6)) {
      case 0 -> tag(frame, name, EtherType.VLAN);
      case 1 -> {
        tag(frame, name, EtherType.SERVICE_VLAN);
        tag(frame, name, EtherType.VLAN);
      }
      default -> {}
    }
    boolean optional = !usual && random.nextInt(3) == 0;
    if (random.nextBoolean()) {
      ipv4(frame, name, optional);
    } else {
      ipv6(frame, name, optional);
    }
    boolean tcp = random.nextInt(3) > 0;
    if (tcp) {
      tcp(frame, name, usual);
    } else {
      name.append(" UDP");
      frame.udp(1024 + random.nextInt(50_000), 1024 + random.nextInt(50_000));
    }
    int segmentBytes = 1 + random.nextInt(random.nextInt(4) == 0 ? 40 : 1400);
    int segments = 2 + random.nextInt(tcp ? 40 : 30);
    int last = 1 + random.nextInt(segmentBytes);
    byte[] payload = new byte[Math.min(60_000, segmentBytes * (segments - 1) + last)];
    random.nextBytes(payload);
    frame.bytes(payload);
    name.append(", ").append(payload.length).append(" by ").append(segmentBytes);
    return new SuperFrame(name.toString(), frame, segmentBytes, tcp);
  }

  private void tag(FrameBuilder frame, StringBuilder name, int tpid) {
    int tci = random.nextInt(8) << 13 | (1 + random.nextInt(4094));
    name.append("tag %x ".formatted(tci));
    frame.vlan(tpid, tci);
  }

  private void ipv4(FrameBuilder frame, StringBuilder name, boolean optional) {
    if (optional) {
      frame.ipv4(
          FrameBuilder.IP_A, FrameBuilder.IP_B, IP_OPTIONS[random.nextInt(IP_OPTIONS.length)]);
    } else {
      frame.ipv4();
    }
    int identification = random.nextInt(0x10000);
    int trafficClass = random.nextInt(0x100);
    boolean whole = random.nextBoolean();
    name.append(
        "IPv4 class %x id %x DF %b options %b"
            .formatted(trafficClass, identification, whole, optional));
    frame.ip((s, at) -> {
      Ipv4Header.identification(s, at, identification);
      Ipv4Header.trafficClass(s, at, trafficClass);
      Ipv4Header.fragment(s, at, whole, false, 0);
    });
  }

  private void ipv6(FrameBuilder frame, StringBuilder name, boolean optional) {
    frame.ipv6();
    if (optional) {
      frame.options(IpProtocol.HOP_BY_HOP);
      if (random.nextBoolean()) {
        frame.options(IpProtocol.DESTINATION_OPTIONS);
      }
    }
    int flowLabel = random.nextInt(0x100000);
    name.append("IPv6 label %x extension %b".formatted(flowLabel, optional));
    frame.ip((s, at) -> Ipv6Header.flowLabel(s, at, flowLabel));
  }

  private void tcp(FrameBuilder frame, StringBuilder name, boolean usual) {
    int flags =
        usual ? TcpHeader.ACK | (random.nextInt(0x100) & USUAL_FLAGS) : random.nextInt(0x100);
    byte[] options = TCP_OPTIONS[random.nextInt(TCP_OPTIONS.length)];
    int sequence = random.nextInt(4) == 0 ? -random.nextInt(20_000) : random.nextInt();
    int urgent = (flags & TcpHeader.URG) == 0 ? 0 : random.nextInt(0x10000);
    name.append(" TCP flags %x sequence %x options %d".formatted(flags, sequence, options.length));
    frame.tcp(1024 + random.nextInt(50_000), 1024 + random.nextInt(50_000), flags, options);
    frame.transport((s, at) -> {
      TcpHeader.sequence(s, at, sequence);
      NetworkOrder.u16(s, at + 18, urgent);
    });
  }
}
