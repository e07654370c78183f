package net.viaduct.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.cli.demo.DemoHost.Knowledge;
import net.viaduct.cli.demo.DemoHost.Passed;
import net.viaduct.cli.demo.DemoOutcome.HostOutcome;
import net.viaduct.cli.demo.DemoOutcome.MoveOutcome;
import net.viaduct.cli.demo.stage.DemoPings;
import net.viaduct.cli.demo.stage.PairOutcome;
import net.viaduct.cli.demo.stage.Play;
import net.viaduct.cli.demo.stage.Screen;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabProcess;
import net.viaduct.lab.Machine;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.runtime.NanoClock;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/** The demo, step by step. Owned by the thread that runs it. */
final class Demo implements Play {
  private static final long BEFORE_MOVE_NS = 300_000_000;
  private static final long AFTER_MOVE_NS = 700_000_000;
  private static final int MOVE_ATTEMPTS = 5;
  private static final double MOVE_INTERVAL_MS = 5;

  private final Screen screen;
  private final Lab lab;
  private final DemoNetwork network;
  private final DemoStory story;
  private final DemoPings pings;
  private List<PingResult> pairs = List.of();
  private final List<PingResult> fullPackets = new ArrayList<>();
  private @Nullable MoveOutcome move;
  private final Map<String, Integer> stops = new LinkedHashMap<>();
  private final Map<DemoHost, List<Knowledge>> knowledge = new LinkedHashMap<>();
  private final Map<DemoHost, Optional<Passed>> passed = new LinkedHashMap<>();
  private boolean stoppedWell = true;

  Demo(Lab lab, DemoPlan plan, NanoClock clock, Screen screen) {
    this.screen = screen;
    this.lab = lab;
    network = new DemoNetwork(lab, plan, clock, screen);
    story = new DemoStory(screen, network, plan);
    pings = new DemoPings(network.machines(), clock);
  }

  @Override
  public void run() throws InterruptedException {
    network.build();
    story.tellWhatWasBuilt();
    screen.doing("pinging from each machine to each other");
    pairs = pings.allPairs();
    story.tellPings(pairs);
    screen.doing("pinging with packets of 1500 bytes");
    List<PingResult> ipv4 = pings.allPairsWithFullPackets(false);
    story.tellTotal(ipv4, "pairs with packets of 1500 bytes");
    List<PingResult> ipv6 = pings.allPairsWithFullPackets(true);
    story.tellTotal(ipv6, "pairs with packets of 1500 bytes over IPv6");
    fullPackets.addAll(ipv4);
    fullPackets.addAll(ipv6);
    look();
    story.tellKnowledge(knowledge);
    story.tellPassed(passed);
    moveMachine();
  }

  private void look() {
    for (DemoHost host : network.hosts()) {
      knowledge.put(host, host.knowledge());
      passed.put(host, host.passed());
    }
  }

  private void moveMachine() throws InterruptedException {
    Machine mover = network.mover();
    screen.doing("moving " + mover.name() + " to another host");
    PingRun running = pings.start(mover);
    LockSupport.parkNanos(BEFORE_MOVE_NS);
    mover.move();
    LockSupport.parkNanos(AFTER_MOVE_NS);
    running.stop();
    List<PingResult> meanwhile = running.await();
    boolean reached = false;
    for (int i = 0; i < MOVE_ATTEMPTS && !reached; i++) {
      reached = isPerfect(pings.once(mover));
    }
    int longest = meanwhile.stream().mapToInt(PingResult::longestLoss).max().orElse(0);
    move =
        new MoveOutcome(
            mover.name(),
            network.homeOf(mover).host().name(),
            network.hosts().get(1).host().name(),
            meanwhile.stream().mapToInt(PingResult::sent).sum(),
            meanwhile.stream().mapToInt(PingResult::lost).sum(),
            longest * MOVE_INTERVAL_MS,
            reached);
    story.tellMove(move);
    tellWhereItIsNow(mover);
    if (network.homeOf(mover) instanceof ViaductHost old) {
      old.removePort(mover); // so that its configuration says what is, and can be changed again
    }
  }

  private void tellWhereItIsNow(Machine mover) {
    List<String> places = new ArrayList<>();
    for (DemoHost host : network.hosts()) {
      host.knowledge().stream()
          .filter(known -> known.mac() == mover.spec().mac())
          .findFirst()
          .ifPresent(known -> places.add(host.host().name() + ": " + known.place()));
    }
    story.note("where it is now: " + String.join(", ", places));
  }

  private static boolean isPerfect(List<PingResult> results) {
    return results.stream().allMatch(result -> result.lost() == 0);
  }

  /** Ends the hosts as an operator would, by SIGTERM, and looks how they end. */
  @Override
  public void stop() {
    screen.doing("stopping the hosts");
    List<ViaductHost> alive =
        network.viaductHosts().stream().filter(host -> host.process().isAlive()).toList();
    alive.forEach(host -> host.process().askToEnd());
    for (ViaductHost host : network.viaductHosts()) {
      LabProcess process = host.process();
      boolean wasAlive = alive.contains(host);
      LabProcess.Stop stop = process.stop();
      stops.put(host.host().name(), stop.exitCode());
      if (!wasAlive || stop.isForced() || stop.exitCode() != 0) {
        stoppedWell = false;
        String how = stop.isForced() ? "did not end on SIGTERM and was killed" : "ended";
        story.note(
            process.name()
                + " "
                + how
                + ", exit code "
                + stop.exitCode()
                + (wasAlive ? "" : ", before it was asked to"));
      }
    }
  }

  @Override
  public boolean isSuccess() {
    return !pairs.isEmpty()
        && isPerfect(pairs)
        && isPerfect(fullPackets)
        && move != null
        && move.reachedAfter()
        && stoppedWell;
  }

  @Override
  public void tellWhatToTry() {
    new ThingsToTry(network, lab).tell(screen);
  }

  @Override
  public DemoOutcome outcome(Duration elapsed) {
    Map<String, HostOutcome> hosts = new LinkedHashMap<>();
    for (DemoHost host : network.hosts()) {
      Map<String, String> stations = new LinkedHashMap<>();
      knowledge
          .getOrDefault(host, List.of())
          .forEach(known -> stations.put(MacAddress.format(known.mac()), known.place()));
      Passed counted = passed.getOrDefault(host, Optional.empty()).orElse(null);
      hosts.put(
          host.host().name(),
          new HostOutcome(
              host.host().address().toString(),
              host.program(),
              stations,
              counted == null ? null : counted.straight(),
              counted == null ? null : counted.flooded()));
    }
    return new DemoOutcome(
        hosts,
        pairs.stream().map(PairOutcome::of).toList(),
        fullPackets.stream().map(PairOutcome::of).toList(),
        move,
        stops,
        elapsed.toMillis() / 1000.0,
        isSuccess());
  }
}
