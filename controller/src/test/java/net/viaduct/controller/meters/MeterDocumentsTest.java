package net.viaduct.controller.meters;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import net.viaduct.controller.FollowingHost;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.model.Flood;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.WhenAway;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.controller.view.Places;
import net.viaduct.controller.view.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What the API says about what hosts have counted, by hosts that told it to a real door. */
class MeterDocumentsTest {
  @TempDir Path directory;

  @Test
  void shouldTellRatesOfHostsNetworksPortsAndOfThoseWhoTalk() throws Exception {
    try (HostsRig rig = new HostsRig(directory, LifePolicy.USUAL)) {
      rig.registry.create(
          new Network(
              "blue",
              100,
              false,
              List.of(),
              new Flood.ToMembers(),
              OptionalInt.empty(),
              WhenAway.KEEP,
              Map.of()),
          HostsRig.OPERATOR);
      FollowingHost h1 = new FollowingHost();
      h1.call(rig, rig.join(rig.token(), "h1"), "10.77.0.1");
      FollowingHost h2 = new FollowingHost();
      h2.call(rig, rig.join(rig.token(), "h2"), "10.77.0.2");
      HostsRig.await(
          "both are known",
          () ->
              rig.registry.get(Kind.HOST, "h1").isPresent()
                  && rig.registry.get(Kind.HOST, "h2").isPresent());
      h1.tell(Told.host(1, 100, "vm1", "10.77.0.2", 1_000));
      h1.tell(Told.host(3, 100, "vm1", "10.77.0.2", 3_000));
      h2.tell(Told.host(1, 100, "vm2", "10.77.0.9", 500));
      InstallationMeters meters = rig.hosts.services().meters();
      HostsRig.await(
          "both have told",
          () ->
              meters.ask(new MeterQuery.Everything()).stream()
                      .mapToLong(it -> it.last().getTotal().getFromPorts().getFrames())
                      .sum()
                  == 3_500);
      try (Topology topology = new Topology(rig.store)) {
        check(meters, topology.places());
      }
    }
  }

  private static void check(InstallationMeters meters, Places places) {
    MeterDocuments documents = meters.documents();
    ObjectNode all = documents.everything(meters.ask(new MeterQuery.Everything()), places);
    assertThat(all.at("/hosts/0/name").asString()).isEqualTo("h1");
    assertThat(all.at("/hosts/0/traffic/toRemotes/bitsPerSecond").asLong()).isEqualTo(8_000_000);
    assertThat(all.at("/hosts/0/traffic/dropped").toString())
        .isEqualTo("{\"frames\":30,\"framesPerSecond\":10}");
    assertThat(all.at("/hosts/1/traffic/fromPorts").toString())
        .as("told once only")
        .isEqualTo("{}");
    assertThat(all.at("/networks/0/name").asString()).isEqualTo("blue");
    assertThat(all.at("/networks/0/traffic/fromPorts/framesPerSecond").asLong()).isEqualTo(1_000);
    assertThat(all.get("pairs"))
        .hasToString(
            "[{\"from\":\"h1\",\"to\":\"h2\",\"bitsPerSecond\":8000000,"
                + "\"sentDatagramsPerSecond\":1000},"
                + "{\"from\":\"h2\",\"to\":\"h1\",\"bitsPerSecond\":4000000,"
                + "\"receivedDatagramsPerSecond\":500}]");
    ObjectNode host =
        documents.host("h1", meters.ask(new MeterQuery.OfHost("h1")).stream().findFirst(), places);
    assertThat(host.at("/ports/0/device").asString()).isEqualTo("vm1");
    assertThat(host.at("/ports/0/network").asString()).isEqualTo("blue");
    assertThat(host.at("/ports/0/received").toString())
        .isEqualTo(
            "{\"frames\":3000,\"bytes\":3000000,\"framesPerSecond\":1000,\"bitsPerSecond\":8000000}");
    assertThat(host.at("/remotes/0/host").asString()).isEqualTo("h2");
    assertThat(host.at("/drops/0").toString())
        .contains("\"reason\":\"no-flood-target\"", "\"framesPerSecond\":10")
        .contains("no other port and no remote to flood to", "Attach a port");
    ObjectNode network = documents.network("blue", 100, meters.ask(new MeterQuery.OfNetwork(100)));
    assertThat(network.get("hosts").findValuesAsString("name")).containsExactly("h1", "h2");
    assertThat(network.at("/traffic/fromPorts/frames").asLong()).isEqualTo(3_500);
    ObjectNode port =
        documents.port(
            "web", "vm1", meters.ask(new MeterQuery.OfHost("h1")).stream().findFirst(), places);
    assertThat(port.at("/sent/framesPerSecond").asLong()).isEqualTo(500);
    assertThat(port.get("host").asString()).isEqualTo("h1");
  }
}
