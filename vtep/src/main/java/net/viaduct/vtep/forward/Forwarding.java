package net.viaduct.vtep.forward;

import net.viaduct.io.Underlay;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.output.PortOutput;
import net.viaduct.vtep.output.TunnelOutput;
import net.viaduct.vtep.tables.Tables;

/** The steps that both directions share. Owned by the data-path thread. */
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

  /** Steps over these tables. */
  public Forwarding(
      Tables tables, Underlay underlay, CycleClock clock, Tally tally, DistinctErrors errors) {
    this.clock = clock;
    this.tally = tally;
    this.errors = errors;
    this.ports = new PortOutput(MOST_TOUCHED_PORTS, tally, errors);
    this.tunnels = new TunnelOutput(underlay, tally, errors);
    this.learner = new Learner(tables.fdb(), clock, tally);
    this.lookup = new StationLookup(tables, clock);
    this.flooder = new Flooder(ports, tunnels, tally, errors);
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

  /** Copies to everybody. */
  public Flooder flooder() {
    return flooder;
  }

  /** A frame met a defect. */
  public DropReason defect(RuntimeException cause) {
    errors.record(cause);
    return DropReason.DEFECT;
  }
}
