package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.PathError;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Two hosts with IPv4 and IPv6 on one veth pair, each in a namespace of its own. */
@ParameterizedClass
@EnumSource(
    value = UdpUnderlayConfig.Way.class,
    names = {"SOCKETS", "TAP"})
class TwoFamiliesTest {
  private static final IpAddress NEAR_4 = IpAddress.parse("10.77.0.1");
  private static final IpAddress FAR_4 = IpAddress.parse("10.77.0.2");
  private static final IpAddress NEAR_6 = IpAddress.parse("fd77::1");
  private static final IpAddress FAR_6 = IpAddress.parse("fd77::2");
  private static final IpAddress GROUP_4 = IpAddress.parse("239.1.1.100");
  private static final IpAddress GROUP_6 = IpAddress.parse("ff05::100");
  private static final int PORT = 4789;
  private static final int IPV6_HEADER = 14;
  private static final int UDP_OVER_IPV6 = IPV6_HEADER + 40;

  @Parameter private UdpUnderlayConfig.Way way;

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private Namespaces namespaces;
  private String near;
  private String far;

  @BeforeEach
  void makeNamespaces() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    near = namespaces.add();
    far = namespaces.add();
    namespaces.join(near, "eth0", far, "eth0");
    namespaces.ip(near, "addr add 10.77.0.1/24 dev eth0");
    namespaces.ip(far, "addr add 10.77.0.2/24 dev eth0");
    namespaces.ip(near, "addr add fd77::1/64 dev eth0 nodad");
    namespaces.ip(far, "addr add fd77::2/64 dev eth0 nodad");
  }

  @AfterEach
  void removeNamespaces() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  private UdpUnderlay open(
      String namespace, List<IpAddress> addresses, UnaryOperator<UdpUnderlayConfig> change) {
    UdpUnderlayConfig config = change.apply(UdpUnderlayConfig.of(addresses, PORT).withWay(way));
    return Namespaces.in(namespace, () -> new UdpUnderlay(config, errors));
  }

  private UdpUnderlay openNear() {
    return open(near, List.of(NEAR_4, NEAR_6), config -> config);
  }

  private UdpUnderlay openFar() {
    return open(far, List.of(FAR_6, FAR_4), config -> config);
  }

  private static Frame frame(int payloadBytes) {
    return Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", payloadBytes);
  }

  private static SendResult send(
      UdpUnderlay underlay, int payloadBytes, Endpoint destination, int hash, int trafficClass) {
    DatagramBatch batch = new DatagramBatch(4);
    batch.add(frame(payloadBytes), 0, destination, hash, trafficClass);
    underlay.attend(); // a tap knows its neighbours then
    underlay.send(batch);
    return batch.result(0);
  }

  private static Endpoint udp(IpAddress address) {
    return new Endpoint(address, PORT);
  }

  private static IpAddress source(Frame frame) {
    return new IpAddress(frame.sourceHigh(), frame.sourceLow());
  }

  @Test
  @Tag("P17")
  void shouldCarryBothFamiliesAtOnce() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      assertThat(one.locals()).containsExactly(udp(NEAR_4), udp(NEAR_6));
      assertThat(other.local()).isEqualTo(udp(FAR_6));
      other.join(GROUP_4);
      other.join(GROUP_6);
      List<IpAddress> destinations = List.of(FAR_4, FAR_6, GROUP_4, GROUP_6);
      for (int i = 0; i < destinations.size(); i++) {
        IpAddress to = destinations.get(i);
        int bytes = 114 + i;
        assertThat(send(one, 100 + i, udp(to), i << 24, 0)).isEqualTo(SendResult.SENT);
        Frame received = receiving.next(f -> f.lengthBytes() == bytes);
        assertThat(source(received)).isEqualTo(to.isIpv4() ? NEAR_4 : NEAR_6);
        assertThat(received.localPort()).isEqualTo(PORT);
        assertThat(received.isChecksummed()).isTrue();
      }
      other.leave(GROUP_6);
      send(one, 200, udp(GROUP_6), 1, 0);
      send(one, 201, udp(FAR_6), 1, 0);
      assertThat(receiving.next(f -> true).lengthBytes()).isEqualTo(215);
    }
    assertThat(errors.snapshot()).isEmpty();
  }

  @Test
  void shouldSendBothFamiliesInOneBatchAndTellEachResult() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      DatagramBatch batch = new DatagramBatch(8);
      batch.add(frame(100), 0, udp(FAR_4), 7);
      batch.add(frame(101), 0, udp(FAR_6), 7);
      batch.add(frame(1500 - 28 - 14), 0, udp(FAR_4), 7);
      batch.add(frame(1500 - 28 - 14), 0, udp(FAR_6), 7);
      batch.add(frame(1500 - 48 - 14), 0, udp(FAR_6), 7);
      batch.add(frame(102), 0, udp(IpAddress.parse("fd99::1")), 7);
      one.send(batch);
      assertThat(List.of(batch.result(0), batch.result(1), batch.result(2)))
          .containsOnly(SendResult.SENT);
      assertThat(batch.result(3)).isEqualTo(SendResult.TOO_BIG);
      assertThat(batch.result(4)).isEqualTo(SendResult.SENT);
      assertThat(batch.result(5)).isEqualTo(SendResult.UNREACHABLE);
      for (int i = 0; i < 4; i++) {
        receiving.next(f -> true);
      }
      assertThat(one.troubles()).isEmpty();
      one.attend();
      assertThat(one.troubles())
          .containsExactly(
              "there is no way to [fd99::1]:4789: network is unreachable (ENETUNREACH)");
    }
  }

  @Test
  void shouldRefuseAFamilyThatTheUnderlayHasNot() {
    try (UdpUnderlay one = open(near, List.of(NEAR_6), config -> config)) {
      assertThat(send(one, 100, udp(FAR_4), 1, 0)).isEqualTo(SendResult.FAILED);
      assertThat(errors.snapshot().toString()).contains("no IPv4 address to send from");
    }
  }

  @Test
  @Tag("R26")
  @Tag("R28")
  void shouldTellAndSetTheTrafficClassOfEachDatagram() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      for (IpAddress to : List.of(FAR_4, FAR_6)) {
        for (int trafficClass = 0; trafficClass < 256; trafficClass++) {
          assertThat(send(one, 100, udp(to), 1, trafficClass)).isEqualTo(SendResult.SENT);
          assertThat(receiving.next(f -> true).trafficClass()).isEqualTo(trafficClass);
        }
      }
    }
  }

  @Test
  @Tag("P5")
  @Tag("R4")
  void shouldOpenAndCloseDoorsWhileOthersStayOpen() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      other.join(GROUP_4);
      for (Set<Door> doors :
          List.of(
              Set.of(Door.udp(PORT), Door.udp(8472)),
              Set.of(Door.udp(8472)),
              Set.of(Door.udp(8472), Door.udp(PORT), Door.udp(6081)),
              Set.of(Door.udp(PORT)))) {
        other.listen(doors);
        assertThat(other.doors()).isEqualTo(doors);
        for (IpAddress to : List.of(FAR_4, FAR_6, GROUP_4)) {
          for (Door door : doors) {
            send(one, 100, new Endpoint(to, door.port()), 1, 0);
            assertThat(receiving.next(f -> true).localPort()).isEqualTo(door.port());
          }
        }
      }
      send(one, 100, new Endpoint(FAR_4, 8472), 1, 0);
      send(one, 101, new Endpoint(FAR_4, PORT), 1, 0);
      assertThat(receiving.next(f -> true).lengthBytes()).isEqualTo(115);
    }
  }

  @Test
  void shouldChangeNoDoorWhenOneIsTaken() throws Exception {
    try (UdpUnderlay one = openNear();
        DatagramSocket holder =
            Namespaces.in(near, () -> new DatagramSocket(new InetSocketAddress("fd77::1", 8472)))) {
      assertThat(holder.isBound()).isTrue();
      try {
        one.listen(Set.of(Door.udp(6081), Door.udp(8472)));
        throw new AssertionError("not refused");
      } catch (IoFailure e) {
        assertThat(e.getMessage())
            .contains("open underlay [fd77::1]:8472: EADDRINUSE: the UDP port is held by java");
      }
      assertThat(one.doors()).containsExactly(Door.udp(PORT));
      one.listen(Set.of(Door.udp(6081), Door.udp(PORT)));
    }
  }

  private static UdpUnderlayConfig onOtherSourcePorts(UdpUnderlayConfig config) {
    UdpUnderlayConfig.SourceRange range = new UdpUnderlayConfig.SourceRange(40_000, 41_000, 4);
    return new UdpUnderlayConfig(
        config.addresses(),
        PORT + 1,
        config.moreDoors(),
        config.device(),
        range,
        config.ttl(),
        config.groupTtl(),
        config.checksums(),
        config.zeroChecksumWith(),
        config.fragments(),
        config.way());
  }

  @Test
  @Tag("R14")
  @Tag("R15")
  @DisplayName("R14 R15: no checksum over IPv6 is sent and accepted only where it is configured")
  void shouldAcceptZeroChecksumsOnlyFromThoseConfigured() {
    String bpf = System.getenv("VIADUCT_BPF");
    assumeTrue(bpf == null, "BPF programs are switched off: VIADUCT_BPF=" + bpf);
    UnaryOperator<UdpUnderlayConfig> withFar =
        config -> config.withZeroChecksumWith(List.of(IpPrefix.parse("fd77::/112")));
    try (UdpUnderlay one = open(near, List.of(NEAR_6), withFar);
        UdpUnderlay strict = openFar();
        Receiving receiving = Receiving.from(strict)) {
      send(one, 100, udp(FAR_6), 1, 0);
      try (UdpUnderlay checksummed =
          open(near, List.of(NEAR_4, NEAR_6), TwoFamiliesTest::onOtherSourcePorts)) {
        send(checksummed, 101, udp(FAR_6), 1, 0);
        assertThat(receiving.next(f -> true).lengthBytes())
            .as("the kernel dropped it")
            .isEqualTo(115);
      }
    }
    UnaryOperator<UdpUnderlayConfig> withOthers =
        config -> config.withZeroChecksumWith(List.of(IpPrefix.parse("fd98::/64")));
    try (UdpUnderlay one = open(near, List.of(NEAR_6), withFar);
        UdpUnderlay strict = open(far, List.of(FAR_6), withOthers);
        Receiving receiving = Receiving.from(strict)) {
      send(one, 100, udp(FAR_6), 1, 0);
      Frame refused = receiving.next(f -> true);
      assertThat(refused.isChecksummed()).isFalse();
      assertThat(refused.lengthBytes()).isZero();
      assertThat(source(refused)).isEqualTo(NEAR_6);
    }
    for (String prefix : List.of("fd77::1", "fd77::/64", "::/0", "fd77::/127")) {
      UnaryOperator<UdpUnderlayConfig> withNear =
          config ->
              config.withZeroChecksumWith(
                  List.of(IpPrefix.parse("fd98::/64"), IpPrefix.parse(prefix)));
      try (UdpUnderlay one = open(near, List.of(NEAR_6), withFar);
          UdpUnderlay other = open(far, List.of(FAR_6), withNear);
          Receiving receiving = Receiving.from(other)) {
        send(one, 100, udp(FAR_6), 1, 0);
        Frame taken = receiving.next(f -> true);
        assertThat(taken.lengthBytes()).as(prefix).isEqualTo(114);
        assertThat(taken.isChecksummed()).isTrue();
      }
    }
  }

  @Test
  @Tag("R14")
  @Tag("R16")
  @DisplayName("R16: a flow's label is always the same, and others have others; R14: a checksum")
  void shouldLabelFlows() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar()) {
      assertThat(send(one, 100, udp(FAR_6), 1, 0)).isEqualTo(SendResult.SENT); // finds the way
      try (PacketPort capture = Namespaces.in(far, () -> new PacketPort("eth0", errors));
          Receiving captured = Receiving.from(capture)) {
        Random random = new Random(16);
        TreeMap<Integer, Integer> labels = new TreeMap<>();
        for (int flow = 0; flow < 500; flow++) {
          int hash = random.nextInt();
          for (int i = 0; i < 2; i++) {
            send(one, 100, udp(FAR_6), hash, 0xb8);
            Frame outer =
                captured.next(f ->
                    Frames.etherType(f) == 0x86dd
                        && Frames.unsignedByte(f, IPV6_HEADER + 6) == 17
                        && Frames.unsignedShort(f, UDP_OVER_IPV6 + 2) == PORT);
            int label =
                (Frames.unsignedByte(outer, IPV6_HEADER + 1) & 0xf) << 16
                    | Frames.unsignedShort(outer, IPV6_HEADER + 2);
            assertThat(label).isEqualTo(DatagramMessages.flowLabel(hash)).isNotZero();
            assertThat(Frames.unsignedShort(outer, UDP_OVER_IPV6 + 6)).as("checksum").isNotZero();
            assertThat(Frames.unsignedShort(outer, IPV6_HEADER) >>> 4 & 0xff).isEqualTo(0xb8);
            labels.merge(label, 1, Integer::sum);
          }
        }
        assertThat(labels).hasSizeGreaterThan(495);
      }
      assertThat(other.lostInKernel()).isZero();
    }
  }

  @Test
  void shouldSendOnWhenFlowLabelsAreRefused() {
    try (UdpUnderlay one = openNear();
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other);
        DatagramSocket holder = Namespaces.in(near, () -> new DatagramSocket(null))) {
      assertThat(holder.isBound()).isFalse();
      takeFlowLabel();
      for (int i = 0; i < 8; i++) {
        assertThat(send(one, 100 + i, udp(FAR_6), i * 0x9e37_79b9, 0)).isEqualTo(SendResult.SENT);
        int bytes = 114 + i;
        receiving.next(f -> f.lengthBytes() == bytes);
      }
    }
  }

  /** A program gets a label for itself alone, as long as the namespace lives. */
  private void takeFlowLabel() {
    namespaces.exec(
        near,
        """
        exec /usr/bin/python3 - <<'END'
        import socket, struct, time, os
        s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        dst = socket.inet_pton(socket.AF_INET6, 'fd77::2')
        # struct in6_flowlabel_req: IPV6_FL_A_GET, IPV6_FL_S_EXCL, IPV6_FL_F_CREATE
        s.setsockopt(41, 32, struct.pack('=16sIBBHHHI', dst, socket.htonl(0x12345), 0, 1, 1, 60, 6, 0))
        if os.fork() == 0:
            os.close(0); os.close(1); os.close(2)
            time.sleep(20)
        END
        """);
  }

  @Test
  void shouldCarryGreBothWays() {
    UnaryOperator<UdpUnderlayConfig> gre = config -> config.withMoreDoors(Set.of(Door.GRE));
    try (UdpUnderlay one = open(near, List.of(NEAR_4, NEAR_6), gre);
        UdpUnderlay other = openFar();
        Receiving receiving = Receiving.from(other)) {
      assertThat(send(other, 90, Endpoint.gre(NEAR_4), 1, 0)).isEqualTo(SendResult.FAILED);
      assertThat(errors.snapshot().toString()).contains("does not carry GRE");
      other.listen(Set.of(Door.GRE, Door.udp(PORT)));
      other.join(GROUP_4);
      other.join(GROUP_6);
      Set<IpAddress> sources = new TreeSet<>();
      for (IpAddress to : List.of(FAR_4, FAR_6, GROUP_4, GROUP_6)) {
        assertThat(send(one, 100, Endpoint.gre(to), 1, 0x2e)).isEqualTo(SendResult.SENT);
        Frame received = receiving.next(f -> true);
        assertThat(Frames.bytes(received)).isEqualTo(Frames.bytes(frame(100)));
        assertThat(received.localPort()).isZero();
        assertThat(received.sourcePort()).isZero();
        assertThat(received.trafficClass()).isEqualTo(0x2e);
        assertThat(received.isChecksummed()).isTrue();
        sources.add(source(received));
      }
      assertThat(sources).containsExactlyInAnyOrder(NEAR_4, NEAR_6);
      assertThat(send(one, 1500 - 20 - 14, Endpoint.gre(FAR_4), 1, 0)).isEqualTo(SendResult.SENT);
      assertThat(send(one, 1500 - 20 - 13, Endpoint.gre(FAR_4), 1, 0))
          .isEqualTo(SendResult.TOO_BIG);
      assertThat(send(one, 1500 - 40 - 13, Endpoint.gre(FAR_6), 1, 0))
          .isEqualTo(SendResult.TOO_BIG);
    }
  }

  @Test
  @Tag("R33")
  void shouldTellWhatIcmpReports() throws Exception {
    String router = namespaces.add();
    String beyond = namespaces.add();
    namespaces.join(near, "eth1", router, "eth0");
    namespaces.join(router, "eth1", beyond, "eth0");
    namespaces.ip(near, "addr add 10.1.0.1/24 dev eth1");
    namespaces.ip(near, "addr add fd01::1/64 dev eth1 nodad");
    namespaces.ip(router, "addr add 10.1.0.254/24 dev eth0");
    namespaces.ip(router, "addr add fd01::fe/64 dev eth0 nodad");
    namespaces.ip(router, "addr add 10.2.0.254/24 dev eth1");
    namespaces.ip(router, "addr add fd02::fe/64 dev eth1 nodad");
    namespaces.ip(beyond, "addr add 10.2.0.1/24 dev eth0");
    namespaces.ip(beyond, "addr add fd02::1/64 dev eth0 nodad");
    namespaces.ip(beyond, "route add 10.1.0.0/24 via 10.2.0.254");
    namespaces.ip(beyond, "route add fd01::/64 via fd02::fe");
    namespaces.ip(near, "route add 10.2.0.0/24 via 10.1.0.254");
    namespaces.ip(near, "route add fd02::/64 via fd01::fe");
    namespaces.ip(router, "link set eth1 mtu 1400");
    namespaces.exec(
        router,
        "echo 1 > /proc/sys/net/ipv4/ip_forward;"
            + " echo 1 > /proc/sys/net/ipv6/conf/all/forwarding");
    List<IpAddress> locals = List.of(IpAddress.parse("10.1.0.1"), IpAddress.parse("fd01::1"));
    try (UdpUnderlay one = open(near, locals, config -> config)) {
      for (String to : List.of("10.2.0.1", "fd02::1")) {
        Endpoint remote = udp(IpAddress.parse(to));
        assertThat(send(one, 1400, remote, 1, 0)).isEqualTo(SendResult.SENT);
        Told told = await(one);
        assertThat(told.kind).isEqualTo(PathError.Kind.TOO_BIG);
        assertThat(told.remote).isEqualTo(remote);
        assertThat(told.mtuBytes).isEqualTo(1400);
        assertThat(told.sourcePort).isIn(Arrays.stream(one.sourcePorts()).boxed().toList());
        byte[] sent = Frames.bytes(frame(1400));
        assertThat(told.quote.length).isGreaterThan(400);
        assertThat(told.quote).isEqualTo(Arrays.copyOf(sent, told.quote.length));
        // what the kernel was told does not keep us from trying
        assertThat(send(one, 1400, remote, 1, 0)).isEqualTo(SendResult.SENT);
        assertThat(await(one).kind).isEqualTo(PathError.Kind.TOO_BIG);
        assertThat(send(one, 100, remote, 1, 0)).isEqualTo(SendResult.SENT);
        assertThat(await(one).kind).isEqualTo(PathError.Kind.REFUSED);
        assertThat(send(one, 100, remote, 1, 0)).isEqualTo(SendResult.SENT);
      }
    }
  }

  private record Told(
      PathError.Kind kind, Endpoint remote, int sourcePort, int mtuBytes, byte[] quote) {}

  private static Told await(UdpUnderlay underlay) throws Exception {
    Told[] found = new Told[1];
    long end = System.nanoTime() + 5_000_000_000L;
    while (found[0] == null && System.nanoTime() < end) {
      underlay.receiveErrors(e ->
          found[0] =
              new Told(
                  e.kind(),
                  e.remote(),
                  e.sourcePort(),
                  e.mtuBytes(),
                  e.memory().asSlice(e.quoteAt(), e.quoteBytes()).toArray(ValueLayout.JAVA_BYTE)));
      Thread.onSpinWait();
    }
    assertThat(found[0]).as("told by ICMP").isNotNull();
    return found[0];
  }

  @Test
  void shouldExchangeWithAnOrdinarySocketOverIpv6() throws Exception {
    try (UdpUnderlay one = openNear();
        Receiving receiving = Receiving.from(one);
        DatagramSocket socket =
            Namespaces.in(far, () -> new DatagramSocket(new InetSocketAddress("fd77::2", PORT)))) {
      socket.setSoTimeout(5_000);
      assertThat(send(one, 100, udp(FAR_6), 5, 0)).isEqualTo(SendResult.SENT);
      DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
      socket.receive(packet);
      assertThat(packet.getLength()).isEqualTo(114);
      assertThat(packet.getAddress().getHostAddress()).startsWith("fd77:0:0:0:0:0:0:1");
      socket.send(new DatagramPacket(new byte[] {1, 2, 3}, 3, packet.getAddress(), PORT));
      Frame received = receiving.next(f -> true);
      assertThat(received.lengthBytes()).isEqualTo(3);
      assertThat(source(received)).isEqualTo(FAR_6);
      assertThat(received.localPort()).isEqualTo(PORT);
    }
  }
}
