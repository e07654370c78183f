package net.viaduct.cli.controller;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Signals;
import net.viaduct.cli.Version;
import net.viaduct.controller.Controller;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.runtime.SystemClock;

/** Runs a controller until a signal ends it. Stateless. */
final class ControllerProgram {
  private ControllerProgram() {}

  /** Runs one. */
  static int run(Path file, PrintWriter err) throws InterruptedException {
    try {
      ControllerFile.Settings settings = ControllerFile.readIfThere(file);
      Signals signals = Signals.catchAll();
      try (Controller controller =
          Controller.start(
              settings.controller(),
              settings.hosts(),
              new SystemClock(),
              Clock.systemUTC(),
              Version.number())) {
        while (signals.next() != Signals.Kind.STOP) {
          reload(controller, settings, file, err);
        }
        return ExitCode.DONE;
      }
    } catch (ConfigException e) {
      e.errors().forEach(err::println);
      return ExitCode.FAILED;
    } catch (IOException | StoreFailure e) {
      err.println("viaduct: " + e.getMessage());
      return ExitCode.FAILED;
    } finally {
      err.flush();
    }
  }

  /** Applies what can be applied to a controller that runs, and tells what it did. */
  private static void reload(
      Controller controller, ControllerFile.Settings before, Path file, PrintWriter err) {
    try {
      ControllerFile.Settings wanted = ControllerFile.readIfThere(file);
      boolean isMore =
          controller.reload(wanted.controller()) || !wanted.hosts().equals(before.hosts());
      err.println(
          isMore
              ? "viaduct: certificates and limits were read again; what else is different takes a"
                  + " new start"
              : "viaduct: certificates and limits were read again");
    } catch (ConfigException e) {
      e.errors().forEach(err::println);
      err.println("viaduct: nothing was changed");
    } catch (IOException e) {
      err.println("viaduct: " + e.getMessage() + "; nothing was changed");
    }
    err.flush();
  }
}
