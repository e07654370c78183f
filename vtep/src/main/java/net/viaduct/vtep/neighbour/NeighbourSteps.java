package net.viaduct.vtep.neighbour;

import net.viaduct.vtep.TableLimits;
import net.viaduct.vtep.control.Chore;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.Forwarding;
import net.viaduct.vtep.forward.Inspector;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.IpAddress;

/** All that deals with IP addresses of stations, put together. Owned by the data-path thread. */
public final class NeighbourSteps implements Chore {
  private static final long ROUND_NS = 1_000_000_000L;

  private final Tables tables;
  private final CycleClock clock;
  private final Neighbours neighbours;
  private final Inspector inspector;
  private final Announcer announcer;
  private final Questions questions;
  private long roundNs;

  /**
   * Nothing is known yet.
   *
   * @param own the underlay address of this host
   */
  public NeighbourSteps(Tables tables, TableLimits limits, Forwarding forwarding, IpAddress own) {
    this.tables = tables;
    this.clock = forwarding.clock();
    Prober prober = new Prober(own, forwarding.originator(), clock);
    this.neighbours = new Neighbours(tables, limits.networks(), clock, forwarding.tally(), prober);
    this.questions = new Questions(neighbours.table(), tables, prober, clock);
    Suppressor suppressor = new Suppressor(neighbours, forwarding.originator(), forwarding.tally());
    this.inspector =
        new NeighbourInspector(
            neighbours, suppressor, questions, prober.ownMac(), forwarding.tally());
    this.announcer =
        new Announcer(
            tables, neighbours.table(), forwarding.originator(), clock, forwarding.tally());
  }

  /** Learns from control frames, and answers them. */
  public Inspector inspector() {
    return inspector;
  }

  /** Tells others where stations are. */
  public Announcer announcer() {
    return announcer;
  }

  /** Asks stations whether they are there. */
  public Questions questions() {
    return questions;
  }

  /** Which station has which address. */
  public NeighbourTable table() {
    return neighbours.table();
  }

  @Override
  public void doWork(long nowNs) {
    neighbours.attend();
    questions.attend();
    if (nowNs - roundNs >= ROUND_NS) {
      roundNs = nowNs;
      tables.fdb().moves().publish(clock.seconds());
    }
  }
}
