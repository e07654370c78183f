package net.viaduct.cli.demo;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import net.viaduct.cli.demo.DemoHost.Knowledge;
import net.viaduct.cli.demo.DemoHost.Passed;
import net.viaduct.cli.demo.stage.DemoPings;
import net.viaduct.cli.demo.stage.PingStory;
import net.viaduct.cli.demo.stage.Screen;
import net.viaduct.cli.demo.stage.TextTable;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.wire.MacAddress;

/** Tells on the screen what was built and seen. Owned by the thread that runs the demo. */
final class DemoStory {
  private static final String INDENTATION = "  ";

  private final Screen screen;
  private final DemoNetwork network;
  private final DemoPlan plan;
  private final PingStory pings;

  DemoStory(Screen screen, DemoNetwork network, DemoPlan plan) {
    this.screen = screen;
    this.network = network;
    this.plan = plan;
    this.pings = new PingStory(screen);
  }

  void tellWhatWasBuilt() {
    screen.heading(
        String.format(
            Locale.ROOT,
            "Three hosts, one Ethernet: network %s, VNI %d, flooded to group %s",
            plan.network(),
            plan.vni(),
            plan.group()));
    TextTable table = new TextTable();
    header(table, "host", "address", "VTEP", "machine", "attached by", "MAC", "IPv4");
    for (Machine machine : network.machines()) {
      DemoHost home = network.homeOf(machine);
      boolean first = network.machines().indexOf(machine) % 2 == 0;
      MachineSpec spec = machine.spec();
      table.row(
          first ? home.host().name() : "",
          first ? home.host().address().toString() : "",
          first ? home.program() : "",
          machine.name(),
          network.attachmentOf(machine),
          MacAddress.format(spec.mac()),
          spec.ipv4().toString());
    }
    print(table);
    for (ViaductHost host : network.viaductHosts()) {
      note(
          host.host().name()
              + ": viaduct up, process "
              + host.process().pid()
              + ", ready after "
              + host.readyAfter().toMillis()
              + " ms");
    }
    if (network.whyNoKernel() != null) {
      note("The third host runs Viaduct too: " + network.whyNoKernel());
    }
    if (!plan.taps()) {
      note("No machine is on a tap: /dev/net/tun cannot be opened here");
    }
  }

  void tellPings(List<PingResult> results) {
    screen.heading(
        DemoPings.COUNT + " pings from inside each machine to each other: lost, median round trip");
    pings.tell(network.machines().stream().map(Machine::name).toList(), results);
  }

  /** How many pairs lost nothing. */
  void tellTotal(List<PingResult> results, String what) {
    pings.tellTotal(results, what);
  }

  void tellKnowledge(Map<DemoHost, List<Knowledge>> knowledge) {
    screen.heading("What each host learned: where is the station?");
    TextTable table = new TextTable();
    table.row(
        Stream.concat(
            Stream.of(screen.dim("station")),
            network.hosts().stream()
                .map(host -> screen.dim(host.host().name() + " (" + host.program() + ")"))));
    for (Machine machine : network.machines()) {
      long mac = machine.spec().mac();
      Function<DemoHost, String> place =
          host ->
              knowledge.getOrDefault(host, List.of()).stream()
                  .filter(known -> known.mac() == mac)
                  .map(Knowledge::place)
                  .findFirst()
                  .orElse("-");
      table.row(
          Stream.concat(
              Stream.of(machine.name() + " " + MacAddress.format(mac)),
              network.hosts().stream().map(place)));
    }
    print(table);
  }

  void tellPassed(Map<DemoHost, Optional<Passed>> passed) {
    screen.heading("Frames: straight to the one place, or flooded to everybody");
    TextTable table = new TextTable();
    header(table, "host", "straight", "flooded", "dropped");
    for (Map.Entry<DemoHost, Optional<Passed>> each : passed.entrySet()) {
      each.getValue()
          .ifPresent(it ->
              table.row(
                  each.getKey().host().name(),
                  String.valueOf(it.straight()),
                  String.valueOf(it.flooded()),
                  it.droppedAndWhy()));
    }
    print(table);
    passed.forEach((host, counted) -> {
      if (counted.isEmpty()) {
        note(host.host().name() + " does not count this (" + host.program() + ")");
      }
    });
  }

  void tellMove(DemoOutcome.MoveOutcome move) {
    screen.heading(
        String.format(
            Locale.ROOT,
            "%s moved from %s to %s, with its MAC and IP addresses, while pings ran",
            move.machine(),
            move.fromHost(),
            move.toHost()));
    note(
        String.format(
            Locale.ROOT,
            "%d pings from it and to it, one each 5 ms and flow; %d lost, for at most %.0f ms",
            move.sent(),
            move.lost(),
            move.longestGapMs()));
    String after = "every machine reaches it, and it reaches every machine";
    screen.line(
        INDENTATION
            + (move.reachedAfter()
                ? screen.good("then " + after)
                : screen.bad("but not: " + after)));
  }

  void note(String text) {
    screen.line(INDENTATION + text);
  }

  private void header(TextTable table, String... cells) {
    table.row(Stream.of(cells).map(screen::dim));
  }

  private void print(TextTable table) {
    table.lines(INDENTATION).forEach(screen::line);
  }
}
