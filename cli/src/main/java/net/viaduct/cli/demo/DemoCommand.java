package net.viaduct.cli.demo;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Terminal;
import net.viaduct.cli.demo.controller.ControlledDemo;
import net.viaduct.cli.demo.stage.Play;
import net.viaduct.cli.demo.stage.Screen;
import net.viaduct.cli.demo.stage.ScreenGone;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabRegistry;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code viaduct demo}: where it may run, how it is ended, and its exit code. */
@Command(
    name = "demo",
    description = {
      "Shows three emulated hosts that share an Ethernet, in a minute; then removes everything.",
      "",
      "Two of them run 'viaduct up', the third the kernel's VXLAN device. All live in network"
          + " namespaces of this machine; its own network is not touched."
    },
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(names = "--keep", description = "Leave everything running, and tell what to try with it.")
  private boolean keep;

  @Option(
      names = "--controller",
      description = {
        "Shows a controller and three hosts instead, that it tells where everything is:",
        "they join, a machine moves without loss, the controller is killed."
      })
  private boolean controller;

  @Option(
      names = "--clean",
      arity = "0..1",
      fallbackValue = "",
      paramLabel = "NAME",
      description =
          "Remove what --keep, or a demo that was killed, left; then end. All of this user's demos"
              + " that have ended, or that of a name, which --keep tells.")
  private @Nullable String clean;

  @Option(names = "--json", description = "Print what was seen as JSON, and nothing else.")
  private boolean json;

  /** The command, as picocli makes it. */
  public DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    LabRegistry registry = LabRegistry.ofUser();
    if (clean != null) {
      return clean(registry, clean);
    }
    Optional<String> whyNot = UserNamespace.whyNot();
    if (whyNot.isPresent()) {
      return UserNamespace.isInside()
          ? notPermitted(whyNot.get())
          : notPermitted(UserNamespace.enter(registry, arguments()));
    }
    Screen screen = new Screen(System.out, json, Terminal.isStandardOutput(), System::nanoTime);
    return run(registry, screen);
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>(List.of("demo"));
    if (keep) {
      arguments.add("--keep");
    }
    if (json) {
      arguments.add("--json");
    }
    if (controller) {
      arguments.add("--controller");
    }
    return arguments;
  }

  private int clean(LabRegistry registry, String name) {
    if (keep || json || controller) {
      throw new ParameterException(spec.commandLine(), "--clean goes with no other option");
    }
    if (!name.isEmpty()) {
      return cleanOne(registry, name);
    }
    int removed = registry.cleanAll();
    spec.commandLine().getOut().println(removed + (removed == 1 ? " demo" : " demos") + " removed");
    return ExitCode.DONE;
  }

  private int cleanOne(LabRegistry registry, String name) {
    if (!registry.cleanUnnamed(name)) {
      spec.commandLine().getErr().println("viaduct: no demo " + name + " was left here");
      return ExitCode.FAILED;
    }
    spec.commandLine().getOut().println("demo " + name + " removed");
    return ExitCode.DONE;
  }

  private int notPermitted(String why) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("viaduct: the demo needs network namespaces, and this user may not make any:");
    err.println("  " + why);
    err.println("Run it as root (sudo viaduct demo), or allow user namespaces to this user.");
    return ExitCode.NOT_PERMITTED;
  }

  private int run(LabRegistry registry, Screen screen) throws Exception {
    Lab lab = Lab.open(registry);
    Thread onSignal = new Thread(() -> removeOnSignal(lab), "remove-demo");
    Runtime.getRuntime().addShutdownHook(onSignal);
    boolean kept = false;
    try {
      Play demo =
          controller
              ? new ControlledDemo(lab, System::nanoTime, screen)
              : new Demo(lab, DemoPlan.standard(), System::nanoTime, screen);
      demo.run();
      if (keep && demo.isSuccess()) {
        lab.keep();
        kept = true;
      } else {
        demo.stop();
        screen.doing("removing everything");
        lab.close();
      }
      return end(demo, screen, kept);
    } catch (ScreenGone _) {
      return ExitCode.FAILED;
    } finally {
      lab.close();
      dismiss(onSignal); // before a failure is told: while we are told to end, it is none
    }
  }

  private int end(Play demo, Screen screen, boolean kept) {
    String result = demo.isSuccess() ? screen.good("All arrived.") : screen.bad("Not all arrived.");
    String removed =
        kept ? "It goes on running." : "Everything was removed: namespaces, devices, processes.";
    screen.line("");
    screen.line(
        String.format(
            Locale.ROOT, "%s %s Took %.1f s.", result, removed, screen.elapsed().toMillis() / 1e3));
    if (kept) {
      demo.tellWhatToTry();
    }
    if (json) {
      JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      screen.result(mapper.writeValueAsString(demo.outcome(screen.elapsed())));
    }
    return demo.isSuccess() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private static void removeOnSignal(Lab lab) {
    System.err.println();
    System.err.println("viaduct: told to end; removing everything");
    lab.close();
  }

  private static void dismiss(Thread hook) throws InterruptedException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      hook.join();
      new CountDownLatch(1).await(); // the JVM ends by itself, with the signal's exit code
    }
  }
}
