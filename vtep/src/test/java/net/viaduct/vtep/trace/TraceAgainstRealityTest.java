package net.viaduct.vtep.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.settings.TagSettings;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a trace foretells is what happens: the same places and the same reasons, for random frames
 * from ports and datagrams from the underlay, while the tables change under them.
 */
class TraceAgainstRealityTest {
  private static final int FRAMES = 100_000;
  private static final int MACS = 10;
  private static final int[] VNIS = {100, 200, 300, 400, 500};
  private static final String[] SENDERS = {"10.77.0.2", "10.77.0.3", "192.0.2.1", "10.77.0.1"};
  private static final long[] ODD_MACS = {
    MacAddress.BROADCAST,
    0x0100_5e00_0001L,
    0x0100_5e01_0203L,
    0x3333_0000_0001L,
    0x0180_c200_0003L,
    0
  };

  private Random random;
  private MemoryRig rig;
  private final List<MemoryPort> ports = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void shouldForetellWhatHappens(long seed) {
    random = new Random(seed);
    rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
    rig.network().observe(this::note);
    build();
    for (int i = 0; i < FRAMES / 2; i++) {
      String at = "seed " + seed + ", frame " + i;
      boolean egress = random.nextInt(5) < 3;
      List<String> foretold;
      List<String> happened;
      String what;
      Map<DropReason, Long> before = rig.view(0).drops();
      if (egress) {
        MemoryPort port = ports.get(random.nextInt(ports.size()));
        byte[] frame = randomFrame();
        what =
            port.name()
                + " sends "
                + HexFormat.of().formatHex(frame, 0, Math.min(24, frame.length));
        foretold = words(rig.await(rig.control(0).traceFromPort(port.name(), frame)));
        assertThat(seen(before)).as("%s: a trace does nothing; %s", at, what).isEmpty();
        port.inject(frame);
      } else {
        Endpoint sender = new Endpoint(IpAddress.parse(pick(SENDERS)), 50_000);
        byte[] payload = randomDatagram();
        what =
            sender + " sends " + HexFormat.of().formatHex(payload, 0, Math.min(32, payload.length));
        foretold = words(rig.await(rig.control(0).traceFromUnderlay(sender, payload)));
        assertThat(seen(before)).as("%s: a trace does nothing; %s", at, what).isEmpty();
        rig.host(0).underlay().arrive(new MemoryDatagram(sender, rig.endpoint(0), payload));
      }
      rig.settle();
      happened = seen(before);
      assertThat(happened).as("%s: %s", at, what).isEqualTo(foretold);
    }
    Conservation.check(rig.view(0));
    rig.close();
  }

  private void build() {
    List<Endpoint> remotes = List.of(endpoint("10.77.0.2"), endpoint("10.77.0.3"));
    NetworkSettings usual = NetworkSettings.DEFAULT;
    add(new NetworkConfig(100, "blue", new FloodList.Remotes(remotes)));
    FloodList group = new FloodList.Group(new Endpoint(rig.group(1), MemoryRig.PORT));
    add(
        new NetworkConfig(
            200, "green", group, Set.of(), usual.with(new TagSettings(TagPolicy.KEEP))));
    StationPolicy few = new StationPolicy(true, Optional.empty(), OptionalInt.of(4));
    add(
        new NetworkConfig(
            300, "small", new FloodList.Remotes(remotes.subList(0, 1)), Set.of(), usual.with(few)));
    StationPolicy none = new StationPolicy(false, Optional.empty(), OptionalInt.empty());
    add(
        new NetworkConfig(
            400, "still", new FloodList.Remotes(List.of()), Set.of(), usual.with(none)));
    add(
        new NetworkConfig(
            500,
            "snooped",
            new FloodList.Remotes(remotes),
            Set.of(),
            usual.with(MulticastSettings.DEFAULT.with(SnoopingSettings.ON))));
    for (int vni : VNIS) {
      for (int i = 0; i < (vni == 400 ? 1 : 3); i++) {
        MemoryPort port = new MemoryPort("p" + vni + "-" + i);
        port.mtuBytes(i == 2 ? 1000 : 1500);
        rig.attach(0, vni, port);
        ports.add(port);
      }
      Location there = new Location.AtRemote(IpAddress.parse("10.77.0.3"));
      rig.await(rig.control(0).addStation(vni, Frames.mac(1), there, Origin.STATIC));
      Location here = new Location.AtPort("p" + vni + "-0");
      rig.await(rig.control(0).addStation(vni, Frames.mac(2), here, Origin.STATIC));
    }
  }

  private void add(NetworkConfig network) {
    rig.await(rig.control(0).addNetwork(network));
  }

  private static Endpoint endpoint(String address) {
    return new Endpoint(IpAddress.parse(address), MemoryRig.PORT);
  }

  private void note(MemoryDatagram datagram) {
    if (datagram.source().address().equals(rig.endpoint(0).address())
        && !datagram.destination().equals(rig.endpoint(0))) {
      byte[] payload = datagram.payload();
      int vni = (payload[4] & 0xff) << 16 | (payload[5] & 0xff) << 8 | (payload[6] & 0xff);
      sent.add(new Outcome.Sent(vni, datagram.destination()).toString());
    }
  }

  private static List<String> words(Trace trace) {
    assertThat(trace.outcomes()).as("something becomes of each frame").isNotEmpty();
    return trace.outcomes().stream()
        .map(outcome ->
            outcome instanceof Outcome.Dropped dropped
                ? dropped.reason().label()
                : outcome.toString())
        .sorted()
        .toList();
  }

  private List<String> seen(Map<DropReason, Long> before) {
    List<String> seen = new ArrayList<>(sent);
    sent.clear();
    for (MemoryPort port : ports) {
      port.takeAll().forEach(_ -> seen.add(new Outcome.Delivered(port.name()).toString()));
    }
    rig.view(0)
        .drops()
        .forEach((reason, count) -> {
          for (long i = before.get(reason); i < count; i++) {
            seen.add(reason.label());
          }
        });
    seen.sort(null);
    return seen;
  }

  private long randomMac() {
    return random.nextInt(12) == 0
        ? ODD_MACS[random.nextInt(ODD_MACS.length)]
        : Frames.mac(1 + random.nextInt(MACS));
  }

  private byte[] randomFrame() {
    int payload = random.nextInt(8) == 0 ? random.nextInt(1800) : random.nextInt(64);
    long destination = random.nextInt(6) == 0 ? MacAddress.BROADCAST : randomMac();
    byte[] frame =
        switch (random.nextInt(4)) {
          case 0 -> Frames.tcp(destination, randomMac(), random.nextInt(9), payload);
          case 1 -> Frames.udp(destination, randomMac(), random.nextInt(9), payload);
          default -> Frames.frame(destination, randomMac(), payload, random.nextInt());
        };
    if (random.nextInt(10) == 0) {
      frame = Frames.tagged(frame, 1 + random.nextInt(4094));
    }
    return random.nextInt(40) == 0 ? Arrays.copyOf(frame, random.nextInt(frame.length)) : frame;
  }

  private byte[] randomDatagram() {
    int vni = random.nextInt(20) == 0 ? 4711 : VNIS[random.nextInt(VNIS.length)];
    byte[] datagram = Frames.vxlan(vni, randomFrame());
    if (random.nextInt(30) == 0) {
      datagram[random.nextInt(8)] ^= (byte) (1 << random.nextInt(8));
    }
    return random.nextInt(40) == 0
        ? Arrays.copyOf(datagram, random.nextInt(datagram.length))
        : datagram;
  }

  private String pick(String[] from) {
    return from[random.nextInt(from.length)];
  }
}
