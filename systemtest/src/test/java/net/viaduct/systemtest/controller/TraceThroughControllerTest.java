package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.systemtest.ViaductHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames that are followed through three hosts, by asking their controller alone. */
class TraceThroughControllerTest {
  @TempDir private Path directory;
  private ControlledHosts hosts;
  private ControllerProcess controller;

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 3);
    controller = hosts.controller();
    ControllerApi api = controller.api();
    api.ask("POST", "/networks", "{\"name\":\"blue\",\"vni\":100}");
    for (int i = 1; i <= 3; i++) {
      String port =
          "{\"name\":\"vm%d\",\"network\":\"blue\",\"mac\":\"02:00:00:00:00:0%d\","
              + "\"ips\":[\"10.0.0.%d\"],\"host\":\"h%d\"}";
      api.ask("POST", "/ports", port.formatted(i, i, i, i));
    }
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/controller", "\"stations\":3");
    }
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private String trace(String... frame) throws Exception {
    String[] words = new String[frame.length + 3];
    words[0] = "trace";
    words[1] = "--port";
    words[2] = "vm1";
    System.arraycopy(frame, 0, words, 3, frame.length);
    return controller.run(words);
  }

  @Test
  @DisplayName("U6: a frame between two ports, one that is dropped, a flood, one for a dead host")
  void shouldFollowFramesThroughHosts() throws Exception {
    String way = trace("--to", "vm2", "--tcp", "80");
    assertThat(way)
        .containsSubsequence(
            "h1\n",
            "look up",
            "=> sent to 10.77.0.2:4789 with VNI 100",
            "h2\n",
            "check sender",
            "=> delivered to port vm2");
    CommandRun.Result own =
        hosts
            .host(0)
            .ask(
                "trace",
                "--port=vm1",
                "--from=02:00:00:00:00:01",
                "--to=02:00:00:00:00:02",
                "--from-ip=10.0.0.1",
                "--ip=10.0.0.2",
                "--tcp=80");
    assertThat(way).as("the same words as the host's own").startsWith(own.output());
    assertThat(trace("--to", "vm2", "--vlan", "20"))
        .containsSubsequence("h1\n", "=> dropped: tagged-frame");
    assertThat(trace("--to", "ff:ff:ff:ff:ff:ff"))
        .contains("=> delivered to port vm2", "=> delivered to port vm3");

    hosts.host(2).process().kill();
    controller.api().await("/hosts/h3", "\"state\":\"away\"");
    assertThat(trace("--to", "10.0.0.3"))
        .containsPattern(
            "=> sent to 10[.]77[.]0[.]3:4789 with VNI 100\n"
                + "h3\n"
                + " *not followed: h3 is away since 20");
  }
}
