package net.viaduct.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.viaduct.host.HostSurroundings;
import net.viaduct.host.NotPermitted;
import net.viaduct.host.api.ApiUnavailable;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.host.devices.LinuxDevices;
import net.viaduct.host.shape.Shaper;
import net.viaduct.host.shapefile.ShapeFile;
import net.viaduct.io.IoFailure;
import net.viaduct.runtime.SystemClock;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code viaduct shape}. */
@Command(
    name = "shape",
    description = "Queues what goes between two devices so that nobody waits for others.",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "  viaduct shape --in eth0 --out wan0 --upload 20M --download 100M",
      "  viaduct shape -c shape.yaml    classes, shares, overhead: docs/queueing.md",
      "  viaduct show queues            what waits, was marked and dropped, and why",
      "",
      "While it runs both devices are its own: what one receives leaves by the other.",
      "SIGHUP applies a changed file without losing or reordering a packet.",
      "SIGTERM and SIGINT stop it; the devices are as they were then."
    })
final class ShapeCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The shaper's configuration; flags go before it.")
  private @Nullable Path file;

  @Option(names = "--in", paramLabel = "DEVICE", description = "The device towards the machines.")
  private @Nullable String in;

  @Option(names = "--out", paramLabel = "DEVICE", description = "The device towards the link.")
  private @Nullable String out;

  @Option(
      names = "--upload",
      paramLabel = "RATE",
      description = "What the link carries from here, in bits a second: 20M; a little less helps.")
  private @Nullable String upload;

  @Option(names = "--download", paramLabel = "RATE", description = "What the link carries to here.")
  private @Nullable String download;

  @Option(names = "--check", description = "Only checks what it is told.")
  private boolean check;

  private ShapeCommand() {}

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = spec.commandLine().getErr();
    if (file == null && (in == null || out == null)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "between which devices? --in and --out, or -c FILE");
    }
    ShapeFile.Source source =
        new ShapeFile.Source(
            Optional.ofNullable(file),
            Optional.ofNullable(in),
            Optional.ofNullable(out),
            Optional.ofNullable(upload),
            Optional.ofNullable(download));
    try (LinuxDevices devices = new LinuxDevices()) {
      if (check) {
        ShapeFile.read(source);
        spec.commandLine().getOut().println((file == null ? "this" : file) + " is right");
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
      }
      run(
          source,
          new HostSurroundings(
              devices, new SystemClock(), Clock.systemUTC(), "shape", Version.number()),
          err);
      return ExitCode.DONE;
    } catch (ConfigException e) {
      tell(e, err);
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

  private static void tell(ConfigException wrong, PrintWriter err) {
    int count = wrong.errors().size();
    wrong.errors().forEach(err::println);
    err.println("viaduct: " + count + (count == 1 ? " error" : " errors") + "; nothing was done");
    err.flush();
  }

  private static void run(ShapeFile.Source source, HostSurroundings around, PrintWriter err)
      throws InterruptedException {
    Signals signals = Signals.catchAll(); // from here on none ends the process by itself
    try (Shaper shaper = Shaper.start(source, around)) {
      while (signals.next() == Signals.Kind.RELOAD) {
        reload(shaper, err);
      }
    }
  }

  private static void reload(Shaper shaper, PrintWriter err) {
    try {
      shaper.reload();
    } catch (ConfigException e) {
      tell(e, err);
    } catch (IllegalStateException e) {
      err.println("viaduct: not reloaded: " + e.getMessage());
      err.flush();
    }
  }
}
