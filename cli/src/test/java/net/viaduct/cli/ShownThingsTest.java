package net.viaduct.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CounterLayout;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.SystemClock;
import org.junit.jupiter.api.Test;

/** What a host is made of and what goes on in it, as users see it, to the letter. */
class ShownThingsTest extends ShownHostCommands {
  @Test
  void shouldAlignColumnsAndWriteUnits() {
    assertThat(show("ports"))
        .isEqualTo(
            done(
                """
                PORT   NETWORK  VNI  KIND    STATE     LINK         MTU  STATIONS  RX-FRAMES  RX-BYTES  TX-FRAMES  TX-BYTES  DROPS
                vm1    blue     100  tap     attached  UP          1450         1      12345    1.2 MB          7     420 B      0
                veth7  blue     100  device  attached  NO-CARRIER  1500        12          0       0 B          0       0 B      3
                """));
  }

  @Test
  void shouldShowTheHostInWords() {
    assertThat(show("status").out())
        .contains("underlay addresses  10.77.0.1, fd77::1\n")
        .contains("underlay troubles   none\n")
        .doesNotContain("underlayAddress", "[");
  }

  @Test
  void shouldShowNoMtuOfADeviceThatIsMissing() {
    host.loseDevice();
    assertThat(show("ports").out()).containsPattern("veth7 .* missing +- +- +0 ");
  }

  @Test
  void shouldSayWhichPortIsHeldBackAndWhy() {
    host.holdBack("network blue has as many frames waiting as it may");
    assertThat(show("ports").out())
        .contains(" held back: network blue has as many frames waiting as it may ")
        .containsPattern("veth7 .* attached ");
  }

  @Test
  void shouldSayWhichPortHasOneQueueAndWhy() {
    host.missQueues("steer flows to 4 queues: EPERM");
    assertThat(show("ports").out())
        .contains(" attached, by one queue: steer flows to 4 queues: EPERM ")
        .containsPattern("veth7 .* attached +NO-CARRIER");
  }

  @Test
  void shouldTellFramesFromTheDatagramsThatTheyCameIn() {
    assertThat(show("remotes"))
        .isEqualTo(
            done(
                """
                REMOTE     PORT  ORIGIN      PATH-MTU  KNOWN-BY  STATIONS  RX-FRAMES  RX-DATAGRAMS  RX-BYTES  TX-FRAMES  TX-DATAGRAMS  TX-BYTES  DROPS
                10.77.0.2  4789  configured      1500  probed           1         10            32   48.0 kB          3           129  186.0 kB      0
                """));
  }

  @Test
  void shouldShowNetworksAndWhereTheyFlood() {
    assertThat(show("networks"))
        .isEqualTo(
            done(
                """
                NETWORK  VNI  ENCAPSULATION  FLOOD              PORTS  STATIONS  AGEING  FROM-PORTS  TO-PORTS  FROM-REMOTES  TO-REMOTES  FLOODED  DROPS
                blue     100  vxlan, geneve  group 239.1.1.100      2         3    300s          10        20            30          40        5      1
                """));
    assertThat(show("flood"))
        .isEqualTo(
            done(
                """
                NETWORK  VNI  MODE   TO                PORTS
                blue     100  group  239.1.1.100:4789  veth7 vm1
                """));
  }

  @Test
  void shouldShowAllPagesOfStations() {
    assertThat(show("stations"))
        .isEqualTo(
            done(
                """
                STATION            NETWORK  VNI  AT                ORIGIN   AGE
                02:00:00:00:00:01  blue     100  port vm1          learned  42s
                02:00:00:00:00:02  blue     100  remote 10.77.0.2  static     -
                """));
    assertThat(show("stations", "--json").out())
        .startsWith("{\"stations\":[{\"network\":\"blue\"")
        .contains("\"port\":\"vm1\"", "\"remote\":\"10.77.0.2\"")
        .endsWith("}],\"next\":null}\n");
  }

  @Test
  void shouldShowStationsPageByPage() {
    assertThat(show("stations", "--limit", "1").out()).endsWith("learned  42s\n");
    assertThat(show("stations", "--limit", "1").err())
        .isEqualTo("viaduct: there are more: --after w1\n");
    assertThat(show("stations", "--limit", "1", "--after", "w1"))
        .isEqualTo(
            done(
                """
                STATION            NETWORK  VNI  AT                ORIGIN  AGE
                02:00:00:00:00:02  blue     100  remote 10.77.0.2  static    -
                """));
    assertThat(show("stations", "--limit", "1", "--json").out()).endsWith("],\"next\":\"w1\"}\n");
    assertThat(show("ports", "--limit", "1").exitCode()).isEqualTo(ExitCode.USED_WRONGLY);
    assertThat(show("stations", "--limit", "0").err()).contains("--limit: 0 is out of range");
  }

  @Test
  void shouldShowAddressesOfStationsAndWhoIsClaimedTwice() {
    assertThat(show("neighbours"))
        .isEqualTo(
            done(
                """
                ADDRESS    NETWORK  VNI  STATION            AT        ORIGIN   IS  AGE
                10.0.0.1   blue     100  02:00:00:00:00:01  port vm1  learned  -    7s
                10.0.0.9   blue     100  02:00:00:00:00:09  gone      learned  -   70s
                10.0.0.10  blue     100  02:00:00:00:00:0a  not seen  static   -     -
                """));
    assertThat(show("flaps"))
        .isEqualTo(
            done(
                """
                STATION            NETWORK  VNI  AT        ALSO SEEN AT      HELD
                02:00:00:00:00:02  blue     100  port vm1  remote 10.77.0.2    8s
                """));
  }

  @Test
  void shouldShowWhatHappenedAndWhatToDoAboutDrops() {
    assertThat(show("drops"))
        .isEqualTo(
            done(
                """
                REASON       COUNT  WHAT HAPPENED, AND WHAT TO DO
                unknown-vni     12  A datagram is for nobody.
                                    -> Add the network here.
                """));
    assertThat(show("drops", "--all").out()).contains("same-port        0  It came from there.");
  }

  @Test
  void shouldSayThatThereIsNothingWhenThereIsNothing() {
    assertThat(show("errors")).isEqualTo(done("no errors\n"));
    assertThat(show("errors", "--json")).isEqualTo(done("{\"errors\":[]}\n"));
  }

  @Test
  void shouldShowCountersThatAreNotZeroUnlessAskedForAll() {
    assertThat(show("counters"))
        .isEqualTo(
            done(
                """
                KIND  OF   COUNTER          VALUE
                port  vm1  received-frames     10
                """));
    assertThat(show("counters", "--all").out()).contains("veth7  received-frames      0");
  }

  @Test
  void shouldReadTheCountersFileWhenTheHostDoesNotAnswer() throws IOException {
    server.close();
    Path file = directory.resolve("h1.counters");
    try (CountersFile counters =
        CountersFile.create(
            file, CountersCapacity.forBlocks(8), new SystemClock(), Instant.EPOCH)) {
      CounterBlock block =
          counters.allocate(new CounterLayout("port", List.of("received-frames")), "vm3");
      block.add(0, 5);
      Output output = show("counters");
      assertThat(output.out())
          .isEqualTo(
              """
              KIND  OF   COUNTER          VALUE
              port  vm3  received-frames      5
              """);
      assertThat(output.err())
          .isEqualTo(
              "viaduct: there is no %s: is the host up? (viaduct up)\n".formatted(socket)
                  + "viaduct: these are from the counters file %s of process %d\n"
                      .formatted(file, ProcessHandle.current().pid()));
      assertThat(output.exitCode()).isEqualTo(ExitCode.DONE);
      assertThat(show("ports").exitCode()).isEqualTo(ExitCode.FAILED);
    }
  }

  @Test
  void shouldShowRatesBlockByBlockWhenWatchingInAPipe() {
    StringBuilder seen = new StringBuilder();
    // A pipe whose reader goes away after the second block.
    PrintStream pipe =
        new PrintStream(
            new java.io.OutputStream() {
              @Override
              public void write(int octet) throws IOException {
                if (seen.toString().split("PORT ", -1).length > 3) {
                  throw new IOException("the reader has gone");
                }
                seen.append((char) octet);
              }
            },
            true,
            StandardCharsets.UTF_8);
    PrintStream real = System.out;
    System.setOut(pipe);
    try {
      int exitCode = Viaduct.run("show", "ports", "--watch=0.1", "--socket", socket.toString());
      assertThat(exitCode).isEqualTo(ExitCode.FAILED);
    } finally {
      System.setOut(real);
    }
    String[] blocks = seen.toString().split("\n\n");
    assertThat(blocks[0]).startsWith("PORT ").contains("RX-BITS").containsPattern("[0-9]{9,}/s");
    assertThat(blocks[0].lines()).hasSize(3);
    assertThat(blocks[1]).startsWith("PORT ");
  }
}
