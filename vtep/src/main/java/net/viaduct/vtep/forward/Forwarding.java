package net.viaduct.vtep.forward;

import java.lang.foreign.MemorySegment;
import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.io.UnderlayLane;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.moving.MoveStep;
import net.viaduct.vtep.output.PortOutput;
import net.viaduct.vtep.output.TunnelOutput;
import net.viaduct.vtep.path.PathStep;
import net.viaduct.vtep.storm.StormControl;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.trace.Trail;
import net.viaduct.wire.FlowKey;
import org.jspecify.annotations.Nullable;

/**
 * The steps that both directions share. Owned by the thread that works at the frames: the data-path
 * thread, or a worker, which has a {@link Shortcut} and none of the steps that only the data-path
 * thread may take.
 */
public final class Forwarding {
  private static final int MOST_TOUCHED_PORTS = 1024;

  private final CycleClock clock;
  private final Tally tally;
  private final DistinctErrors errors;
  private final PortOutput ports;
  private final TunnelOutput tunnels;
  private final Learner learner;
  private final StationLookup lookup;
  private final Flooder flooder;
  private final Originator originator;
  private final PathStep path;
  private final MoveStep moves;
  private final StormControl storm;
  private Inspector[] inspectors = {};
  private Audience audience = Audience.EVERYBODY;
  private @Nullable LoopGuard loops;
  private @Nullable Shortcut shortcut;

  /**
   * Steps over these tables.
   *
   * @param memory for the frames of the {@link Originator}
   */
  public Forwarding(
      Tables tables,
      UnderlayLane underlay,
      CycleClock clock,
      Tally tally,
      DistinctErrors errors,
      MemorySegment memory) {
    this.clock = clock;
    this.tally = tally;
    this.errors = errors;
    this.ports = new PortOutput(MOST_TOUCHED_PORTS, tally, errors);
    this.tunnels = new TunnelOutput(underlay, tally, errors);
    this.learner = new Learner(tables, clock, tally);
    this.lookup = new StationLookup(tables, clock, learner, tally.trail());
    this.flooder = new Flooder(ports, tunnels, tally, errors);
    this.storm = new StormControl(clock, tally.trail());
    this.originator = new Originator(memory, ports, tunnels, flooder, tally);
    this.moves = new MoveStep(tunnels, tally);
    this.path = new PathStep(tunnels, originator, clock, tally.trail());
  }

  /** The time of this duty cycle. */
  public CycleClock clock() {
    return clock;
  }

  /** Where everything is counted. */
  public Tally tally() {
    return tally;
  }

  /** Frames on their way to ports. */
  public PortOutput ports() {
    return ports;
  }

  /** Frames on their way to the underlay. */
  public TunnelOutput tunnels() {
    return tunnels;
  }

  /** Learns where stations are. */
  public Learner learner() {
    return learner;
  }

  /** Knows where stations are. */
  public StationLookup lookup() {
    return lookup;
  }

  /** Keeps floods within limits. */
  public StormControl storm() {
    return storm;
  }

  /** Copies to everybody. */
  public Flooder flooder() {
    return flooder;
  }

  /** Makes frames of our own. */
  public Originator originator() {
    return originator;
  }

  /** What is done because paths are narrow. */
  public PathStep path() {
    return path;
  }

  /** What is done about stations that move. */
  public MoveStep moves() {
    return moves;
  }

  /** Where steps tell what they decide. */
  public Trail trail() {
    return tally.trail();
  }

  /** Sets who looks at control frames, in this order; once, before the first frame. */
  public void inspectors(List<Inspector> all) {
    inspectors = all.toArray(Inspector[]::new);
  }

  /** Sets who chooses where floods go; once, before the first frame. */
  public void audience(Audience chooser) {
    audience = chooser;
  }

  /** Who chooses where floods go. */
  public Audience audience() {
    return audience;
  }

  /** Sets who finds loops; once, before the first frame. */
  public void loops(LoopGuard guard) {
    loops = guard;
  }

  /** Sets what a worker may forward; once, before the first frame. */
  public void shortcut(Shortcut ofWorker) {
    shortcut = ofWorker;
  }

  /** What a worker may forward; null on the data-path thread, which may forward all. */
  public @Nullable Shortcut shortcut() {
    return shortcut;
  }

  /** What is said about a frame before anything is learned from it; PASS if nothing is. */
  public Verdict guard(Network network, @Nullable LocalPort port, Frame frame) {
    return loops == null ? Verdict.PASS : loops.check(network, port, frame);
  }

  /** What the inspectors say about a frame from a port: the first that does not let it pass. */
  public Verdict inspect(LocalPort from, Frame frame, FlowKey key) {
    if (!ControlFrames.isControl(key)) {
      return Verdict.PASS;
    }
    for (Inspector inspector : inspectors) {
      Verdict verdict = inspector.fromPort(from, frame, key);
      if (verdict != Verdict.PASS) {
        return told(inspector, verdict);
      }
    }
    return Verdict.PASS;
  }

  /** The same for a frame from a tunnel. */
  public Verdict inspect(Network network, Remote from, Frame frame, FlowKey key) {
    if (!ControlFrames.isControl(key)) {
      return Verdict.PASS;
    }
    for (Inspector inspector : inspectors) {
      Verdict verdict = inspector.fromTunnel(network, from, frame, key);
      if (verdict != Verdict.PASS) {
        return told(inspector, verdict);
      }
    }
    return Verdict.PASS;
  }

  private Verdict told(Inspector inspector, Verdict verdict) {
    if (tally.trail().isOn()) {
      DropReason reason = verdict.reason();
      tally
          .trail()
          .note(
              "inspect",
              inspector.subject()
                  + (reason == null ? ": taken" : ": dropped as " + reason.label()));
    }
    return verdict;
  }

  /** Something that a person should know, but that is no defect of a frame. */
  public void report(RuntimeException what) {
    errors.record(what);
  }

  /** A frame met a defect. */
  public DropReason defect(RuntimeException cause) {
    errors.record(cause);
    return DropReason.DEFECT;
  }
}
