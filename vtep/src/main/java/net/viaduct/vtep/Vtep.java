package net.viaduct.vtep;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.SecureRandom;
import java.util.List;
import java.util.SplittableRandom;
import net.viaduct.io.Frame;
import net.viaduct.io.Readiness;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.Underlay;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.Counters;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.capture.Captures;
import net.viaduct.vtep.control.Housekeeping;
import net.viaduct.vtep.control.Remotes;
import net.viaduct.vtep.control.Stations;
import net.viaduct.vtep.control.Topology;
import net.viaduct.vtep.control.Tracer;
import net.viaduct.vtep.counting.LaneCounters;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.egress.Egress;
import net.viaduct.vtep.fallback.CopyLeases;
import net.viaduct.vtep.fallback.GroupFallback;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.Forwarding;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.idle.Latency;
import net.viaduct.vtep.idle.Waiter;
import net.viaduct.vtep.ingress.DatagramCheck;
import net.viaduct.vtep.ingress.Ingress;
import net.viaduct.vtep.ingress.SourceCheck;
import net.viaduct.vtep.loop.LoopWatch;
import net.viaduct.vtep.multicast.ListenerAudience;
import net.viaduct.vtep.multicast.MembershipInspector;
import net.viaduct.vtep.multicast.Querier;
import net.viaduct.vtep.multicast.SnoopedNetworks;
import net.viaduct.vtep.neighbour.NeighbourSteps;
import net.viaduct.vtep.path.Paths;
import net.viaduct.vtep.source.Sources;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.PortSource;
import net.viaduct.vtep.tables.PortToken;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.trace.SwitchedTrail;
import net.viaduct.vtep.waiting.QueueParts;
import net.viaduct.vtep.waiting.Queues;
import net.viaduct.vtep.watching.Watching;
import net.viaduct.vtep.worker.Gate;
import net.viaduct.vtep.worker.WorkerParts;
import net.viaduct.vtep.worker.Workers;
import org.jspecify.annotations.Nullable;

/**
 * The tunnel end point of a host: an agent that carries frames between ports and the underlay. One
 * thread does its duty cycles and owns everything in it; others change it by {@link #control()} and
 * look at it by {@link #view()}.
 *
 * <p>A duty cycle waits for what is ready, reads the clock once, carries out some commands, takes
 * one batch of each source that is ready, and does a little housekeeping. Nothing is allocated for
 * a frame; only sources that are ready are touched.
 */
public final class Vtep implements Agent {
  /** How many frames are taken of a source in one duty cycle. */
  public static final int BATCH_FRAMES = 64;

  private static final int MOST_READY = 64;
  private static final int COMMANDS_PER_CYCLE = 16;

  private final Underlay underlay;
  private final Readiness readiness;
  private final Waiter waiter;
  private final Sources sources;
  private final DistinctErrors errors;
  private final CounterBlock total;
  private final CycleClock clock;
  private final Tables tables;
  private final Egress egress;
  private final Ingress ingress;
  private final Topology topology;
  private final Housekeeping housekeeping;
  private final VtepControl control;
  private final VtepView view;
  private final Captures captures;
  private final Queues queues;
  private final @Nullable Workers workers;
  private final Arena arena = Arena.ofShared();
  private final ReceiveBatch batch;
  private final int[] ready = new int[MOST_READY];
  private final long idleWaitNs;
  private boolean commandsWait;

  /**
   * A VTEP without networks. May be made on any thread; the first duty cycle decides who owns it.
   *
   * @throws IllegalStateException if there is no room for its counters
   */
  public Vtep(VtepConfig config, VtepParts given) {
    int more = given.workers().size();
    LaneCounters divided = new LaneCounters(given.counters(), more);
    VtepParts parts = more == 0 ? given : given.with(divided);
    Gate gate = new Gate(more);
    underlay = parts.underlay();
    readiness = parts.readiness();
    waiter = new Waiter(readiness, parts.clock());
    Counters counters = parts.counters();
    errors = parts.errors();
    idleWaitNs = config.idleWait().toNanos();
    total = counters.allocate(Layouts.VTEP, underlay.local().toString());
    clock = new CycleClock(parts.clock());
    tables = new Tables(config, parts.clock().nanoTime());
    SwitchedTrail trail = new SwitchedTrail();
    captures = new Captures(parts.clock(), clock::nowNs, underlay.locals(), trail);
    Tally tally = new Tally(total, trail, captures);
    int ageing = Math.toIntExact(config.ageing().toSeconds());
    Remotes remotes = new Remotes(tables, counters, clock, underlay.locals(), ageing, trail);
    remotes.gate(gate);
    MemorySegment ownFrames =
        arena.allocate((long) Originator.SLOTS * Frame.SLOT_BYTES, Long.BYTES);
    MemorySegment memory = arena.allocate((long) BATCH_FRAMES * Frame.SLOT_BYTES, 64);
    batch = new ReceiveBatch(memory, BATCH_FRAMES);
    Forwarding forwarding = new Forwarding(tables, underlay, clock, tally, errors, ownFrames);
    Paths paths =
        new Paths(
            tables,
            underlay,
            forwarding.originator(),
            clock,
            forwarding.path().sent(),
            new SecureRandom()::nextLong);
    CopyLeases leases = new CopyLeases(tables, clock, errors);
    egress = new Egress(tables, forwarding);
    ingress =
        new Ingress(
            tables,
            forwarding,
            (network, from, frame) ->
                paths.take(network, from, frame) || leases.take(network, from, frame),
            new DatagramCheck(config.strictReservedBits(), remotes::typeAt, underlay.locals()),
            new SourceCheck(
                tables.remotesByAddress(), remotes::learn, clock, config.acceptFrom(), trail));
    Watching watching =
        new Watching(
            underlay,
            clock,
            tally,
            errors,
            arena.allocate(Watching.MEMORY_BYTES, Long.BYTES),
            new SecureRandom()::nextLong);
    ingress.questions(watching);
    queues =
        new Queues(
            new QueueParts(clock, tally, counters, errors, parts.memory(), new SplittableRandom()),
            forwarding.tunnels(),
            forwarding.ports(),
            config.limits().ports(),
            batch,
            memory);
    WorkerParts shared = new WorkerParts(config, parts, tables, clock, total, remotes::typeAt);
    try {
      workers = more == 0 ? null : new Workers(shared, gate, divided, ingress, egress);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
    if (workers != null) {
      forwarding.path().sent().others(workers.sent());
    }
    topology = new Topology(tables, remotes, parts, queues, BATCH_FRAMES);
    housekeeping = new Housekeeping(tables, remotes, parts, clock, tally);
    SnoopedNetworks snooped =
        new SnoopedNetworks(
            tables.networks(),
            clock,
            underlay.local().address(),
            topology.groups(),
            errors::record);
    forwarding.audience(new ListenerAudience(snooped, forwarding));
    LoopWatch loops =
        new LoopWatch(tables, forwarding, underlay.local().address(), new SecureRandom()::nextLong);
    forwarding.loops(loops);
    NeighbourSteps neighbours =
        new NeighbourSteps(tables, config.limits(), forwarding, underlay.local().address());
    forwarding.inspectors(
        List.of(neighbours.inspector(), new MembershipInspector(snooped, forwarding)));
    housekeeping.chores(
        List.of(
            _ -> underlay.attend(),
            _ -> captures.tidy(),
            _ -> tables.foreignVnis().publish(clock.seconds()),
            topology.groups(),
            paths,
            leases,
            watching,
            new GroupFallback(
                tables,
                topology.groups(),
                forwarding.originator(),
                underlay.local().address(),
                errors),
            neighbours,
            neighbours.announcer(),
            new Querier(snooped, forwarding.originator()),
            loops),
        forwarding.originator());
    Frame traced = new Frame(arena.allocate(Frame.SLOT_BYTES, Long.BYTES), 0);
    Tracer tracer =
        new Tracer(
            topology, egress, ingress, forwarding.originator(), trail, queues.intake(), traced);
    control =
        new VtepControl(
            topology,
            new Stations(
                tables, topology, remotes, clock, neighbours, forwarding.moves().stations()),
            tracer,
            captures,
            queues,
            watching,
            readiness::wake);
    view =
        new VtepView(
            tables,
            topology.groups(),
            snooped,
            clock,
            total,
            forwarding.moves().stations(),
            watching::status);
    sources = new Sources(underlay, readiness, clock, errors);
  }

  /** Changes it; any thread. */
  public VtepControl control() {
    return control;
  }

  /** Looks at it; any thread. */
  public VtepView view() {
    return view;
  }

  /** Its workers, to be run by a thread each, and to be ended before this; any thread. */
  public List<Agent> workers() {
    return workers == null ? List.of() : workers.agents();
  }

  /** Waits like this from now on; any thread. */
  public void latency(Latency value) {
    waiter.latency(value);
    if (workers != null) {
      workers.latency(value);
    }
  }

  /** How it waits; any thread. */
  public Latency latency() {
    return waiter.latency();
  }

  @Override
  public String roleName() {
    return "data-path";
  }

  @Override
  public int doWork() {
    int found = waiter.await(ready, waitNs());
    clock.tick();
    sources.retry();
    int commands = workers == null ? control.drain(COMMANDS_PER_CYCLE) : drain(workers);
    commandsWait = commands == COMMANDS_PER_CYCLE;
    int work = commands;
    for (int i = 0; i < found; i++) {
      work += receive(ready[i]);
    }
    if (workers != null) {
      work += workers.doWork();
    }
    if (!queues.isOff()) {
      work += queues.doWork();
    }
    keepHouse();
    if (captures.isOn()) {
      captures.done(); // frames of our own that left with no batch
    }
    return work;
  }

  /** Carries commands out while workers stand still, with nothing of theirs on its way. */
  private int drain(Workers halted) {
    if (!control.hasCommands()) {
      return 0;
    }
    halted.halt();
    try {
      halted.drain();
      return control.drain(COMMANDS_PER_CYCLE);
    } finally {
      resume(halted);
    }
  }

  private void keepHouse() {
    if (workers == null || !housekeeping.isDue()) {
      housekeeping.doWork();
      return;
    }
    workers.halt();
    try {
      workers.drain(); // a capture may end here, and ports change their reader then
      housekeeping.doWork();
    } finally {
      resume(workers);
    }
  }

  /** While a queue or a capture is to see all frames, this thread reads all ports. */
  private void resume(Workers halted) {
    boolean nobodyLooks = queues.isOff() && !captures.isOn();
    try {
      topology.divide(nobodyLooks);
    } finally {
      halted.resume(nobodyLooks);
    }
  }

  /** Adds up what workers have counted until now. Owner, or anybody while nobody runs it. */
  public void collect() {
    if (workers != null) {
      workers.collect();
    }
  }

  private long waitNs() {
    if (commandsWait) {
      return 0;
    }
    long mostNs = workers == null ? idleWaitNs : workers.waitNs(idleWaitNs);
    return queues.isOff() ? mostNs : Math.min(mostNs, queues.waitNs());
  }

  private int receive(int token) {
    if (token == Topology.UNDERLAY_TOKEN) {
      int count = sources.receive(batch);
      if (count > 0) {
        ingress.onDatagrams(batch, count);
      }
      return count;
    }
    LocalPort port = tables.ports().get(PortToken.portIndex(token));
    PortSource source = port == null ? null : port.device().readBy(0, token);
    if (port == null || source == null) {
      return 0;
    }
    ReceiveBatch room = queues.isOff() ? batch : queues.intake().batchFor(port.device());
    if (room == null) {
      return 0;
    }
    int count = sources.receive(source, room);
    if (count > 0) {
      if (!queues.isOff()) {
        queues.intake().took(port.device(), room, count);
      }
      egress.onFrames(port.device(), room, count);
    }
    return count;
  }

  @Override
  public void wake() {
    readiness.wake();
  }

  /** Closes the underlay, the readiness and all ports that are still attached. */
  @Override
  public void onClose() {
    if (!arena.scope().isAlive()) {
      return;
    }
    control.close();
    captures.close();
    collect();
    for (LocalPort port : topology.ports()) {
      close(port.port());
    }
    close(underlay);
    close(readiness);
    if (workers != null) {
      close(workers::close);
    }
    arena.close();
  }

  private void close(AutoCloseable what) {
    try {
      what.close();
    } catch (Exception e) {
      errors.record(e);
    }
  }
}
