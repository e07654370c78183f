package net.viaduct.vtep;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.PathSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StationPolicy.Moves;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens, a host does with each frame what the model does: R9, R10, R11, R12, R8, R66,
 * split horizon and local switching, under random frames, changes and time.
 */
class VtepModelTest {
  private static final PathSettings QUIET =
      new PathSettings(false, true, true, OptionalInt.empty());

  private static final int STEPS = 15_000;
  private static final int[] VNIS = {0, 77, 100, 0xff_ffff};
  private static final int MACS = 12;

  private Random random;
  private MemoryRig rig;
  private VtepModel model;
  private final Map<String, MemoryPort> ports = new TreeMap<>();
  private final List<String> sent = new ArrayList<>();
  private int portNumber;
  private int frameNumber;
  private long beganNs;

  static long[] seeds() {
    return new long[] {1, 2, 3, 4, System.nanoTime()};
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @DisplayName("R8 to R12, R66: the host agrees with the model")
  void shouldAgreeWithModelUnderRandomSequences(long seed) {
    random = new Random(seed);
    rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
    model = new VtepModel(rig.endpoint(0));
    beganNs = rig.clock().nanoTime();
    rig.network().observe(this::note);
    for (int step = 0; step < STEPS; step++) {
      String at = "seed " + seed + ", step " + step + ": ";
      sent.clear();
      model.outcomes.clear();
      String what = doSomething();
      rig.settle();
      compare(at + what);
      if (step % 500 == 0) {
        compareTables(at + what);
        Conservation.check(rig.view(0));
      }
    }
    rig.close();
  }

  private void note(MemoryDatagram datagram) {
    if (datagram.source().address().equals(rig.endpoint(0).address())
        && !datagram.destination().equals(rig.endpoint(0))) {
      byte[] payload = datagram.payload();
      int vni = (payload[4] & 0xff) << 16 | (payload[5] & 0xff) << 8 | (payload[6] & 0xff);
      byte[] inner = Arrays.copyOfRange(payload, 8, payload.length);
      sent.add(datagram.destination() + " is sent " + content(inner) + " in " + vni);
    }
  }

  private static String content(byte[] frame) {
    return HexFormat.of().formatHex(frame, 0, 24);
  }

  private String doSomething() {
    return switch (random.nextInt(40)) {
      case 0 -> passTime();
      case 1 -> addNetwork();
      case 2 -> random.nextInt(4) == 0 ? removeNetwork() : changeNetwork();
      case 3, 4 -> attach();
      case 5 -> detach();
      case 6 -> say();
      case 7 -> unsay();
      default -> random.nextBoolean() ? frameFromPort() : datagram();
    };
  }

  private String passTime() {
    int seconds = random.nextInt(5) == 0 ? 200 : random.nextInt(30);
    rig.advance(Duration.ofSeconds(seconds));
    model.nowSeconds = (int) ((rig.clock().nanoTime() - beganNs) / 1_000_000_000L);
    return seconds + " s pass";
  }

  private NetworkConfig config(int vni) {
    FloodList flood;
    if (random.nextBoolean()) {
      flood = new FloodList.Group(new Endpoint(rig.group(random.nextInt(3)), MemoryRig.PORT));
    } else {
      List<Endpoint> remotes = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        if (random.nextBoolean()) {
          remotes.add(new Endpoint(remote(i), MemoryRig.PORT));
        }
      }
      flood = new FloodList.Remotes(remotes);
    }
    Set<IpAddress> accepted =
        random.nextInt(4) == 0 ? Set.of(remote(0), remote(1), remote(2)) : Set.of();
    TagPolicy tags = random.nextBoolean() ? TagPolicy.DROP : TagPolicy.KEEP;
    StationPolicy often = StationPolicy.USUAL.with(Moves.FOLLOW); // MoveDamperTest has the others
    StationPolicy stations = often.announcingNew(random.nextBoolean());
    NetworkConfig config = new NetworkConfig(vni, "n" + vni, flood, accepted, tags, stations);
    return config.with(config.settings().with(QUIET)); // the model counts every datagram
  }

  private static IpAddress remote(int number) {
    return IpAddress.ofIpv4(0x0a4d_0064 + number);
  }

  private int anyVni() {
    return VNIS[random.nextInt(VNIS.length)];
  }

  private String addNetwork() {
    NetworkConfig config = config(anyVni());
    if (!model.vnis().contains(config.vni())) {
      rig.await(rig.control(0).addNetwork(config));
      model.addNetwork(config);
    }
    return "add " + config;
  }

  private String changeNetwork() {
    NetworkConfig config = config(anyVni());
    if (model.vnis().contains(config.vni())) {
      rig.await(rig.control(0).changeNetwork(config));
      model.addNetwork(config);
    }
    return "change to " + config;
  }

  private String removeNetwork() {
    int vni = anyVni();
    for (String port : model.portsOf(vni)) {
      rig.await(rig.control(0).detachPort(port));
      model.detach(port);
      ports.remove(port);
    }
    rig.await(rig.control(0).removeNetwork(vni));
    model.removeNetwork(vni);
    return "remove network " + vni;
  }

  private String attach() {
    int vni = anyVni();
    if (model.vnis().contains(vni) && model.portsOf(vni).size() < 4) {
      MemoryPort port = new MemoryPort("p" + portNumber++);
      rig.attach(0, vni, port);
      model.attach(vni, port.name());
      ports.put(port.name(), port);
    }
    return "attach a port to " + vni;
  }

  private String anyPort() {
    return model.ports().stream().skip(random.nextInt(model.ports().size())).findFirst().get();
  }

  private String detach() {
    if (model.ports().isEmpty()) {
      return "nothing";
    }
    String port = anyPort();
    rig.await(rig.control(0).detachPort(port));
    model.detach(port);
    ports.remove(port);
    return "detach " + port;
  }

  private String say() {
    int vni = anyVni();
    if (!model.vnis().contains(vni)) {
      return "nothing";
    }
    long mac = Frames.mac(1 + random.nextInt(MACS));
    Origin origin = Origin.values()[random.nextInt(3)];
    List<String> here = model.portsOf(vni);
    Location location =
        here.isEmpty() || random.nextBoolean()
            ? new Location.AtRemote(remote(random.nextInt(6)))
            : new Location.AtPort(here.get(random.nextInt(here.size())));
    rig.await(rig.control(0).addStation(vni, mac, location, origin));
    model.say(vni, mac, location, origin);
    return origin + " says " + MacAddress.format(mac) + " in " + vni + " is at " + location;
  }

  private String unsay() {
    int vni = anyVni();
    long mac = Frames.mac(1 + random.nextInt(MACS));
    Origin origin = Origin.values()[random.nextInt(4)];
    rig.await(rig.control(0).removeStation(vni, mac, origin));
    model.unsay(vni, mac, origin);
    return origin + " takes back " + MacAddress.format(mac) + " in " + vni;
  }

  private String frameFromPort() {
    if (model.ports().isEmpty()) {
      return "nothing";
    }
    String port = anyPort();
    byte[] bytes = anyFrame();
    ports.get(port).inject(bytes);
    model.fromPort(port, shape(bytes));
    return "from " + port + " " + content(bytes);
  }

  private String datagram() {
    int vni = anyVni();
    IpAddress from =
        random.nextInt(50) == 0 ? rig.endpoint(0).address() : remote(random.nextInt(6));
    byte[] bytes = anyFrame();
    rig.network()
        .carry(
            new MemoryDatagram(
                new Endpoint(from, 50_000), rig.endpoint(0), Frames.vxlan(vni, bytes)));
    model.fromUnderlay(from, vni, shape(bytes));
    return "from " + from + " in " + vni + " " + content(bytes);
  }

  private byte[] anyFrame() {
    long source =
        switch (random.nextInt(40)) {
          case 0 -> 0;
          case 1 -> Frames.mac(3) | 0x0100_0000_0000L;
          default -> Frames.mac(1 + random.nextInt(MACS));
        };
    long destination =
        switch (random.nextInt(12)) {
          case 0 -> MacAddress.BROADCAST;
          case 1 -> 0x0100_5e00_0001L;
          case 2 -> 0x0180_c200_0000L + random.nextInt(20);
          default -> Frames.mac(1 + random.nextInt(MACS));
        };
    byte[] frame = Frames.frame(destination, source, 50, frameNumber++);
    return random.nextInt(10) == 0 ? Frames.tagged(frame, 5) : frame;
  }

  private static VtepModel.Shape shape(byte[] frame) {
    boolean tagged = frame[12] == (byte) 0x81;
    return new VtepModel.Shape(mac(frame, 0), mac(frame, 6), tagged, content(frame));
  }

  private static long mac(byte[] frame, int at) {
    long mac = 0;
    for (int i = 0; i < 6; i++) {
      mac = mac << 8 | (frame[at + i] & 0xff);
    }
    return mac;
  }

  /** A reverse ARP by which a host tells of a station that was put at one of its ports. */
  private static boolean isAnnouncement(String outcome) {
    return outcome.contains("803500010800060400030200");
  }

  private void compare(String what) {
    List<String> outcomes = new ArrayList<>(sent);
    ports.forEach((name, port) -> {
      for (MemoryFrame frame : port.takeAll()) {
        outcomes.add(name + " gets " + content(frame.bytes()));
      }
    });
    if (what.endsWith(" s pass")) {
      // of static stations that came to a port before; NeighbourTest has those
      outcomes.removeIf(VtepModelTest::isAnnouncement);
    }
    assertThat(outcomes).as(what).containsExactlyInAnyOrderElementsOf(model.outcomes);
    rig.view(0)
        .drops()
        .forEach((reason, count) ->
            assertThat(count)
                .as("%s; dropped for %s", what, reason.label())
                .isEqualTo(model.drops.getOrDefault(reason, 0L)));
  }

  private void compareTables(String what) {
    Map<String, String> shown = new TreeMap<>();
    try (StationPages pages = rig.view(0).stations()) {
      for (var page = pages.next(7); !page.isEmpty(); page = pages.next(7)) {
        page.forEach(station ->
            assertThat(
                    shown.put(
                        station.vni() + " " + MacAddress.format(station.mac()),
                        station.location() + " " + station.origin() + " " + station.ageSeconds()))
                .as(what)
                .isNull());
      }
    }
    Map<String, String> expected = new TreeMap<>();
    model
        .facts()
        .forEach((station, _) -> {
          VtepModel.Fact fact = model.known(station.vni(), station.mac());
          if (fact != null) {
            expected.put(
                station.vni() + " " + MacAddress.format(station.mac()),
                fact.location()
                    + " "
                    + fact.origin()
                    + " "
                    + (model.nowSeconds - fact.seenSeconds()));
          }
        });
    assertThat(shown).as(what).isEqualTo(expected);
  }
}
