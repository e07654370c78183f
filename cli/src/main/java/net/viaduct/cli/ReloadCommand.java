package net.viaduct.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import net.viaduct.host.client.ApiSilent;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code viaduct reload}. */
@Command(
    name = "reload",
    description = "Lets a host read its configuration again and apply what is different.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "All or nothing: if anything is wrong, it is told with its line, and nothing",
      "changes."
    })
final class ReloadCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--socket",
      paramLabel = "PATH",
      description = "The host's socket; default: $VIADUCT_SOCKET, else the only one here.")
  private @Nullable Path socket;

  private ReloadCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      List<String> changes = new LocalHost(new SocketFinder().find(socket)).reload();
      changes.forEach(out::println);
      if (changes.isEmpty()) {
        out.println("nothing is different");
      }
      return ExitCode.DONE;
    } catch (LocalHost.ReloadFailed failed) {
      failed.errors().forEach(err::println);
      err.println("viaduct: nothing was changed");
      return ExitCode.FAILED;
    } catch (ApiSilent silent) {
      err.println("viaduct: " + silent.getMessage());
      return silent.isNotPermitted() ? ExitCode.NOT_PERMITTED : ExitCode.FAILED;
    } finally {
      out.flush();
      err.flush();
    }
  }
}
