package net.viaduct.host.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.viaduct.host.config.Flood;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.host.config.PortConfig;
import net.viaduct.host.config.StaticStation;
import net.viaduct.host.config.StationMove;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.host.reconcile.DesiredState;
import net.viaduct.host.subscription.ToldNetwork.ToldLeg;
import net.viaduct.host.subscription.ToldNetwork.ToldMove;
import net.viaduct.host.subscription.ToldNetwork.ToldStation;
import net.viaduct.host.subscription.ToldNetwork.ToldWire;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** What a file and a controller say together. */
class MergerTest {
  private static final Endpoint H1 = new Endpoint(IpAddress.parse("10.77.0.1"), 4789);
  private static final Endpoint H2 = new Endpoint(IpAddress.parse("10.77.0.2"), 4789);
  private static final Endpoint H3 = new Endpoint(IpAddress.parse("10.77.0.3"), 4789);
  private static final Endpoint H4 = new Endpoint(IpAddress.parse("10.77.0.4"), 4789);
  private static final ToldStation DIRECT =
      new ToldStation(0x0200_0000_0009L, List.of(IpAddress.parse("10.0.0.9")), "", "");
  private static final ToldStation VM1 =
      new ToldStation(0x0200_0000_0001L, List.of(IpAddress.parse("10.0.0.1")), "h1", "vm1");
  private static final ToldStation VM2 =
      new ToldStation(0x0200_0000_0002L, List.of(IpAddress.parse("10.0.0.2")), "h2", "vm2");

  private static HostConfig file(String rest) {
    String text = "underlay: { address: 10.77.0.1 }\ncontroller: { state: /s }\n" + rest;
    return ConfigFile.parse(Path.of("v"), text, "h1").config();
  }

  private static ToldNetwork told(String name, int vni, ToldStation... stations) {
    return told(name, vni, Map.of("h1", List.of(H1), "h2", List.of(H2)), stations);
  }

  private static ToldNetwork told(
      String name, int vni, Map<String, List<Endpoint>> members, ToldStation... stations) {
    return new ToldNetwork(
        vni, name, OptionalInt.empty(), Optional.empty(), members, List.of(stations), List.of());
  }

  private static Merged merge(HostConfig file, ToldNetwork... told) {
    return Merger.merge(file, List.of(told), name -> name.startsWith("veth"), 0);
  }

  @Test
  void shouldMakeANetworkThatOnlyTheControllerKnows() {
    Merged merged = merge(file(""), told("blue", 100, VM1, VM2));
    NetworkConfig blue = merged.config().networks().getFirst();
    assertThat(blue.name()).isEqualTo("blue");
    assertThat(blue.flood()).isEqualTo(new Flood.Remotes(List.of(H2)));
    assertThat(blue.ports()).singleElement().isInstanceOf(PortConfig.Tap.class);
    assertThat(blue.settings().neighbours().known()).hasSize(2);
    assertThat(blue.settings().neighbours().suppression()).isTrue();
    assertThat(merged.stations().get(100))
        .containsExactly(
            new StaticStation.Local(VM1.mac(), "vm1"), new StaticStation.Remote(VM2.mac(), H2));
    assertThat(merged.troubles()).isEmpty();
  }

  @Test
  void shouldAttachADeviceThatIsThere() {
    ToldStation machine = new ToldStation(VM1.mac(), List.of(), "h1", "veth1");
    assertThat(merge(file(""), told("blue", 100, machine)).config().networks().getFirst().ports())
        .singleElement()
        .isInstanceOf(PortConfig.Device.class);
  }

  @Test
  void shouldFillTheFloodListOfANetworkOfTheFile() {
    HostConfig file =
        file("networks: { own: { vni: 100, flood: controller, ports: [{ device: vm1 }] } }");
    assertThat(file.networks().getFirst().flood()).isEqualTo(new Flood.Controller());
    Merged merged = merge(file, told("blue", 100, VM1, VM2));
    NetworkConfig own = merged.config().networks().getFirst();
    assertThat(own.name()).isEqualTo("own");
    assertThat(own.flood()).isEqualTo(new Flood.Remotes(List.of(H2)));
    assertThat(own.ports()).isEqualTo(file.networks().getFirst().ports());
    assertThat(merged.stations().get(100)).hasSize(2);
  }

  @Test
  void shouldLetTheFileOutrankTheController() {
    HostConfig file =
        file(
            """
            networks:
              own: { vni: 100, flood: { remotes: [10.77.0.9] } }
              red: { vni: 300 }
              green:
                vni: 400
                flood: controller
                ports: [{ tap: vm1 }]
                stations: [{ mac: 02:00:00:00:00:02, remote: 10.77.0.8 }]
            """);
    Merged merged = merge(file, told("blue", 100), told("red", 301), told("g", 400, VM1, VM2));
    assertThat(merged.config().networks()).hasSize(3);
    assertThat(merged.config().networks().getFirst()).isEqualTo(file.networks().getFirst());
    assertThat(merged.stations().get(400))
        .containsExactly(new StaticStation.Local(VM1.mac(), "vm1"));
    assertThat(merged.troubles())
        .satisfiesExactly(
            one -> assertThat(one).contains("write 'flood: controller' there"),
            two -> assertThat(two).contains("its name is that of a network of the file"));
  }

  @Test
  void shouldDoTheRestWhenAPartCannotBeDone() {
    Endpoint v6 = new Endpoint(IpAddress.parse("fd77::3"), 4789);
    ToldNetwork network =
        told(
            "blue",
            100,
            Map.of("h1", List.of(H1), "h2", List.of(H2), "h3", List.of(v6), "h4", List.of(H1)),
            VM2,
            new ToldStation(0, List.of(), "h2", ""), // no station's address
            new ToldStation(0x0200_0000_0003L, List.of(), "h3", "vm3"));
    Merged merged = merge(file(""), network);
    assertThat(merged.config().networks().getFirst().flood())
        .isEqualTo(new Flood.Remotes(List.of(H2)));
    assertThat(merged.stations().get(100)).containsExactly(new StaticStation.Remote(VM2.mac(), H2));
    assertThat(merged.troubles())
        .anySatisfy(it -> assertThat(it).contains("h3", "no address of a family"))
        .anySatisfy(it -> assertThat(it).contains("h4", "this host's own address"))
        .anySatisfy(it -> assertThat(it).contains("no station's address"));
  }

  @Test
  void shouldLeaveOutOnlyTheFactThatCannotBeTrueHereAndNameIt() {
    Endpoint group = new Endpoint(IpAddress.parse("239.1.1.1"), 4789);
    ToldStation badPort = new ToldStation(0x0200_0000_0003L, List.of(), "h1", "a/b");
    ToldStation badAddress =
        new ToldStation(0x0200_0000_0004L, List.of(IpAddress.parse("0.0.0.0")), "h2", "vm4");
    ToldNetwork network =
        new ToldNetwork(
            100,
            "blue",
            OptionalInt.empty(),
            Optional.of(IpAddress.parse("10.0.0.9")),
            Map.of("h1", List.of(H1), "h2", List.of(H2), "h3", List.of(group)),
            List.of(VM1, VM2, badPort, badAddress),
            List.of(new ToldMove(VM2.mac(), "h2", "h1", "c:d", false)));
    Merged merged = merge(file(""), network);
    NetworkConfig blue = merged.config().networks().getFirst();
    assertThat(blue.flood()).isEqualTo(new Flood.Remotes(List.of(H2)));
    assertThat(blue.ports()).extracting(PortConfig::name).containsExactly("vm1");
    assertThat(merged.stations().get(100))
        .containsExactly(
            new StaticStation.Local(VM1.mac(), "vm1"),
            new StaticStation.Remote(VM2.mac(), H2),
            new StaticStation.Remote(badAddress.mac(), H2));
    assertThat(blue.settings().neighbours().known()).hasSize(2);
    assertThat(merged.moves().get(100)).isEmpty();
    assertThat(merged.troubles())
        .hasSize(5)
        .anySatisfy(it -> assertThat(it).contains("host h3", "239.1.1.1"))
        .anySatisfy(it -> assertThat(it).contains("station 02:00:00:00:00:03", "a/b"))
        .anySatisfy(it -> assertThat(it).contains("an address of 02:00:00:00:00:04", "0.0.0.0"))
        .anySatisfy(it -> assertThat(it).contains("the move of 02:00:00:00:00:02", "c:d"))
        .anySatisfy(it -> assertThat(it).contains("its group", "10.0.0.9"));
  }

  @Test
  void shouldNotTakeMoreStationsThanThereIsRoomFor() {
    Merged merged = merge(file("limits: { stations: 1 }\n"), told("blue", 100, VM1, VM2));
    assertThat(merged.stations().get(100)).hasSize(1);
    assertThat(merged.troubles()).singleElement().asString().contains("limits.stations");
  }

  private static ToldNetwork strict(String name, int vni) {
    return new ToldNetwork(
        vni,
        name,
        OptionalInt.empty(),
        Optional.empty(),
        new ToldNetwork.Unknown(true, OptionalLong.of(60)),
        ToldWire.NONE,
        Map.of("h1", List.of(H1), "h2", List.of(H2)),
        List.of(VM1),
        List.of(),
        Map.of());
  }

  @Test
  void shouldFloodAndLearnOnlyAfterNoControllerWasThereForLong() {
    HostConfig file = file("networks: { own: { vni: 300, flood: controller } }");
    List<ToldNetwork> told = List.of(strict("blue", 100), told("red", 200), strict("own", 300));
    Merged there = Merger.merge(file, told, _ -> false, 59_999_999_999L);
    assertThat(policy(there, "blue"))
        .isEqualTo(
            StationPolicy.USUAL
                .with(StationPolicy.Sources.NOTHING)
                .with(StationPolicy.Unknown.DROP));
    assertThat(policy(there, "red")).isEqualTo(StationPolicy.USUAL);
    assertThat(policy(there, "own")).as("as the file says").isEqualTo(policy(file, "own"));
    assertThat(there.fallenBack()).isEmpty();
    Merged away = Merger.merge(file, told, _ -> false, 60_000_000_000L);
    assertThat(policy(away, "blue"))
        .as("and others hear of it")
        .isEqualTo(StationPolicy.USUAL.announcingNew(true).outrankingTold(true));
    assertThat(policy(away, "own"))
        .as("as the file says, but for what is told")
        .isEqualTo(policy(file, "own").outrankingTold(true));
    assertThat(away.fallenBack()).contains(100).doesNotContain(200);
    assertThat(away.stations()).as("what is told stays").isEqualTo(there.stations());
  }

  private static StationPolicy policy(Merged merged, String network) {
    return policy(merged.config(), network);
  }

  private static StationPolicy policy(HostConfig config, String network) {
    return config.networks().stream()
        .filter(it -> it.name().equals(network))
        .findFirst()
        .orElseThrow()
        .settings()
        .stations();
  }

  private static ToldNetwork moving(String from, String to, String at) {
    ToldStation station = new ToldStation(VM1.mac(), List.of(), at, "vm1");
    return new ToldNetwork(
        100,
        "blue",
        OptionalInt.empty(),
        Optional.empty(),
        Map.of("h1", List.of(H1), "h2", List.of(H2)),
        List.of(station),
        List.of(new ToldMove(VM1.mac(), from, to, "vm1", false)));
  }

  @Test
  void shouldMakeThePortReadyForAStationThatIsStillElsewhere() {
    Merged merged = merge(file(""), moving("h2", "h1", "h2"));
    assertThat(merged.config().networks().getFirst().ports())
        .singleElement()
        .matches(port -> port.name().equals("vm1"));
    assertThat(merged.stations().get(100)).containsExactly(new StaticStation.Remote(VM1.mac(), H2));
    assertThat(merged.moves().get(100)).containsExactly(new StationMove.Here(VM1.mac(), "vm1"));
  }

  @Test
  void shouldSendAfterAStationThatLeavesOrHasLeft() {
    for (String at : List.of("h1", "h2")) {
      Merged merged = merge(file(""), moving("h1", "h2", at));
      assertThat(merged.moves().get(100)).containsExactly(new StationMove.Away(VM1.mac(), H2));
      assertThat(merged.config().networks().getFirst().ports()).hasSize(at.equals("h1") ? 1 : 0);
    }
    assertThat(merge(file(""), moving("h2", "h3", "h2")).moves().get(100)).isEmpty();
  }

  /** A network over hosts h1 to h4, of which h1 and h2 have a leg. */
  private static Merged stretched(String host, String gateway, ToldMove... moves) {
    String address = "10.77.0." + host.charAt(1);
    String text = "underlay: { address: " + address + " }\ncontroller: { state: /s }\n";
    ToldWire wire =
        new ToldWire(
            List.of(new ToldLeg("h1", "eth1", 20), new ToldLeg("h2", "eth1", 20)), gateway);
    ToldNetwork network =
        new ToldNetwork(
            100,
            "blue",
            OptionalInt.empty(),
            Optional.empty(),
            ToldNetwork.Unknown.FLOODED,
            wire,
            Map.of("h1", List.of(H1), "h2", List.of(H2), "h3", List.of(H3), "h4", List.of(H4)),
            List.of(DIRECT),
            List.of(moves),
            Map.of());
    return merge(ConfigFile.parse(Path.of("v"), text, host).config(), network);
  }

  @Test
  void shouldFloodBesideTheWireByTheGatewayOnly() {
    assertThat(stretched("h1", "h1").config().networks().getFirst().flood())
        .isEqualTo(new Flood.Mutual(List.of(H3, H4), List.of(H2)));
    assertThat(stretched("h2", "h1").config().networks().getFirst().flood())
        .isEqualTo(new Flood.Mutual(List.of(), List.of(H1, H3, H4)));
    assertThat(stretched("h3", "h1").config().networks().getFirst().flood())
        .isEqualTo(new Flood.Mutual(List.of(H1, H4), List.of(H2)));
    assertThat(stretched("h3", "").config().networks().getFirst().flood())
        .isEqualTo(new Flood.Mutual(List.of(H4), List.of(H1, H2)));
  }

  @Test
  void shouldTakeWhatMembersSendThatItDoesNotFloodTo() {
    Merged merged = stretched("h2", "h1");
    var blue =
        DesiredState.of(merged.config(), merged.stations(), merged.moves(), 1500)
            .networks()
            .get(100);
    assertThat(blue.accepted()).containsExactlyInAnyOrder(H1.address(), H3.address(), H4.address());
    assertThat(blue.flood()).isEqualTo(new FloodList.Remotes(List.of(), true));
  }

  @Test
  void shouldReachADirectStationByTheOwnLegOrTheGateway() {
    assertThat(stretched("h2", "h1").stations().get(100))
        .containsExactly(new StaticStation.Local(DIRECT.mac(), "eth1.20"));
    assertThat(stretched("h2", "h1").config().networks().getFirst().ports())
        .containsExactly(new PortConfig.Device("eth1", PortSettings.DEFAULT.withVlan(20).asLeg()));
    assertThat(stretched("h3", "h1").stations().get(100))
        .containsExactly(new StaticStation.Remote(DIRECT.mac(), H1));
    assertThat(stretched("h3", "h1").config().networks().getFirst().ports()).isEmpty();
    assertThat(stretched("h3", "").stations().get(100)).isEmpty();
  }

  @Test
  void shouldSendCopiesToWhoDoesNotHearTheWire() {
    ToldMove toFar = new ToldMove(DIRECT.mac(), "h1", "h3", "vm9", false);
    assertThat(stretched("h1", "h1", toFar).moves().get(100))
        .containsExactly(new StationMove.Away(DIRECT.mac(), H3));
    ToldMove toLeg = new ToldMove(DIRECT.mac(), "h1", "h2", "vm9", false);
    assertThat(stretched("h1", "h1", toLeg).moves().get(100)).isEmpty();
    assertThat(stretched("h2", "h1", toLeg).moves().get(100))
        .containsExactly(new StationMove.Here(DIRECT.mac(), "vm9"));
    ToldMove back = new ToldMove(DIRECT.mac(), "h3", "h1", "eth1.20", false);
    assertThat(stretched("h1", "h1", back).moves().get(100))
        .containsExactly(new StationMove.Here(DIRECT.mac(), "eth1.20"));
  }
}
