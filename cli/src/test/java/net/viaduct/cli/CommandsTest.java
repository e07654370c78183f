package net.viaduct.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

/** What commands say and how they end, to the letter. */
class CommandsTest extends ShownHostCommands {
  @Test
  void shouldNotTakeOptionsOfAnExperimentThatAFileDescribes() throws IOException {
    Path file = Files.writeString(directory.resolve("x.yaml"), "streams: { p: { to: 10.0.0.1 } }");
    assertThat(run("experiment", "run", "--check", file.toString()).exitCode()).isZero();
    Output both = run("experiment", "run", file.toString(), "--check", "--duration", "20s");
    assertThat(both.exitCode()).isEqualTo(ExitCode.USED_WRONGLY);
    assertThat(both.err()).contains("either a file or options, not both", "--duration");
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
  void shouldTellChangesOfAReload() {
    assertThat(run("reload", "--socket", socket.toString()))
        .isEqualTo(
            new Output(
                ExitCode.DONE,
                "port vm2 attached to network 'blue'\n",
                "viaduct: warning: device vm2 is down\n"));
    assertThat(run("reload", "--json", "--socket", socket.toString()))
        .isEqualTo(
            done(
                "{\"changes\":[\"port vm2 attached to network 'blue'\"],"
                    + "\"warnings\":[\"device vm2 is down\"]}\n"));
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
      for (String what : List.of("show ports", "show ports --watch=0.1", "reload", "announce")) {
        List<String> words = new java.util.ArrayList<>(List.of(what.split(" ")));
        words.addAll(List.of("--socket", socket.toString()));
        assertThat(Viaduct.run(words.toArray(String[]::new))).as(what).isEqualTo(ExitCode.FAILED);
      }
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
