package net.viaduct.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.viaduct.host.client.ApiSilent;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private HostSocket socket = new HostSocket();

  @Option(names = "--json", description = "Prints JSON, as the local API answers.")
  private boolean json;

  private ReloadCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      String answer = socket.host().reload();
      if (json) {
        out.println(answer);
      } else {
        tell(Json.parse(answer), out, err);
      }
      return ExitCode.DONE;
    } catch (LocalHost.ReloadFailed failed) {
      failed.errors().forEach(err::println);
      err.println("viaduct: nothing was changed");
      return ExitCode.FAILED;
    } catch (ApiSilent silent) {
      err.println("viaduct: " + silent.getMessage());
      return ExitCode.of(silent);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static void tell(Map<String, Object> reload, PrintWriter out, PrintWriter err) {
    List<String> changes = LocalHost.texts(reload, "changes");
    changes.forEach(out::println);
    if (changes.isEmpty()) {
      out.println("nothing is different");
    }
    LocalHost.texts(reload, "warnings")
        .forEach(warning -> err.println("viaduct: warning: " + warning));
  }
}
