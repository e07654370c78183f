package net.viaduct.vtep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Offload;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** R13: nothing that anybody sends does any harm. */
class MalformedDatagramsTest {
  private static final int COUNT = 65_536;
  private static final int AT_ONCE = 1000;
  private static final int BLUE = 100;
  private static final long A = Frames.mac(1);
  private static final long FAR = Frames.mac(3);
  private static final Endpoint REMOTE = new Endpoint(IpAddress.parse("10.77.0.50"), 4789);
  private static final Endpoint STRANGER = new Endpoint(IpAddress.parse("10.77.0.51"), 4789);

  private final MemoryRig rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
  private final MemoryPort port = new MemoryPort("a");

  static long[] seeds() {
    return new long[] {1, System.nanoTime()};
  }

  @BeforeEach
  void open() {
    FloodList flood = new FloodList.Remotes(List.of(REMOTE));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", flood)));
    rig.attach(0, BLUE, port);
    port.queueFrames(2 * AT_ONCE);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void carry(Endpoint source, byte[] payload) {
    rig.network().carry(new MemoryDatagram(source, rig.endpoint(0), payload));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @DisplayName("R3, R9, R10, R12, R13: 65,536 malformed datagrams change nothing but counters")
  void shouldChangeNothingButDropCountersWhenDatagramsAreMalformed(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < COUNT; i++) {
      malformed(random);
      if (i % AT_ONCE == 0) {
        rig.settle();
      }
    }
    rig.settle();
    String as = "seed " + seed;
    assertThat(port.takeAll()).as(as).isEmpty();
    try (StationPages stations = rig.view(0).stations()) {
      assertThat(stations.next(10)).as(as).isEmpty();
    }
    assertThat(rig.view(0).remotes()).as(as).hasSize(1);
    assertThat(rig.host(0).errors().snapshot()).as(as).isEmpty();
    Map<String, Long> counters = rig.view(0).counters().values();
    assertThat(counters.get("ingress-received-frames")).as(as).isEqualTo(COUNT);
    assertThat(counters.get("ingress-dropped-frames")).as(as).isEqualTo(COUNT);
    assertThat(counters)
        .as(as)
        .allSatisfy((name, value) -> {
          if (!name.startsWith("drop-") && !name.startsWith("ingress-")) {
            assertThat(value).as(name).isZero();
          }
        });
    Conservation.checkSums(rig.view(0));
  }

  private void malformed(Random random) {
    byte[] valid = Frames.vxlan(BLUE, Frames.tcp(A, FAR, random.nextInt(60_000), 40));
    switch (random.nextInt(6)) {
      case 0 -> {
        byte[] bytes = new byte[random.nextInt(300)];
        random.nextBytes(bytes);
        if (bytes.length > 0) {
          bytes[0] &= ~0x08;
        }
        carry(REMOTE, bytes);
      }
      case 1 -> carry(REMOTE, Arrays.copyOf(valid, random.nextInt(8 + 14)));
      case 2 -> {
        valid[4 + random.nextInt(3)] ^= (byte) (1 + random.nextInt(255));
        carry(REMOTE, valid);
      }
      case 3 -> {
        random.nextBytes(valid);
        carry(STRANGER, valid);
      }
      case 4 -> {
        valid[8 + 6] |= 1;
        carry(REMOTE, valid);
      }
      default -> {
        Arrays.fill(valid, 8 + 6, 8 + 12, (byte) 0);
        carry(REMOTE, valid);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @DisplayName("R13: datagrams changed at random do no harm, and none is lost silently")
  void shouldAccountForEveryDatagramWhenTheyAreChangedAtRandom(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < COUNT; i++) {
      byte[] inner =
          switch (random.nextInt(4)) {
            case 0 -> Frames.unfinished(Frames.tcp(A, FAR, i & 0xffff, random.nextInt(4000)));
            case 1 -> Frames.unfinished(Frames.udp(A, FAR, i & 0xffff, random.nextInt(4000)));
            case 2 -> Frames.tagged(Frames.tcp(A, FAR, i & 0xffff, 100), 5);
            default -> Frames.frame(A, FAR, random.nextInt(100), i);
          };
      byte[] datagram = Frames.vxlan(BLUE, inner);
      for (int changes = random.nextInt(6); changes > 0; changes--) {
        datagram[random.nextInt(Math.min(datagram.length, 80))] = (byte) random.nextInt();
      }
      carry(REMOTE, Arrays.copyOf(datagram, random.nextInt(datagram.length + 1)));
      if (i % AT_ONCE == 0) {
        rig.settle();
        port.takeAll();
      }
    }
    rig.settle();
    assertThat(rig.host(0).errors().snapshot()).as("seed %d", seed).isEmpty();
    assertThat(rig.view(0).drops().get(DropReason.DEFECT)).as("seed %d", seed).isZero();
    // one that was cut off just where the next one ends looks like one with a super-frame in it
    assertThat(rig.view(0).counters().values().get("ingress-received-datagrams"))
        .as("seed %d", seed)
        .isBetween(COUNT - 8L, (long) COUNT);
    Conservation.checkSums(rig.view(0));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @DisplayName("R13: frames and offload requests at random from a port do no harm")
  void shouldAccountForEveryFrameWhenPortGivesAnything(long seed) {
    Random random = new Random(seed);
    MemoryPort other = new MemoryPort("b");
    rig.attach(0, BLUE, other);
    for (int i = 0; i < COUNT / 4; i++) {
      byte[] frame = Frames.unfinished(Frames.tcp(FAR, A, i & 0xffff, random.nextInt(5000)));
      for (int changes = random.nextInt(6); changes > 0; changes--) {
        frame[random.nextInt(54)] = (byte) random.nextInt();
      }
      MemoryFrame given = MemoryFrame.of(Arrays.copyOf(frame, random.nextInt(frame.length + 1)));
      if (random.nextBoolean()) {
        int start = random.nextBoolean() ? 34 : random.nextInt(6000) - 100;
        given =
            given.withChecksumPartial(start, random.nextBoolean() ? 16 : random.nextInt(99) - 9);
      }
      if (random.nextBoolean()) {
        int[] types = {Offload.TCP_IPV4, Offload.TCP_IPV6, Offload.UDP, 0x81, 77};
        given = given.withSegmentation(types[random.nextInt(5)], random.nextInt(3000) - 10);
      }
      port.inject(given);
      if (i % AT_ONCE == 0) {
        rig.settle();
        port.takeAll();
        other.takeAll();
      }
    }
    rig.settle();
    assertThat(rig.host(0).errors().snapshot()).as("seed %d", seed).isEmpty();
    assertThat(rig.view(0).drops().get(DropReason.DEFECT)).as("seed %d", seed).isZero();
    Conservation.checkSums(rig.view(0));
  }

  @Test
  @DisplayName("R10, R12: forged senders and stations fill no more than the limits")
  void shouldStayWithinLimitsWhenEverythingIsForged() {
    MemoryRig small =
        new MemoryRig(
            1,
            MemoryRig.impatient(
                new VtepConfig(
                    VtepConfig.DEFAULT.ageing(),
                    false,
                    new TableLimits(1000, 800, 100, 300, 4, 4, 50),
                    VtepConfig.DEFAULT.idleWait())));
    IpAddress group = small.group(1);
    FloodList flood = new FloodList.Group(new Endpoint(group, 4789));
    small.await(small.control(0).addNetwork(new NetworkConfig(BLUE, "blue", flood)));
    MemoryPort a = new MemoryPort("a");
    small.attach(0, BLUE, a);
    Random random = new Random(5);
    for (int i = 0; i < 20_000; i++) {
      Endpoint source = new Endpoint(IpAddress.ofIpv4(random.nextInt()), 4789);
      byte[] hello = Frames.broadcast(Frames.mac(random.nextInt(1 << 24)));
      small
          .network()
          .carry(new MemoryDatagram(source, small.endpoint(0), Frames.vxlan(BLUE, hello)));
      a.inject(Frames.broadcast(Frames.mac(random.nextInt(1 << 24))));
      if (i % 500 == 0) {
        small.settle();
        a.takeAll();
      }
    }
    small.settle();
    assertThat(small.view(0).remotes()).hasSizeLessThanOrEqualTo(50);
    assertThat(small.view(0).networks().getFirst().stations()).isLessThanOrEqualTo(800);
    assertThat(small.view(0).ports().getFirst().stations()).isEqualTo(100);
    Map<String, Long> counters = small.view(0).counters().values();
    assertThat(counters.get("stations-refused-by-port")).isPositive();
    assertThat(counters.get("drop-remote-table-full")).isPositive();
    Conservation.check(small.view(0));
    small.close();
  }
}
