package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.viaduct.systemtest.CommandRun;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three hosts that watch each other, as processes, and ways between them that break. */
class WatchTest {
  private static final String SEEN = "\"state\":\"seen-by-others\"";
  private static final String ALIVE = "\"state\":\"alive\"";

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private ControllerApi api;

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 3, ", away-after: 3s, withdraw-after: 6s");
    api = hosts.controller().api();
    api.ask("POST", "/networks", "{\"name\":\"blue\",\"vni\":100}");
    for (int i = 1; i <= 3; i++) {
      String port =
          "{\"name\":\"vm%d\",\"network\":\"blue\",\"mac\":\"02:00:00:00:00:0%d\",\"host\":\"h%d\"}";
      api.ask("POST", "/ports", port.formatted(i, i, i));
    }
    for (int i = 0; i < 3; i++) {
      hosts.host(i).awaitAnswer("/v1/controller", "\"stations\":3");
      hosts.host(i).awaitAnswer("/v1/controller", "\"watchedHosts\":2");
      hosts.host(i).awaitAnswer("/v1/controller", "\"missedHosts\":\\[\\]");
    }
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  /** Packets of a host to an address are lost from now on, or not any more. */
  private void lose(String verb, int host, String address) throws Exception {
    CommandRun.Result result =
        CommandRun.in(
            hosts.place(host).namespace(), "ip", "route", verb, "blackhole", address + "/32");
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  @Test
  @Tag("R56")
  @DisplayName("A host whose controller is out of reach lives on; one that is killed is withdrawn")
  void shouldWithdrawWhoIsDeadAndNotWhoHasNoController() throws Exception {
    lose("add", 1, "10.77.0.9");
    api.await("/hosts/h2", SEEN);
    hosts.host(2).process().kill();
    api.await("/hosts/h3", "\"state\":\"away\"");
    hosts.host(0).awaitAnswer("/v1/controller", "\"stations\":2"); // the whole time has passed
    assertThat(api.ask("GET", "/hosts/h2", "")).contains(SEEN, "\"heardBy\":[\"h1\"]");
    assertThat(hosts.host(0).get("/v1/stations"))
        .containsPattern("02:00:00:00:00:02[^}]*10\\.77\\.0\\.2")
        .doesNotContain("02:00:00:00:00:03");
    assertThat(hosts.host(1).get("/v1/controller")).contains("\"stations\":3", "\"away\"");
    assertThat(hosts.host(1).get("/v1/flood")).contains("10.77.0.1:4789");
    hosts.host(1).awaitAnswer("/v1/controller", "\"missedHosts\":\\[\"h3\"\\]");
    lose("del", 1, "10.77.0.9");
    api.await("/hosts/h2", ALIVE);
    hosts.host(1).awaitAnswer("/v1/controller", "\"stations\":2");
  }

  @Test
  @DisplayName("A way between two hosts that breaks is told, and withdraws nobody")
  void shouldTellAWayThatIsBrokenAndWithdrawNobody() throws Exception {
    lose("add", 0, "10.77.0.2");
    hosts.host(0).awaitAnswer("/v1/controller", "\"missedHosts\":\\[\"h2\"\\]");
    String shown = api.await("/hosts/h2", "\"missedBy\":\\[\"h1\"\\]");
    assertThat(shown).contains(ALIVE, "\"heardBy\":[\"h3\"]");
    lose("del", 0, "10.77.0.2");
    hosts.host(0).awaitAnswer("/v1/controller", "\"missedHosts\":\\[\\]");
    api.await("/hosts/h2", "\\A(?!.*missedBy)");
    assertThat(api.ask("GET", "/hosts/h2", "")).contains(ALIVE, "\"withdrawn\":false");
  }
}
