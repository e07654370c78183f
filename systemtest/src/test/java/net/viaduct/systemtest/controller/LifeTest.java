package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts that stop, hang and come back, as processes. */
class LifeTest {
  private static final String AWAY = "\"state\":\"away\"";

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private ControllerApi api;

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 2, ", away-after: 3s, withdraw-after: 6s");
    api = hosts.controller().api();
    api.ask("POST", "/networks", "{\"name\":\"blue\",\"vni\":100}");
    for (int i = 1; i <= 2; i++) {
      String port =
          "{\"name\":\"vm%d\",\"network\":\"blue\",\"mac\":\"02:00:00:00:00:0%d\",\"host\":\"h%d\"}";
      api.ask("POST", "/ports", port.formatted(i, i, i));
    }
    hosts.host(0).awaitAnswer("/v1/controller", "\"stations\":2");
    hosts.host(1).awaitAnswer("/v1/controller", "\"stations\":2");
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private void shouldBeWithdrawnAndOnlyLater() throws Exception {
    api.await("/hosts/h2", AWAY);
    assertThat(hosts.host(0).get("/v1/controller")).contains("\"stations\":2");
    hosts.host(0).awaitAnswer("/v1/controller", "\"stations\":1");
    hosts.host(0).awaitAnswer("/v1/flood", "\\A(?!.*10\\.77\\.0\\.2)"); // soon after it is told
  }

  @Test
  @Tag("R56")
  @DisplayName("A host that hangs is noticed and withdrawn, and is there again when it goes on")
  void shouldWithdrawAHostThatHangs() throws Exception {
    hosts.signal("STOP", 1);
    shouldBeWithdrawnAndOnlyLater();
    hosts.signal("CONT", 1);
    api.await("/hosts/h2", "\"state\":\"alive\"");
    hosts.host(0).awaitAnswer("/v1/controller", "\"stations\":2");
    hosts.host(0).awaitAnswer("/v1/flood", "10\\.77\\.0\\.2");
  }

  @Test
  @DisplayName(
      "A host that is killed is withdrawn; it knows all when it starts while nobody tells it")
  void shouldWithdrawAHostThatIsKilled() throws Exception {
    hosts.host(1).process().kill();
    shouldBeWithdrawnAndOnlyLater();
    hosts.controller().kill();
    hosts.restart(1);
    assertThat(hosts.host(1).get("/v1/controller")).contains(AWAY, "\"stations\":2");
    assertThat(hosts.host(1).get("/v1/stations"))
        .containsPattern("02:00:00:00:00:01[^}]*10\\.77\\.0\\.1")
        .containsPattern("02:00:00:00:00:02[^}]*\"port\":\"vm2\"");
    hosts.controller().restart();
    hosts.host(0).awaitAnswer("/v1/controller", "\"stations\":2");
  }
}
