package net.viaduct.cli.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Signals;
import net.viaduct.experiment.serve.Protocol;
import net.viaduct.experiment.serve.Responder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code viaduct experiment serve}. */
@Command(
    name = "serve",
    description =
        "The other end of experiments: answers probes and takes loads, until it is ended.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "It answers whoever asks, never with more than it was asked with. Whoever may reach it should"
          + " be limited by a firewall where that matters."
    })
final class ServeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--port", paramLabel = "PORT", description = "Of UDP and TCP; default: 7411.")
  private int port = Protocol.USUAL_PORT;

  private ServeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Signals signals = Signals.catchAll();
    try (Responder responder = Responder.start(port, Clock.systemUTC())) {
      out.println("answering on port " + responder.port() + ", UDP and TCP");
      out.flush();
      while (signals.next() != Signals.Kind.STOP) {
        // nothing to read again
      }
      return ExitCode.DONE;
    } catch (IOException e) {
      err.println("viaduct: " + e.getMessage());
      err.flush();
      return ExitCode.FAILED;
    }
  }
}
