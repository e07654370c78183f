package net.viaduct.cli.lab;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Refusal;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.lab.LabRecord;
import net.viaduct.lab.LabRegistry;
import net.viaduct.lab.topology.LabPlan;
import net.viaduct.lab.topology.LabPlan.HostPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct lab change}. */
@Command(
    name = "change",
    description = {
      "Gives the links of a laboratory that is up the shapes and queues of a changed file.",
      "",
      "Nothing that waits or is under way is lost, and no flow is reordered. All else in the file"
          + " stays as it was built."
    },
    mixinStandardHelpOptions = true)
final class LabChangeCommand implements Callable<Integer> {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long PAUSE_NS = 2_000_000;

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "FILE",
      description = "The changed file, with the laboratory's name.")
  private Path file;

  @SuppressWarnings("NullAway.Init") // picocli sets the file
  private LabChangeCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      LabPlan plan = LabFile.read(file);
      Optional<LabRecord> lab = LabRegistry.ofUser().find(plan.name());
      if (lab.isEmpty()) {
        throw new Refusal(ExitCode.FAILED, "no laboratory of the name " + plan.name() + " is up");
      }
      change(plan, lab.get().directory());
      out.println("the links of " + plan.name() + " are changed");
      return ExitCode.DONE;
    } catch (ConfigException e) {
      e.errors().forEach(err::println);
      return ExitCode.FAILED;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private void change(LabPlan plan, Path directory) throws IOException, InterruptedException {
    Path used = directory.resolve(LabPrograms.FILE);
    if (!linked(LabFile.read(used)).equals(linked(plan))) {
      throw new Refusal(ExitCode.FAILED, "the hosts with links cannot change; nothing was changed");
    }
    Path next = directory.resolve("next.yaml");
    Files.copy(file, next, StandardCopyOption.REPLACE_EXISTING);
    Path mark = Files.writeString(LabPrograms.changeMark(used), "");
    Files.move(next, used, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    String pid = Files.readString(LabPrograms.linksProcess(directory));
    int signalled = new ProcessBuilder("kill", "-HUP", pid).inheritIO().start().waitFor();
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (Files.exists(mark)) {
      if (signalled != 0 || System.nanoTime() - deadline > 0) {
        throw new Refusal(ExitCode.FAILED, "the process that carries the links does not answer");
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private static List<String> linked(LabPlan plan) {
    return plan.hosts().stream()
        .filter(host -> host.link().isPresent())
        .map(HostPlan::name)
        .toList();
  }
}
