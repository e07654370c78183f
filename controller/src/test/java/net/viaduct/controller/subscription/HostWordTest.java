package net.viaduct.controller.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import net.viaduct.controller.json.Documents;
import net.viaduct.protocol.Report;
import org.junit.jupiter.api.Test;

/** What a host says of itself, and what the store has of that. */
class HostWordTest {
  private static final Report SAYS =
      Report.newBuilder()
          .setVersion("1.2")
          .addWantedVnis(300)
          .setAbilities(
              net.viaduct.protocol.Abilities.newBuilder()
                  .setKernel("Linux 6.18.5")
                  .addEncapsulations("vxlan")
                  .addEncapsulations("geneve")
                  .setWay("sockets")
                  .setWorkers(2)
                  .setStations(1_000)
                  .setNetworks(10)
                  .setPorts(20)
                  .setLargestMtuBytes(1450))
          .addTroubles("port vm1 cannot be opened")
          .build();

  private static HostState stored(Report report) {
    return HostState.parse(HostState.UNSEEN.here(report, "c1").json());
  }

  @Test
  void shouldKeepWhatAHostCanDo() {
    HostState state = stored(SAYS);
    assertThat(state).isEqualTo(HostState.UNSEEN.here(SAYS, "c1"));
    assertThat(state.says().abilities())
        .contains(
            new Abilities(
                "Linux 6.18.5", List.of("vxlan", "geneve"), "sockets", 2, 1_000, 10, 20, 1450));
    assertThat(state.json())
        .contains("\"abilities\":{\"kernel\":\"Linux 6.18.5\",")
        .contains("\"troubles\":[\"port vm1 cannot be opened\"]");
    assertThat(state.gone().says())
        .as("it is known when the host is not there")
        .isEqualTo(state.says());
  }

  @Test
  void shouldShowNothingOfAHostThatSaysNothing() {
    HostState state = stored(Report.newBuilder().setVersion("1.1").build());
    assertThat(state.says().abilities()).isEmpty();
    assertThat(Documents.parseObject(state.json()).propertyNames())
        .doesNotContain("abilities", "troubles");
    HostState some =
        stored(
            Report.newBuilder()
                .setAbilities(net.viaduct.protocol.Abilities.newBuilder().setWorkers(1))
                .build());
    assertThat(some.json()).contains("\"abilities\":{\"workers\":1}");
  }

  @Test
  void shouldKeepABoundedPartOfWhatAHostSays() {
    Report much =
        Report.newBuilder()
            .setAbilities(
                net.viaduct.protocol.Abilities.newBuilder()
                    .setKernel("k".repeat(100_000))
                    .setWay("w".repeat(100_000))
                    .addAllEncapsulations(Collections.nCopies(10_000, "e".repeat(100))))
            .addAllTroubles(Collections.nCopies(10_000, "t".repeat(10_000)))
            .build();
    assertThat(stored(much).json().length()).isLessThan(16_000);
    assertThat(stored(much)).isEqualTo(HostState.UNSEEN.here(much, "c1"));
  }
}
