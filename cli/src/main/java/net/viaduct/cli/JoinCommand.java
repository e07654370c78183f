package net.viaduct.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import net.viaduct.host.config.ControllerConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code viaduct join}. What it does is apart in {@link JoinSteps}, so that no other command loads
 * the libraries for it.
 */
@Command(
    name = "join",
    description = "Makes this machine a host of a controller.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "The machine makes a key, which stays here, and gets a certificate for it. The",
      "token says which authority the controller must be of: no other one gets to see",
      "the token's secret. Then, in the host's file: controller: {}"
    })
final class JoinCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "What the controller's operator gave; default: $VIADUCT_JOIN_TOKEN.")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with the token, which then nobody sees in the list of processes.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--controller",
      paramLabel = "ADDRESS",
      required = true,
      split = ",",
      description = "Where a controller is: 10.0.0.9, or https://ctl:7843; several with commas.")
  private List<String> controllers = List.of();

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "The host's name; default: this machine's.")
  private @Nullable String host;

  @Option(
      names = "--state",
      paramLabel = "DIRECTORY",
      description = "Where its key is kept; default: /var/lib/viaduct/HOST.")
  private @Nullable Path state;

  @Option(names = "--again", description = "Also if it has joined before.")
  private boolean again;

  private JoinCommand() {}

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    String name = host == null ? UpCommand.hostName() : host;
    Path directory = state == null ? ControllerConfig.defaultState(name) : state;
    try {
      JoinSteps.join(token(), controllers, name, directory, again);
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--controller: " + e.getMessage());
    }
    boolean usual = directory.equals(ControllerConfig.defaultState(name));
    String section = usual ? "{}" : "{ state: " + directory.toAbsolutePath() + " }";
    out.println("host " + name + " has joined; its key is in " + directory);
    out.println("now write 'controller: " + section + "' into its file, and start it: viaduct up");
    out.flush();
    return ExitCode.DONE;
  }

  private String token() throws IOException {
    String text = token == null ? System.getenv("VIADUCT_JOIN_TOKEN") : token;
    if (tokenFile != null) {
      text = Files.readString(tokenFile);
    }
    if (text == null) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "which token? --token, --token-file, or $VIADUCT_JOIN_TOKEN");
    }
    return text.strip();
  }
}
