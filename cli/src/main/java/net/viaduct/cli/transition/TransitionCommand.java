package net.viaduct.cli.transition;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Json;
import net.viaduct.cli.Refusal;
import net.viaduct.cli.StandardOutput;
import net.viaduct.cli.controller.ControllerClient;
import net.viaduct.cli.controller.ControllerOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct transition}. */
@Command(
    name = "transition",
    description = "Brings machines of a physical VLAN into the network over it, or back.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "  viaduct transition list blue                 who is on the wire",
      "  viaduct transition watch blue                the same, again and again",
      "  viaduct transition plan blue                 in which order best, and why",
      "  viaduct transition convert blue MAC --to h3  one comes off the wire",
      "  viaduct transition convert blue --set FILE   many: MAC HOST [DEVICE [PORT]]",
      "  viaduct transition back blue PORT            one goes back",
      "  viaduct transition status blue               who moves, and who came",
      "",
      "Each is asked for its addresses before and after; what fails is taken back.",
      "Given again, the same command goes on where it ended.",
      "Who attaches the machine elsewhere is you, or --run: it finds the move in",
      "VIADUCT_MAC, VIADUCT_FROM, VIADUCT_TO, VIADUCT_DEVICE, VIADUCT_PORT and",
      "VIADUCT_KIND (off-wire or onto-wire)."
    })
public final class TransitionCommand implements Callable<Integer> {
  private static final long LOOK_MS = 2_000;
  private static final String VERBS = "list, watch, plan, convert, back, status";

  @Spec private CommandSpec spec;
  @Mixin private ControllerOptions controller;
  @Mixin private WireMove move;

  @Parameters(index = "0", paramLabel = "VERB", description = VERBS + ".")
  private String verb = "";

  @Parameters(index = "1", paramLabel = "NETWORK", description = "That is also a VLAN.")
  private String network = "";

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "MACHINE",
      description = "convert: its MAC address; back: that, or the name of its port.")
  private @Nullable String machine;

  @Option(names = "--to", paramLabel = "HOST", description = "convert: where it comes to.")
  private @Nullable String to;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "convert: the device there; default: named as the port.")
  private @Nullable String device;

  @Option(
      names = "--port",
      paramLabel = "NAME",
      description = "convert: the name of its port; default: made of its MAC address.")
  private @Nullable String port;

  @Option(
      names = "--set",
      paramLabel = "FILE",
      description = "convert, back: one machine a line, one after the other.")
  private @Nullable Path set;

  @Option(names = "--json", description = "list, plan, status: prints JSON, as the API answers.")
  private boolean json;

  private TransitionCommand() {
    controller = new ControllerOptions();
    move = new WireMove();
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    ControllerClient client = controller.client();
    switch (verb) {
      case "list" -> print(out, client.ask("GET", target(), null), TransitionScreens::wire);
      case "watch" -> watch(out, client);
      case "plan" ->
          print(out, client.ask("GET", target() + "/plan", null), TransitionScreens::plan);
      case "status" -> print(out, client.ask("GET", target(), null), TransitionScreens::moves);
      case "convert" -> each(out, client, true);
      case "back" -> each(out, client, false);
      default ->
          throw new ParameterException(spec.commandLine(), "'" + verb + "'? There is: " + VERBS);
    }
    return StandardOutput.afterPrinting(out, spec.commandLine().getErr());
  }

  private String target() {
    return "/api/v1/networks/" + WireMove.encoded(network) + "/transition";
  }

  private void print(
      PrintWriter out, Map<String, Object> answer, Function<Map<String, Object>, List<String>> as) {
    if (json) {
      out.println(Json.write(answer));
    } else {
      as.apply(answer).forEach(out::println);
    }
  }

  /** Shows who is on the wire each time that changes, until nobody reads it any more. */
  private void watch(PrintWriter out, ControllerClient client) throws InterruptedException {
    List<String> before = List.of();
    while (!out.checkError() && !System.out.checkError()) {
      List<String> now = TransitionScreens.stations(client.ask("GET", target(), null)).lines();
      if (!now.equals(before)) {
        out.println(before.isEmpty() ? "" : "--");
        now.forEach(out::println);
        out.flush();
        before = now;
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private void each(PrintWriter out, ControllerClient client, boolean isOff) {
    WireMove.Surroundings around = new WireMove.Surroundings(client, System::nanoTime, out);
    EarlierSteps steps = new EarlierSteps(client, network, target());
    List<List<String>> all = wanted(isOff);
    int done = 0;
    for (List<String> one : all) {
      try {
        Optional<EarlierSteps.Done> earlier =
            isOff ? steps.offWire(one.get(0), one.get(1)) : steps.ontoWire(one.getFirst());
        if (earlier.isPresent()) {
          move.end(around, earlier.get(), isOff ? one.get(1) : "the wire", network);
        } else {
          move.run(around, isOff ? offWire(client, one) : ontoWire(client, one.getFirst()));
        }
      } catch (Refusal e) {
        throw all.size() == 1
            ? e
            : new Refusal(
                ExitCode.FAILED,
                e.getMessage() + "\n%d of %d are done".formatted(done, all.size()));
      }
      done++;
    }
  }

  /** Machines, each with what is said about it: address, host, device, name of its port. */
  private List<List<String>> wanted(boolean isOff) {
    if (set == null) {
      if (machine == null || (isOff && to == null)) {
        throw new ParameterException(
            spec.commandLine(), isOff ? "which one, and where? MAC --to HOST" : "which one?");
      }
      List<String> one = new ArrayList<>(List.of(machine));
      if (isOff) {
        one.add(String.valueOf(to));
        one.add(device == null ? "" : device);
        one.add(port == null ? "" : port);
      }
      return List.of(one);
    }
    return MachineSet.read(set, isOff ? 2 : 1);
  }

  private ToldMove offWire(ControllerClient client, List<String> one) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("mac", one.get(0));
    body.put("to", one.get(1));
    if (one.size() > 2 && !one.get(2).isEmpty()) {
      body.put("device", one.get(2));
    }
    if (one.size() > 3 && !one.get(3).isEmpty()) {
      body.put("port", one.get(3));
    }
    return new ToldMove(client.ask("POST", target(), body)).in(network);
  }

  private ToldMove ontoWire(ControllerClient client, String portOrMac) {
    String name = portOrMac.contains(":") ? portOf(client, portOrMac) : portOrMac;
    String onto = "/api/v1/ports/" + WireMove.encoded(name) + "/onto-wire";
    return new ToldMove(client.ask("POST", onto, null)).in(network);
  }

  private String portOf(ControllerClient client, String mac) {
    return TransitionScreens.rows(client.ask("GET", target(), null), "ports")
        .filter(row -> row.text("mac").equalsIgnoreCase(mac))
        .map(row -> row.text("name"))
        .findFirst()
        .orElseThrow(() ->
            new Refusal(ExitCode.FAILED, "no port came off the wire with MAC address " + mac));
  }
}
