package net.viaduct.cli.lab;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import net.viaduct.cli.ExitCode;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabRegistry;
import net.viaduct.lab.topology.LabPlan;
import net.viaduct.lab.topology.LabPlan.HostPlan;
import net.viaduct.lab.topology.LabPlan.MachinePlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct lab up}. */
@Command(
    name = "up",
    description = "Builds a laboratory, and leaves it running.",
    mixinStandardHelpOptions = true)
final class LabUpCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What to build.")
  private Path file;

  @Option(names = "--check", description = "Only checks the file.")
  private boolean check;

  @SuppressWarnings("NullAway.Init") // picocli sets the file
  private LabUpCommand() {}

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      LabPlan plan = LabFile.read(file);
      if (check) {
        out.println(file + " is right");
        return ExitCode.DONE;
      }
      NetNamespace.createUnnamed("probe").close();
      build(plan);
      tell(plan, out);
      return ExitCode.DONE;
    } catch (ConfigException e) {
      e.errors().forEach(err::println);
      return ExitCode.FAILED;
    } catch (IoFailure e) {
      err.println("viaduct: " + e.getMessage());
      boolean refused = e.errno().equals("EPERM") || e.errno().equals("EACCES");
      return refused ? ExitCode.NOT_PERMITTED : ExitCode.FAILED;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private void build(LabPlan plan) throws Exception {
    Lab lab = Lab.open(LabRegistry.ofUser(), plan.name());
    Thread onSignal = new Thread(lab::close, "remove-lab");
    Runtime.getRuntime().addShutdownHook(onSignal);
    try {
      Path copy = lab.directory().resolve(LabPrograms.FILE);
      Files.copy(file, copy);
      new LabPrograms(lab, plan, System::nanoTime).start();
      lab.keep();
    } finally {
      lab.close(); // nothing, if it is kept
      dismiss(onSignal);
    }
  }

  private static void dismiss(Thread hook) throws InterruptedException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      hook.join();
      new CountDownLatch(1).await(); // the JVM ends by itself, with the signal's exit code
    }
  }

  private static void tell(LabPlan plan, PrintWriter out) {
    out.println(plan.name() + " is up:");
    for (HostPlan host : plan.hosts()) {
      String link = host.link().map(l -> ", " + LinkWords.of(l)).orElse("");
      out.println("  host " + host.name() + "  " + host.address() + link);
    }
    for (MachinePlan machine : plan.machines()) {
      out.println(
          "  machine "
              + machine.name()
              + "  "
              + machine.address()
              + " in "
              + machine.network()
              + " on "
              + machine.host());
    }
    out.println("Inside:   ip netns exec " + plan.name() + "-NAME COMMAND");
    out.println("Links:    viaduct lab show " + plan.name());
    out.println("Remove:   viaduct lab down " + plan.name());
  }
}
