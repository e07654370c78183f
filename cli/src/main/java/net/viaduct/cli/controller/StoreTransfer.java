package net.viaduct.cli.controller;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Collectors;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Refusal;
import net.viaduct.controller.ControllerConfig;
import net.viaduct.controller.Stores;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.transfer.Exporter;
import net.viaduct.host.configfile.ConfigException;

/**
 * Exports and imports the store that a controller's file names. Stateless; apart from the commands,
 * because the controller's libraries are on the class path only if one of them is asked for.
 */
final class StoreTransfer {
  private StoreTransfer() {}

  static int export(Path configFile, Path file, PrintWriter out) {
    return run(
        configFile,
        file,
        config -> {
          Exporter.Summary done = Stores.export(config, file, Clock.systemUTC());
          out.println(
              "%d keys at revision %d; the file has secrets in it"
                  .formatted(done.entries(), done.revision()));
        },
        out);
  }

  static int importInto(Path configFile, Path file, boolean replace, PrintWriter out) {
    return run(
        configFile,
        file,
        config -> {
          Exporter.Summary done = Stores.importInto(config, file, replace);
          out.println(
              "%d keys of revision %d are in %s"
                  .formatted(done.entries(), done.revision(), config.store()));
        },
        out);
  }

  private interface Step {
    void with(ControllerConfig config) throws IOException;
  }

  private static int run(Path configFile, Path file, Step step, PrintWriter out) {
    try {
      step.with(ControllerFile.readIfThere(configFile).controller());
      out.flush();
      return ExitCode.DONE;
    } catch (ConfigException e) {
      throw new Refusal(
          ExitCode.FAILED,
          e.errors().stream().map(Object::toString).collect(Collectors.joining("\n")));
    } catch (NoSuchFileException e) {
      throw new Refusal(ExitCode.FAILED, "there is no " + e.getMessage());
    } catch (StoreFailure e) {
      throw new Refusal(ExitCode.FAILED, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new Refusal(ExitCode.FAILED, file + ": " + e.getMessage());
    }
  }
}
