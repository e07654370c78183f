package net.viaduct.cli.demo.controller;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import net.viaduct.cli.demo.controller.ControlledOutcome.MoveOutcome;
import net.viaduct.cli.demo.stage.DemoPings;
import net.viaduct.cli.demo.stage.PingStory;
import net.viaduct.cli.demo.stage.Screen;
import net.viaduct.cli.demo.stage.TextTable;
import net.viaduct.host.view.StationView;
import net.viaduct.lab.Machine;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * Tells on the screen what the demo with a controller built and saw. Owned by the thread that runs
 * the demo.
 */
final class ControlledStory {
  private static final String INDENTATION = "  ";

  private final Screen screen;
  private final PingStory pings;

  ControlledStory(Screen screen) {
    this.screen = screen;
    this.pings = new PingStory(screen);
  }

  /** Where a host thinks a station is, for a person. */
  static String place(StationView station) {
    String port = station.port();
    return port == null ? withoutPort(station.remote()) : "port " + port;
  }

  private static String withoutPort(@Nullable String endpoint) {
    return endpoint == null ? "?" : endpoint.replaceFirst(":[0-9]+$", "");
  }

  void tellWhatWasBuilt(ControllerUnit controller, List<ControlledHost> hosts) {
    screen.heading(
        String.format(
            Locale.ROOT,
            "A controller and three hosts: network %s, VNI %d; no multicast, no learning",
            ControlledPlan.NETWORK,
            ControlledPlan.VNI));
    TextTable table = new TextTable();
    header(table, "name", "address", "runs", "process", "up after");
    table.row(
        controller.host().name(),
        controller.host().address().toString(),
        "viaduct controller",
        String.valueOf(controller.process().pid()),
        controller.upAfter().toMillis() + " ms");
    for (ControlledHost host : hosts) {
      table.row(
          host.host().name(),
          host.host().address().toString(),
          "viaduct up",
          String.valueOf(host.process().pid()),
          host.readyAfter().toMillis() + " ms");
    }
    print(table);
    note("each host has joined with a token, and got a certificate for a key of its own;");
    note("its file says where it is, and no more");
  }

  void tellWhatIsKnown(List<Machine> machines, Map<String, Map<String, String>> told) {
    screen.heading("What each host knows before the first frame: where is the station?");
    TextTable table = new TextTable();
    table.row(
        Stream.concat(Stream.of(screen.dim("station")), told.keySet().stream().map(screen::dim)));
    for (Machine machine : machines) {
      String mac = MacAddress.format(machine.spec().mac());
      table.row(
          Stream.concat(
              Stream.of(machine.name() + " " + mac),
              told.values().stream().map(places -> places.getOrDefault(mac, "-"))));
    }
    print(table);
  }

  void tellPings(List<Machine> machines, List<PingResult> results, long flooded) {
    screen.heading(
        DemoPings.COUNT + " pings from inside each machine to each other: lost, median round trip");
    pings.tell(machines.stream().map(Machine::name).toList(), results);
    note(
        flooded
            + " frames were flooded: questions for addresses are answered by the host of whoever"
            + " asks");
  }

  void tellMove(MoveOutcome move) {
    screen.heading(
        String.format(
            Locale.ROOT,
            "viaduct port move %s --to %s, while pings ran",
            move.machine(),
            move.toHost()));
    note(
        move.toHost()
            + " made its port ready, "
            + move.fromHost()
            + " sent copies there until all knew, and then what came late");
    String text =
        String.format(
            Locale.ROOT,
            "%d pings from it and to it, one each 5 ms and flow; %d lost",
            move.sent(),
            move.lost());
    screen.line(INDENTATION + (move.lost() == 0 ? screen.good(text) : screen.bad(text)));
    note(String.format(Locale.ROOT, "its hosts did not hear it for %.1f ms", move.blackoutMs()));
  }

  void tellWhereItIs(Machine mover, List<ControlledHost> hosts) {
    String mac = MacAddress.format(mover.spec().mac());
    List<String> places = new ArrayList<>();
    for (ControlledHost host : hosts) {
      host.station(mac).ifPresent(it -> places.add(host.host().name() + ": " + place(it)));
    }
    note("where it is now: " + String.join(", ", places));
  }

  void tellWithout(List<PingResult> results) {
    screen.heading("The controller is killed (SIGKILL)");
    pings.tellTotal(results, "pairs");
  }

  void tellRestart(ControlledHost host, List<PingResult> results) {
    screen.heading(
        host.host().name() + " is stopped and started anew, and nobody is there to tell it");
    note("it goes on with what it was told before, after " + host.readyAfter().toMillis() + " ms");
    pings.tellTotal(results, "pairs");
  }

  void tellWhatToTry(ControllerUnit controller, List<ControlledHost> hosts, String name) {
    String program = System.getProperty("viaduct.launcher", "viaduct");
    String socket = hosts.getFirst().socket().toString();
    screen.heading("Three things to try");
    tell("1. See what a host was told, and by whom:");
    command(program + " show controller --socket " + socket);
    command(program + " show stations --socket " + socket);
    tell("2. See how its log tells the story:");
    command("cat " + hosts.getFirst().socket().resolveSibling("h1.log"));
    command("cat " + controller.socket().resolveSibling("controller.log"));
    tell("3. Stop it, and remove everything:");
    command(program + " demo --clean=" + name);
  }

  private void tell(String what) {
    screen.line(INDENTATION + what);
  }

  private void command(String text) {
    screen.line("       " + screen.bold(text));
  }

  private void note(String text) {
    screen.line(INDENTATION + text);
  }

  private void header(TextTable table, String... cells) {
    table.row(Stream.of(cells).map(screen::dim));
  }

  private void print(TextTable table) {
    table.lines(INDENTATION).forEach(screen::line);
  }
}
