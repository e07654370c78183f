package net.viaduct.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.viaduct.host.api.ApiServer;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CounterLayout;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.SystemClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

/** What users see, to the letter; the host behind it is told what to say. */
class CommandsTest {
  @TempDir private Path directory;
  private final ShownHost host = new ShownHost();
  private Path socket;
  private ApiServer server;

  private record Output(int exitCode, String out, String err) {}

  @BeforeEach
  void start() {
    socket = directory.resolve("h1.sock");
    server = ApiServer.start(socket, Optional.empty(), host);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Output run(String... arguments) {
    return runWith(System.out, arguments);
  }

  private static Output runWith(PrintStream real, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream realErr = System.err;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int exitCode = Viaduct.run(arguments);
      return new Output(
          exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(real);
      System.setErr(realErr);
    }
  }

  private Output show(String... arguments) {
    List<String> all = new java.util.ArrayList<>(List.of("show", "--socket", socket.toString()));
    all.addAll(List.of(arguments));
    return run(all.toArray(String[]::new));
  }

  private static Output done(String out) {
    return new Output(ExitCode.DONE, out, "");
  }

  @Test
  void shouldAlignColumnsAndWriteUnits() {
    assertThat(show("ports"))
        .isEqualTo(
            done(
                """
                PORT   NETWORK  VNI  KIND    STATE      MTU  STATIONS  RX-FRAMES  RX-BYTES  TX-FRAMES  TX-BYTES  DROPS
                vm1    blue     100  tap     attached  1450         1      12345    1.2 MB          7     420 B      0
                veth7  blue     100  device  attached  1500        12          0       0 B          0       0 B      3
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
  void shouldHelpInLinesThatFitATerminal() {
    Class<?>[] commands = Viaduct.class.getAnnotation(Command.class).subcommands();
    assertThat(List.of(commands))
        .isNotEmpty()
        .flatMap(command -> List.of(command.getAnnotation(Command.class).footer()))
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
  }

  @Test
  void shouldSayInPlainWordsThatANumberIsNone() {
    assertThat(run("capture", "--seconds", "x").err())
        .startsWith("viaduct: Invalid value for option '--seconds': 'x' is not a number\n");
    assertThat(run("capture", "--count", "1.5").err())
        .startsWith("viaduct: Invalid value for option '--count': '1.5' is not a whole number\n");
  }

  @Test
  void shouldShowNoMtuOfADeviceThatIsMissing() {
    host.loseDevice();
    assertThat(show("ports").out()).containsPattern("veth7 .* missing +- +0 ");
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
                ADDRESS   NETWORK  VNI  STATION            AT        ORIGIN   IS  AGE
                10.0.0.1  blue     100  02:00:00:00:00:01  port vm1  learned  -    7s
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
  void shouldTellChangesOfAReload() {
    assertThat(run("reload", "--socket", socket.toString()))
        .isEqualTo(done("port vm2 attached to network 'blue'\n"));
    host.refuseReloads("v.yaml:1:1: a: wrong", "v.yaml:2:1: b: wrong");
    assertThat(run("reload", "--socket", socket.toString()))
        .isEqualTo(
            new Output(
                ExitCode.FAILED,
                "",
                "v.yaml:1:1: a: wrong\nv.yaml:2:1: b: wrong\nviaduct: nothing was changed\n"));
  }

  @Test
  void shouldTellHowItIsUsedWhenUsedWrongly() {
    Output output = show("prts");
    assertThat(output.exitCode()).isEqualTo(ExitCode.USED_WRONGLY);
    assertThat(output.err())
        .startsWith("viaduct: 'prts' is nothing that can be shown; did you mean 'ports'?\n");
    assertThat(show("ports", "--watch=0").exitCode()).isEqualTo(ExitCode.USED_WRONGLY);
    assertThat(show().err()).startsWith("viaduct: show what?");
  }

  @Test
  void shouldTellEveryErrorOfAConfigurationWhenItIsChecked() throws IOException {
    Path file = directory.resolve("v.yaml");
    java.nio.file.Files.writeString(file, "underlay:\n  addres: 10.77.0.1\nnetwork: {}\n");
    Output output = run("up", "--check", "-c", file.toString());
    assertThat(output)
        .isEqualTo(
            new Output(
                ExitCode.FAILED,
                "",
                file
                    + ":1:1: underlay: has no 'address'; it is an address of this host, from which"
                    + " tunnel packets are sent\n"
                    + file
                    + ":2:3: underlay.addres: unknown key; did you mean 'address'?\n"
                    + file
                    + ":3:1: network: unknown key; did you mean 'networks'?\n"
                    + "viaduct: 3 errors; nothing was done\n"));
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
      assertThat(exitCode).isEqualTo(ExitCode.DONE);
    } finally {
      System.setOut(real);
    }
    String[] blocks = seen.toString().split("\n\n");
    assertThat(blocks[0]).startsWith("PORT ").contains("RX-BITS").containsPattern("[0-9]{9,}/s");
    assertThat(blocks[0].lines()).hasSize(3);
    assertThat(blocks[1]).startsWith("PORT ");
  }

  @Test
  void shouldFailWhenWhatItPrintsDoesNotArrive() {
    PrintStream full =
        new PrintStream(
            new java.io.OutputStream() {
              @Override
              public void write(int octet) throws IOException {
                throw new IOException("No space left on device");
              }
            });
    PrintStream real = System.out;
    System.setOut(full);
    try {
      int exitCode = Viaduct.run("show", "ports", "--socket", socket.toString());
      assertThat(exitCode).isEqualTo(ExitCode.FAILED);
    } finally {
      System.setOut(real);
    }
  }

  @Test
  void shouldFindTheOnlySocketOrSayWhichThereAre() throws IOException {
    assertThat(new SocketFinder(directory, null).find(null)).isEqualTo(socket);
    assertThat(new SocketFinder(directory, "/x.sock").find(null)).isEqualTo(Path.of("/x.sock"));
    assertThat(new SocketFinder(directory, "/x.sock").find(Path.of("y"))).isEqualTo(Path.of("y"));
    Path other = directory.resolve("h2.sock");
    try (ServerSocketChannel second = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      second.bind(UnixDomainSocketAddress.of(other));
      assertThat(refusal(directory))
          .isEqualTo(
              "several hosts are up here; name one with --socket or VIADUCT_SOCKET: "
                  + socket
                  + ", "
                  + other);
    }
    assertThat(refusal(directory.resolve("none"))).startsWith("no host is up here");
  }

  private static String refusal(Path directory) {
    try {
      new SocketFinder(directory, null).find(null);
      return "";
    } catch (Refusal refusal) {
      return String.valueOf(refusal.getMessage());
    }
  }

  @Test
  void shouldWriteQuantitiesAsPeopleReadThem() {
    assertThat(Quantity.bytes(999)).isEqualTo("999 B");
    assertThat(Quantity.bytes(1_500)).isEqualTo("1.5 kB");
    assertThat(Quantity.bytes(999_960)).isEqualTo("1.0 MB");
    assertThat(Quantity.bytes(1_234_567_890_123L)).isEqualTo("1.2 TB");
    assertThat(Quantity.bitsPerSecond(9_400_000_000.0)).isEqualTo("9.4 Gbit/s");
    assertThat(Quantity.perSecond(0)).isEqualTo("0/s");
    assertThat(Quantity.perSecond(1.5)).isEqualTo("1.5/s");
    assertThat(Quantity.perSecond(1250.4)).isEqualTo("1250/s");
    assertThat(Quantity.age(119)).isEqualTo("119s");
    assertThat(Quantity.age(120)).isEqualTo("2m");
    assertThat(Quantity.age(7200)).isEqualTo("2h");
    assertThat(Quantity.age(172_800)).isEqualTo("2d");
  }
}
