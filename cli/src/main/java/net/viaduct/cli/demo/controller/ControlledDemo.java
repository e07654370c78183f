package net.viaduct.cli.demo.controller;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.cli.demo.controller.ControlledOutcome.MoveOutcome;
import net.viaduct.cli.demo.stage.DemoPings;
import net.viaduct.cli.demo.stage.PairOutcome;
import net.viaduct.cli.demo.stage.Play;
import net.viaduct.cli.demo.stage.Screen;
import net.viaduct.host.view.StationView;
import net.viaduct.lab.CarrierWait;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.runtime.NanoClock;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * {@code viaduct demo --controller}: three hosts join a controller, a machine moves, the controller
 * is killed. Owned by the thread that runs it.
 */
public final class ControlledDemo implements Play {
  private static final Duration CARRIER_TIMEOUT = Duration.ofSeconds(5);
  private static final long BEFORE_MOVE_NS = 200_000_000;
  private static final long AFTER_MOVE_NS = 300_000_000;

  private final Lab lab;
  private final NanoClock clock;
  private final Screen screen;
  private final ControlledStory story;
  private final List<ControlledHost> hosts = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();
  private final Map<String, Map<String, String>> told = new LinkedHashMap<>();
  private final Map<String, Integer> stops = new LinkedHashMap<>();
  private @Nullable ControllerUnit controller;
  private List<PingResult> pings = List.of();
  private List<PingResult> without = List.of();
  private List<PingResult> restarted = List.of();
  private @Nullable MoveOutcome move;
  private boolean stoppedWell = true;

  /** A demo in a laboratory. */
  public ControlledDemo(Lab lab, NanoClock clock, Screen screen) {
    this.lab = lab;
    this.clock = clock;
    this.screen = screen;
    this.story = new ControlledStory(screen);
  }

  @Override
  public void run() throws InterruptedException {
    ControllerUnit knowing = build();
    DemoPings pinging = new DemoPings(machines, clock);
    story.tellWhatWasBuilt(knowing, hosts);
    tellWhatIsKnown();
    screen.doing("pinging from each machine to each other");
    pings = pinging.allPairs();
    story.tellPings(machines, pings, hosts.stream().mapToLong(ControlledHost::flooded).sum());
    moveMachine(knowing, pinging);
    killController(knowing, pinging);
    restartHost(pinging);
  }

  private ControllerUnit build() {
    screen.doing("laying the underlay");
    LabSwitch underlay = new LabSwitch(lab, "underlay", ControlledPlan.UNDERLAY_MTU_BYTES);
    LabHost at =
        new LabHost(
            lab,
            underlay,
            ControlledPlan.CONTROLLER,
            ControlledPlan.CONTROLLER_ADDRESS,
            ControlledPlan.PREFIX_LENGTH);
    for (int i = 1; i <= ControlledPlan.HOSTS; i++) {
      LabHost place =
          new LabHost(
              lab,
              underlay,
              ControlledPlan.nameOf(i),
              ControlledPlan.addressOf(i),
              ControlledPlan.PREFIX_LENGTH);
      hosts.add(new ControlledHost(lab, place, clock));
      Machine machine = new Machine(lab, MachineSpec.numbered(i));
      machine.attachVeth(place, machine.name());
      machines.add(machine);
    }
    List<String> cables = hosts.stream().map(host -> host.host().name()).toList();
    CarrierWait.await(underlay.namespace(), cables, CARRIER_TIMEOUT, clock);
    screen.doing("starting the controller");
    ControllerUnit knowing = new ControllerUnit(lab, at, clock);
    controller = knowing;
    knowing.start();
    String token = knowing.joinToken();
    screen.doing("joining");
    hosts.forEach(host -> host.beginToJoin(token));
    hosts.forEach(ControlledHost::awaitJoined);
    screen.doing("starting the hosts");
    hosts.forEach(ControlledHost::begin);
    hosts.forEach(ControlledHost::awaitReady);
    describe(knowing);
    return knowing;
  }

  /** Tells the controller what should be, as its operator would. */
  private void describe(ControllerUnit knowing) {
    screen.doing("telling the controller what should be");
    knowing.ask(
        "POST", "networks", Map.of("name", ControlledPlan.NETWORK, "vni", ControlledPlan.VNI));
    for (int i = 0; i < machines.size(); i++) {
      knowing.awaitHost(hosts.get(i).host().name());
      MachineSpec spec = machines.get(i).spec();
      knowing.port(
          machines.get(i).name(),
          MacAddress.format(spec.mac()),
          spec.ipv4().toString(),
          hosts.get(i).host().name());
    }
    hosts.forEach(host -> host.awaitStations(machines.size()));
  }

  private void tellWhatIsKnown() {
    for (ControlledHost host : hosts) {
      Map<String, String> places = new LinkedHashMap<>();
      for (StationView station : host.stations()) {
        places.put(station.mac(), ControlledStory.place(station));
      }
      told.put(host.host().name(), places);
    }
    story.tellWhatIsKnown(machines, told);
  }

  private void moveMachine(ControllerUnit knowing, DemoPings pinging) throws InterruptedException {
    Machine mover = machines.getFirst();
    String from = hosts.get(0).host().name();
    String to = hosts.get(1).host().name();
    screen.doing("moving " + mover.name() + " to " + to);
    mover.prepareMove(hosts.get(1).host(), mover.name());
    PingRun running = pinging.start(mover);
    LockSupport.parkNanos(BEFORE_MOVE_NS);
    knowing.ask("POST", "ports/" + mover.name() + "/move", Map.of("to", to));
    knowing.awaitMove(mover.name(), "step", "ready");
    mover.changeOver();
    knowing.awaitMove(mover.name(), "here", true);
    knowing.ask("POST", "ports/" + mover.name() + "/move/activate", null);
    Map<String, Object> moved = knowing.awaitMove(mover.name(), "step", "moved");
    if (!moved.containsKey("blackoutMs")) { // the old host has not told yet
      LockSupport.parkNanos(AFTER_MOVE_NS);
      moved = knowing.ask("GET", "ports/" + mover.name() + "/move", null);
    }
    LockSupport.parkNanos(AFTER_MOVE_NS);
    running.stop();
    List<PingResult> meanwhile = running.await();
    double blackoutMs = moved.get("blackoutMs") instanceof Number ms ? ms.doubleValue() : 0;
    MoveOutcome outcome =
        new MoveOutcome(
            mover.name(),
            from,
            to,
            meanwhile.stream().mapToInt(PingResult::sent).sum(),
            meanwhile.stream().mapToInt(PingResult::lost).sum(),
            blackoutMs);
    move = outcome;
    story.tellMove(outcome);
    story.tellWhereItIs(mover, hosts);
  }

  private void killController(ControllerUnit knowing, DemoPings pinging)
      throws InterruptedException {
    screen.doing("killing the controller");
    knowing.process().kill();
    without = pinging.allPairs();
    story.tellWithout(without);
  }

  private void restartHost(DemoPings pinging) throws InterruptedException {
    ControlledHost last = hosts.getLast();
    screen.doing("starting " + last.host().name() + " anew");
    last.process().stop();
    last.begin();
    last.awaitReady();
    last.awaitStations(machines.size());
    restarted = pinging.allPairs();
    story.tellRestart(last, restarted);
  }

  @Override
  public void stop() {
    screen.doing("stopping the hosts");
    hosts.forEach(host -> host.process().askToEnd());
    for (ControlledHost host : hosts) {
      LabProcess.Stop stop = host.process().stop();
      stops.put(host.host().name(), stop.exitCode());
      if (stop.isForced() || stop.exitCode() != 0) {
        stoppedWell = false;
        screen.line("  " + host.process().name() + " ended with exit code " + stop.exitCode());
      }
    }
  }

  private static boolean isPerfect(List<PingResult> results) {
    return !results.isEmpty() && results.stream().allMatch(result -> result.lost() == 0);
  }

  @Override
  public boolean isSuccess() {
    return isPerfect(pings)
        && isPerfect(without)
        && isPerfect(restarted)
        && move != null
        && move.lost() == 0
        && stoppedWell;
  }

  @Override
  public ControlledOutcome outcome(Duration elapsed) {
    return new ControlledOutcome(
        told,
        pings.stream().map(PairOutcome::of).toList(),
        move,
        without.stream().map(PairOutcome::of).toList(),
        restarted.stream().map(PairOutcome::of).toList(),
        stops,
        elapsed.toMillis() / 1000.0,
        isSuccess());
  }

  @Override
  public void tellWhatToTry() {
    if (controller != null) {
      story.tellWhatToTry(controller, hosts, lab.prefix());
    }
  }
}
