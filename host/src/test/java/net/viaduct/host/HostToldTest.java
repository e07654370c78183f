package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import net.viaduct.host.subscription.ScriptedController;
import net.viaduct.host.subscription.ToldFacts;
import net.viaduct.host.view.ReloadRefused;
import net.viaduct.protocol.Abilities;
import net.viaduct.protocol.NetworkFact;
import net.viaduct.protocol.PortGroup;
import net.viaduct.protocol.Report;
import net.viaduct.runtime.ManualClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A whole host on a machine in memory, with a controller that tells it things. */
class HostToldTest extends HostInMemory {
  private static final long VM1 = 0x0200_0000_0001L;
  private static final long VM2 = 0x0200_0000_0002L;
  private static final long VM3 = 0x0200_0000_0003L;

  private ScriptedController controller;

  @BeforeEach
  void follow() throws Exception {
    controller = new ScriptedController(directory.resolve("state"), "h1");
    writeTold("");
  }

  @AfterEach
  void end() throws Exception {
    controller.close();
  }

  private void writeTold(String networks) throws IOException {
    write("controller: { state: %s/state }\n".formatted(directory) + networks);
  }

  private void awaitPort(String name, String state) throws InterruptedException {
    await(() -> body("/v1/ports").matches("(?s).*\"name\":\"" + name + "\"[^}]*" + state + ".*"));
  }

  @Test
  void shouldWaitForADeviceThatVanishedInsteadOfMakingATapOfItsName() throws Exception {
    devices.addDevice("veth9");
    controller.tell(ToldFacts.blue(1).station(VM1, "h1", "veth9").changes());
    start();
    awaitPort("veth9", "\"kind\":\"device\",\"vlan\":null,\"state\":\"attached\"");
    devices.removeDevice("veth9");
    awaitPort("veth9", "\"state\":\"missing\"");
    controller.tell(
        ToldFacts.blue(2).station(VM1, "h1", "veth9").station(VM2, "h1", "vm2").changes());
    awaitPort("vm2", "\"kind\":\"tap\",\"vlan\":null,\"state\":\"attached\"");
    awaitPort("veth9", "\"kind\":\"device\",\"vlan\":null,\"state\":\"missing\"");
    assertThat(devices.openPorts()).containsExactly("vm2");
    devices.addDevice("veth9");
    awaitPort("veth9", "\"kind\":\"device\",\"vlan\":null,\"state\":\"attached\"");
  }

  @Test
  void shouldDoWhatTheFileSaysThoughAPortOfTheControllerCannotBeOpened() throws Exception {
    devices.fail("vm1", "EBUSY");
    controller.tell(
        ToldFacts.blue(1).station(VM1, "h1", "vm1").station(VM2, "h1", "vm2").changes());
    Host up = start();
    awaitPort("vm2", "\"state\":\"attached\"");
    String red = "networks: { red: { vni: 300, ports: [{ device: veth7 }] } }\n";
    writeTold(red);
    assertThat(up.reload().changes()).contains("port veth7 attached to network 'red'");
    writeTold(red + "limits: { stations: 5000 }\n"); // the data path is started anew
    up.reload();
    assertThat(devices.openPorts()).containsExactlyInAnyOrder("vm2", "veth7");
    assertThat(body("/v1/controller")).contains("port vm1 cannot be opened since", "EBUSY");
    devices.fail("veth8", "ENETDOWN");
    devices.addDevice("veth8");
    writeTold(red.replace("veth7", "veth8") + "limits: { stations: 5000 }\n");
    ReloadRefused refused = catchThrowableOfType(ReloadRefused.class, up::reload);
    assertThat(refused.errors()).singleElement().asString().contains("veth8");
  }

  @Test
  void shouldTryAPortAgainThatCouldNotBeOpened() throws Exception {
    devices.fail("vm1", "EBUSY");
    controller.tell(
        ToldFacts.blue(1).station(VM1, "h1", "vm1").station(VM2, "h1", "vm2").changes());
    start();
    awaitPort("vm1", "\"state\":\"missing\"");
    await(() -> body("/v1/controller").contains("port vm1 cannot be opened since "));
    String since = body("/v1/controller").replaceAll("(?s).*opened since ([^ ]*): .*", "$1");
    controller.tell(
        ToldFacts.blue(2)
            .station(VM1, "h1", "vm1")
            .station(VM2, "h1", "vm2")
            .station(VM3, "h1", "vm3")
            .changes());
    awaitPort("vm3", "\"state\":\"attached\"");
    await(() -> devices.tries("vm1") >= 2);
    assertThat(body("/v1/controller")).contains("port vm1 cannot be opened since " + since);
    devices.works("vm1");
    awaitPort("vm1", "\"state\":\"attached\"");
    await(() -> body("/v1/controller").contains("\"troubles\":[]"));
  }

  private static NetworkFact slow(long sendBitsPerSecond) {
    PortGroup.Builder group =
        PortGroup.newBuilder().setName("slow").setSendBitsPerSecond(sendBitsPerSecond).setDscp(46);
    return NetworkFact.newBuilder().addGroups(group).build();
  }

  @Test
  void shouldHoldAPortBackByTheGroupThatTheControllerTellsAndNoMoreWhenThatChanges()
      throws Exception {
    controller.tell(ToldFacts.blue(1, slow(8_000)).station(VM1, "h1", "vm1", "slow").changes());
    start();
    String told =
        "\"portGroup\":\\{\"name\":\"controller/slow\",\"fromPortBitsPerSecond\":%s,"
            + "\"toPortBitsPerSecond\":null,\"tunnelDscp\":46,\"mostStations\":null\\}";
    awaitPort("vm1", told.formatted("8000"));
    await(() -> devices.openPorts().contains("vm1"));
    var vm1 = devices.port("vm1");
    for (int i = 0; i < 100; i++) {
      byte[] frame = new byte[1000];
      frame[6] = 2;
      assertThat(vm1.inject(frame)).isTrue();
    }
    awaitPort("vm1", "\"heldBack\":\"it has sent as much as it may\"");
    controller.tell(ToldFacts.blue(2, slow(0)).station(VM1, "h1", "vm1", "slow").changes());
    awaitPort("vm1", "\"heldBack\":null[^}]*" + told.formatted("null"));
    await(() -> body("/v1/ports").contains("\"receivedFrames\":100,"));
    controller.tell(ToldFacts.blue(3).station(VM1, "h1", "vm1").changes());
    awaitPort("vm1", "\"portGroup\":null");
    assertThat(devices.port("vm1")).as("a machine's port stays").isSameAs(vm1);
    assertThat(vm1.isClosed()).isFalse();
  }

  private static final NetworkFact LEARNS_AFTER_A_MINUTE =
      NetworkFact.newBuilder().setDropUnknown(true).setLearnWhenAwayAfterSeconds(60).build();

  private void awaitNetwork(ManualClock clock, String flood) throws InterruptedException {
    await(() -> {
      clock.advanceNs(20_000_000); // or who waits to call again waits for ever
      return body("/v1/networks").contains("\"flood\":\"1 remote" + flood + "\"");
    });
  }

  private void sendToUnknown() {
    byte[] frame = new byte[100];
    frame[0] = 2;
    frame[5] = 9;
    frame[6] = 2;
    frame[11] = 1;
    assertThat(devices.port("vm1").inject(frame)).isTrue();
  }

  @Test
  @Tag("R56")
  void shouldFloodAndLearnWhenNoControllerIsThereForLongAndNoMoreWhenOneIs() throws Exception {
    ManualClock clock = new ManualClock();
    controller.tell(ToldFacts.blue(1, LEARNS_AFTER_A_MINUTE).station(VM1, "h1", "vm1").changes());
    start(clock);
    awaitNetwork(clock, ", known stations only");
    await(() -> devices.openPorts().contains("vm1"));
    sendToUnknown();
    await(() -> body("/v1/drops").matches("(?s).*unknown-station\"[^}]*\"count\":1,.*"));
    assertThat(body("/v1/controller")).contains("\"learning\":[]");

    controller.goAway();
    await(() -> body("/v1/controller").contains("\"state\":\"away\""));
    clock.advanceNs(Duration.ofSeconds(50).toNanos());
    awaitNetwork(clock, ", known stations only");
    clock.advanceNs(Duration.ofSeconds(10).toNanos());
    awaitNetwork(clock, ", learns: no controller");
    assertThat(body("/v1/controller")).contains("\"learning\":[\"blue\"]");
    assertThat(body("/v1/networks")).as("for how long").contains("\"ageingSeconds\":300,");
    sendToUnknown();
    await(() -> body("/v1/networks").contains("\"flooded\":1,"));
    assertThat(body("/v1/stations")).as("what is told stays").contains("\"controller\"");

    controller.comeBack();
    awaitNetwork(clock, ", known stations only");
    assertThat(body("/v1/controller")).contains("\"learning\":[]", "\"state\":\"connected\"");
  }

  @Test
  @Tag("R56")
  void shouldBelieveWhereAStationIsHeardUntilAControllerIsThere() throws Exception {
    ManualClock clock = new ManualClock();
    controller.tell(
        ToldFacts.blue(1, NetworkFact.newBuilder().setLearnWhenAwayAfterSeconds(60).build())
            .station(VM1, "h1", "vm1")
            .station(VM2, "h2", "vm2")
            .changes());
    start(clock);
    await(() -> devices.openPorts().contains("vm1"));
    String told = "\"mac\":\"02:00:00:00:00:02\",\"port\":null,\"remote\":\"10.77.0.2\",";
    await(() -> body("/v1/stations").contains(told + "\"origin\":\"controller\""));
    controller.goAway();
    await(() -> body("/v1/controller").contains("\"state\":\"away\""));
    clock.advanceNs(Duration.ofSeconds(61).toNanos());
    awaitNetwork(clock, ", learns: no controller");
    byte[] frame = new byte[100];
    frame[0] = 2;
    frame[5] = 9;
    frame[6] = 2;
    frame[11] = 2;
    assertThat(devices.port("vm1").inject(frame)).isTrue();
    String learned =
        "\"mac\":\"02:00:00:00:00:02\",\"port\":\"vm1\",\"remote\":null,\"origin\":\"learned\","
            + "\"ageSeconds\":0,\"told\":\"remote 10.77.0.2\"";
    await(() -> body("/v1/stations").contains(learned));
    assertThat(body("/v1/stations?origin=learned")).contains(learned);

    controller.comeBack();
    awaitNetwork(clock, "");
    assertThat(body("/v1/stations")).contains(told + "\"origin\":\"controller\"");
    assertThat(body("/v1/stations?origin=learned")).contains("\"stations\":[]");
  }

  @Test
  @Tag("R56")
  void shouldNotSayThatANetworkLearnsWhileThatCannotBeDone() throws Exception {
    ManualClock clock = new ManualClock();
    writeTold("networks: { red: { vni: 300, ports: [{ device: veth7 }] } }\n");
    controller.tell(ToldFacts.blue(1, LEARNS_AFTER_A_MINUTE).station(VM1, "h1", "vm1").changes());
    start(clock);
    awaitNetwork(clock, ", known stations only");
    devices.removeDevice("veth7");
    awaitPort("veth7", "\"state\":\"missing\"");
    devices.fail("veth7", "EBUSY"); // a port of the file: all or nothing is done
    devices.addDevice("veth7");
    controller.goAway();
    await(() -> body("/v1/controller").contains("\"state\":\"away\""));
    clock.advanceNs(Duration.ofSeconds(61).toNanos());
    await(() -> body("/v1/controller").contains("what is told cannot be done since "));
    assertThat(body("/v1/networks")).contains("\"flood\":\"1 remote, known stations only\"");
    assertThat(body("/v1/controller")).contains("\"learning\":[]");

    devices.works("veth7");
    awaitNetwork(clock, ", learns: no controller");
    assertThat(body("/v1/controller")).contains("\"learning\":[\"blue\"]");
  }

  @Test
  @Tag("R56")
  void shouldCountFromItsStartWhenNoControllerIsThereThen() throws Exception {
    ManualClock clock = new ManualClock();
    controller.tell(ToldFacts.blue(1, LEARNS_AFTER_A_MINUTE).station(VM1, "h1", "vm1").changes());
    start(clock);
    await(() -> Files.exists(directory.resolve("state/facts")));
    host.close();
    controller.goAway();
    clock.advanceNs(Duration.ofHours(1).toNanos());
    start(clock);
    assertThat(body("/v1/networks")).contains("\"flood\":\"1 remote, known stations only\"");
    clock.advanceNs(Duration.ofSeconds(61).toNanos());
    awaitNetwork(clock, ", learns: no controller");
  }

  @Test
  @Tag("P5")
  void shouldReportVnisThatSomethingElseOnThisMachineUses() throws Exception {
    devices.addVxlan("flannel.1", 5000);
    start();
    await(() -> foreignVnis().equals(List.of(5000)));
    devices.addVxlan("vx2", 200);
    await(() -> foreignVnis().equals(List.of(200, 5000)));
    devices.removeDevice("flannel.1");
    await(() -> foreignVnis().equals(List.of(200)));
  }

  @Test
  void shouldTellWhatItCanDoAndWhatItCannot() throws Exception {
    devices.fail("vm1", "EBUSY");
    controller.tell(ToldFacts.blue(1).station(VM1, "h1", "vm1").changes());
    start();
    await(() -> controller.report() != null);
    await(() -> report().getTroublesCount() == 1);
    Report report = report();
    assertThat(report.getTroubles(0)).startsWith("port vm1 cannot be opened since ");
    Abilities abilities = report.getAbilities();
    assertThat(abilities.getEncapsulationsList()).contains("vxlan", "geneve", "nvgre");
    assertThat(abilities.getKernel()).startsWith(System.getProperty("os.name"));
    assertThat(abilities.getWay()).isNotEmpty();
    assertThat(abilities.getWorkers()).isEqualTo(1);
    assertThat(abilities.getStations()).isEqualTo(1 << 16);
    assertThat(abilities.getNetworks()).isPositive();
    assertThat(abilities.getPorts()).isPositive();
    assertThat(abilities.getLargestMtuBytes()).isEqualTo(1450);
    devices.works("vm1");
    await(() -> report().getTroublesCount() == 0);
  }

  private Report report() {
    return Objects.requireNonNull(controller.report());
  }

  private List<Integer> foreignVnis() {
    Report report = controller.report();
    return report == null ? List.of() : report.getForeignVnisList();
  }
}
