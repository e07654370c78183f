package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Endpoint;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.Checksum;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.UdpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An underlay whose device is a tap, into which the test writes packets: unlike a veth's, their
 * checksums are not taken for right.
 */
@ParameterizedClass
@EnumSource(
    value = UdpUnderlayConfig.Way.class,
    names = {"SOCKETS", "TAP"})
class ReceivedChecksumTest {
  private static final IpAddress HERE = IpAddress.parse("10.77.0.1");
  private static final IpAddress THERE = IpAddress.parse("10.77.0.2");
  private static final int PORT = 4789;
  private static final long MAC = 0x0200_0000_0009L;
  private static final int IP = EthernetHeader.SIZE_BYTES;
  private static final int UDP = IP + Ipv4Header.MIN_SIZE_BYTES;

  @Parameter private UdpUnderlayConfig.Way way;

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private Namespaces namespaces;
  private String host;

  @BeforeEach
  void makeNamespace() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    host = namespaces.add();
  }

  @AfterEach
  void removeNamespace() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  /** A packet whose UDP checksum is off by this. */
  private static byte[] packet(int payloadBytes, int error) {
    byte[] packet = new byte[UDP + UdpHeader.SIZE_BYTES + payloadBytes];
    MemorySegment s = MemorySegment.ofArray(packet);
    EthernetHeader.write(s, 0, MAC, 0x0200_0000_0002L, EtherType.IPV4);
    Ipv4Header.begin(s, IP, Ipv4Header.MIN_SIZE_BYTES, packet.length - IP);
    Ipv4Header.timeToLive(s, IP, 64);
    Ipv4Header.protocol(s, IP, IpProtocol.UDP);
    Ipv4Header.source(s, IP, THERE.ipv4Bits());
    Ipv4Header.destination(s, IP, HERE.ipv4Bits());
    Ipv4Header.writeChecksum(s, IP);
    int udpBytes = packet.length - UDP;
    UdpHeader.write(s, UDP, 50_000, PORT, udpBytes);
    long pseudo = Checksum.pseudoIpv4(s, IP, IpProtocol.UDP, udpBytes);
    int right = Checksum.finish(pseudo + Checksum.sum(s, UDP, udpBytes));
    UdpHeader.checksum(s, UDP, right ^ error);
    return packet;
  }

  private static byte[] withoutChecksum(int payloadBytes) {
    byte[] packet = packet(payloadBytes, 0);
    UdpHeader.checksum(MemorySegment.ofArray(packet), UDP, 0);
    return packet;
  }

  private static void write(TapPort tap, byte[] packet) {
    SendBatch batch = new SendBatch(1);
    batch.add(Frames.of(packet));
    tap.send(batch);
    assertThat(batch.result(0)).isEqualTo(SendResult.SENT);
  }

  @Test
  @Tag("R6")
  @DisplayName("R6: over IPv4 no checksum and a right one are taken, a wrong one is not")
  void shouldTakeZeroAndRightChecksumsOnly() {
    try (TapPort tap = Namespaces.in(host, () -> new TapPort("ul0", 1500, errors))) {
      namespaces.ip(host, "link set ul0 address " + MacAddress.format(MAC));
      namespaces.ip(host, "addr add 10.77.0.1/24 dev ul0");
      UdpUnderlayConfig config = UdpUnderlayConfig.of(new Endpoint(HERE, PORT)).withWay(way);
      try (UdpUnderlay underlay = Namespaces.in(host, () -> new UdpUnderlay(config, errors));
          Receiving receiving = Receiving.from(underlay)) {
        write(tap, withoutChecksum(100));
        write(tap, packet(101, 1));
        write(tap, packet(102, 0x8000));
        write(tap, packet(103, 0));
        assertThat(receiving.next(f -> true).lengthBytes()).isEqualTo(100);
        assertThat(receiving.next(f -> true).lengthBytes()).isEqualTo(103);
        if (way == UdpUnderlayConfig.Way.TAP) {
          assertThat(underlay.lostInKernel()).isEqualTo(2);
        }
      }
    }
  }
}
