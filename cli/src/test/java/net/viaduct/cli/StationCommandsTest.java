package net.viaduct.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.host.view.StationFilter;
import org.junit.jupiter.api.Test;

/** Which stations are shown, and which forgotten. */
class StationCommandsTest extends ShownHostCommands {
  private Output flush(String... arguments) {
    List<String> all = new ArrayList<>(List.of("flush", "--socket", socket.toString()));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  @Test
  void shouldForgetTheStationsThatAreNamed() {
    assertThat(flush("stations"))
        .isEqualTo(new Output(ExitCode.DONE, "2 stations forgotten\n", ""));
    assertThat(flush("stations", "--network", "blue", "--mac", "02-00-00-00-00-0A").out())
        .isEqualTo("1 station forgotten\n");
    assertThat(flush("stations", "--remote", "fd77:0::2", "--json").out())
        .isEqualTo("{\"stations\":2}\n");
    assertThat(host.filters())
        .containsExactly(
            StationFilter.ANY,
            new StationFilter("blue", "", "", "02:00:00:00:00:0a", ""),
            new StationFilter("", "", "fd77::2", "", ""));
  }

  @Test
  void shouldForgetNothingWhenWhatIsNamedIsNotThere() {
    assertThat(flush("stations", "--network", "red"))
        .isEqualTo(new Output(ExitCode.FAILED, "", "viaduct: there is no network 'red'\n"));
    assertThat(flush("stations", "--mac", "x").exitCode()).isEqualTo(ExitCode.FAILED);
    assertThat(flush("ports").err()).startsWith("viaduct: 'ports' cannot be flushed");
    assertThat(host.filters()).isEmpty();
  }

  @Test
  void shouldAskForTheStationsThatAreNamed() {
    assertThat(show("stations", "--port", "vm1", "--origin", "learned").exitCode())
        .isEqualTo(ExitCode.DONE);
    StationFilter learned = new StationFilter("", "vm1", "", "", "learned");
    assertThat(host.filters()).containsExactly(learned);
    assertThat(show("neighbours", "--network", "100").exitCode()).isEqualTo(ExitCode.DONE);
    assertThat(host.filters()).endsWith(new StationFilter("100", "", "", "", ""));
    assertThat(show("stations", "--origin", "heard").err())
        .startsWith("viaduct: origin: 'heard' is none; there are: static");
    assertThat(show("ports", "--port", "vm1").err())
        .startsWith("viaduct: --port goes with stations and neighbours only\n");
  }
}
