package net.viaduct.cli;

import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import net.viaduct.host.Host;
import net.viaduct.host.HostSurroundings;
import net.viaduct.host.NotPermitted;
import net.viaduct.host.api.ApiUnavailable;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.devices.LinuxDevices;
import net.viaduct.host.view.ReloadRefused;
import net.viaduct.io.IoFailure;
import net.viaduct.runtime.SystemClock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code viaduct up}. */
@Command(
    name = "up",
    description = "Runs this host: carries frames until it is told to stop.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "SIGHUP, or 'viaduct reload', applies a changed file by difference, all or",
      "nothing. SIGTERM and SIGINT stop it: taps that it made go, devices that were",
      "there stay as they were."
    })
final class UpCommand implements Callable<Integer> {
  private static final Path DEFAULT_FILE = Path.of("/etc/viaduct/viaduct.yaml");

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The host's configuration; default: /etc/viaduct/viaduct.yaml.")
  private Path file = DEFAULT_FILE;

  @Option(names = "--check", description = "Only checks the configuration on this machine.")
  private boolean check;

  private UpCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    try (LinuxDevices devices = new LinuxDevices()) {
      HostSurroundings around =
          new HostSurroundings(
              devices, new SystemClock(), Clock.systemUTC(), hostName(), Version.number());
      if (check) {
        tellWarnings(Host.check(file, around), err);
        return ExitCode.DONE;
      }
      run(around);
      return ExitCode.DONE;
    } catch (ConfigException e) {
      int count = e.errors().size();
      e.errors().forEach(err::println);
      err.println("viaduct: " + count + (count == 1 ? " error" : " errors") + "; nothing was done");
      return ExitCode.FAILED;
    } catch (NotPermitted e) {
      err.println("viaduct: " + e.getMessage());
      return ExitCode.NOT_PERMITTED;
    } catch (ApiUnavailable e) {
      err.println("viaduct: " + e.getMessage());
      return e.isNotPermitted() ? ExitCode.NOT_PERMITTED : ExitCode.FAILED;
    } catch (IoFailure e) {
      err.println("viaduct: " + e.getMessage());
      return ExitCode.FAILED;
    } finally {
      err.flush();
    }
  }

  private void tellWarnings(List<String> warnings, PrintWriter err) {
    warnings.forEach(warning -> err.println("viaduct: warning: " + warning));
    spec.commandLine().getOut().println(file + " is right for this machine");
    spec.commandLine().getOut().flush();
  }

  private void run(HostSurroundings around) throws InterruptedException {
    Signals signals = Signals.catchAll(); // from here on none ends the process by itself
    try (Host host = Host.start(file, around)) {
      while (signals.next() == Signals.Kind.RELOAD) {
        reload(host);
      }
    }
  }

  private static void reload(Host host) {
    try {
      host.reload();
    } catch (ReloadRefused _) {
      // the log has the causes, and the host goes on as before
    }
  }

  /** The name of a host that has none of its own. */
  static String hostName() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.split("\\.", 2)[0];
    } catch (UnknownHostException e) {
      return "host";
    }
  }
}
