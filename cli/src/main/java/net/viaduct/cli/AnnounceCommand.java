package net.viaduct.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import net.viaduct.host.client.ApiSilent;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code viaduct announce}. */
@Command(
    name = "announce",
    description = "Tells everybody where the stations of this host are, in their name.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "A machine that was moved says nothing by itself. For each of its addresses that",
      "are known a gratuitous ARP or an unsolicited neighbour advertisement is sent,",
      "else a reverse ARP."
    })
final class AnnounceCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(names = "--network", paramLabel = "NAME", description = "Only those of this network.")
  private String network = "";

  @Option(names = "--port", paramLabel = "NAME", description = "Only those behind this port.")
  private String port = "";

  @Mixin private HostSocket socket = new HostSocket();

  private AnnounceCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      int stations = socket.host().announce(network, port);
      out.println(
          switch (stations) {
            case -1 -> "they are many: the host goes on announcing them";
            case 1 -> "1 station announced";
            default -> stations + " stations announced";
          });
      return ExitCode.DONE;
    } catch (ApiSilent silent) {
      err.println("viaduct: " + silent.getMessage());
      return ExitCode.of(silent);
    } finally {
      out.flush();
      err.flush();
    }
  }
}
