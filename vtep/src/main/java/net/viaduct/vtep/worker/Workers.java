package net.viaduct.vtep.worker;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.runtime.Agent;
import net.viaduct.vtep.control.Topology;
import net.viaduct.vtep.counting.LaneCounters;
import net.viaduct.vtep.egress.Egress;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.idle.Latency;
import net.viaduct.vtep.ingress.Ingress;
import net.viaduct.vtep.path.SentRecord;
import net.viaduct.vtep.tables.Fdb;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.PortToken;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;
import net.viaduct.vtep.tables.Tables;

/**
 * The workers of a VTEP, as the data-path thread sees them: it works through what they hand over,
 * remembers which stations they saw, adds up what they count, and lets them stand still while it
 * changes what they read. Owned by the data-path thread, but for what says so.
 */
public final class Workers {
  private static final long COLLECT_NS = 100_000_000L;

  /** Between some counters and the next, so that all of many are told within a second. */
  private static final long COLLECT_PAUSE_NS = 1_000_000L;

  /** Of one worker in a cycle. */
  private static final int MOST_PARCELS = 32;

  private final Gate gate;
  private final List<Worker> workers = new ArrayList<>();
  private final Tables tables;
  private final CycleClock clock;
  private final LaneCounters counters;
  private final Sightings.Listener listener = this::seen;
  private final Ingress ingress;
  private final Egress egress;
  private long collectedNs;

  /**
   * Workers, one for each lane of the underlay.
   *
   * @param gate for as many
   * @param counters of everything, the parts of the workers among them
   * @param ingress of the data-path thread
   * @param egress of the data-path thread
   */
  public Workers(
      WorkerParts shared, Gate gate, LaneCounters counters, Ingress ingress, Egress egress) {
    this.gate = gate;
    this.tables = shared.tables();
    this.clock = shared.clock();
    this.counters = counters;
    this.ingress = ingress;
    this.egress = egress;
    try {
      for (int number = 1; number <= shared.parts().workers().size(); number++) {
        workers.add(new Worker(shared, number, gate));
      }
    } catch (RuntimeException | Error e) {
      workers.forEach(Worker::onClose);
      close();
      throw e;
    }
  }

  /** To be run by a thread each; never changes. Any thread. */
  public List<Agent> agents() {
    return List.copyOf(workers);
  }

  /** What they sent. */
  public List<SentRecord> sent() {
    return workers.stream().map(Worker::sent).toList();
  }

  /** They wait like this from now on; any thread. */
  public void latency(Latency value) {
    workers.forEach(worker -> worker.latency(value));
  }

  /** Lets them stand still, until {@link #resume}. */
  public void halt() {
    gate.shut();
  }

  /**
   * Lets them go on.
   *
   * @param nobodyLooks whether no queue and no capture is to see all frames
   */
  public void resume(boolean nobodyLooks) {
    for (int i = 0; i < workers.size(); i++) {
      workers.get(i).known().nobodyLooks(nobodyLooks);
    }
    gate.open();
  }

  /** Works through all that they have handed over, while they stand still. */
  public void drain() {
    while (hasWork()) {
      work();
    }
  }

  /** How long the data-path thread may sleep, if without workers it were so long. */
  public long waitNs(long mostNs) {
    if (hasWork()) {
      return 0;
    }
    return counters.isCollecting() ? Math.min(mostNs, COLLECT_PAUSE_NS) : mostNs;
  }

  private boolean hasWork() {
    for (int i = 0; i < workers.size(); i++) {
      if (workers.get(i).handover().hasNext()) {
        return true;
      }
    }
    return false;
  }

  /** A cycle's part; returns how much was done. */
  public int doWork() {
    int done = work();
    if (counters.isCollecting() || clock.nowNs() - collectedNs >= COLLECT_NS) {
      if (!counters.isCollecting()) {
        collectedNs = clock.nowNs();
      }
      counters.collectSome();
    }
    return done;
  }

  private int work() {
    int done = 0;
    for (int i = 0; i < workers.size(); i++) {
      Worker worker = workers.get(i);
      done += worker.known().sightings().hear(listener);
      done += work(worker.handover());
    }
    return done;
  }

  private int work(Handover handover) {
    int frames = 0;
    for (int parcels = 0; parcels < MOST_PARCELS; parcels++) {
      Parcel parcel = handover.take();
      if (parcel == null) {
        break;
      }
      frames += parcel.count();
      try {
        forward(parcel);
      } finally {
        handover.giveBack();
      }
    }
    return frames;
  }

  private void forward(Parcel parcel) {
    if (parcel.token() == Topology.UNDERLAY_TOKEN) {
      ingress.onDatagrams(parcel.batch(), parcel.count());
      return;
    }
    LocalPort port = tables.ports().get(PortToken.portIndex(parcel.token()));
    if (port == null) {
      throw new IllegalStateException("a port was taken away while its frames were on their way");
    }
    egress.onFrames(port.device(), parcel.batch(), parcel.count());
  }

  /** A worker saw a station where it is known to be. */
  private void seen(int networkIndex, long mac, int place) {
    Network network = tables.networks().get(networkIndex);
    if (network == null) {
      return;
    }
    int now = clock.seconds();
    if (!StationEntry.isPort(place)) {
      Remote remote = tables.remotes().get(StationEntry.index(place));
      if (remote != null) {
        remote.seen(now);
        remote.seenIn(networkIndex);
      }
    }
    Fdb fdb = tables.fdb();
    long entry = fdb.find(networkIndex, mac, now);
    if (entry != Fdb.NOWHERE
        && StationEntry.destination(entry) == place
        && StationEntry.isLearned(entry)) {
      fdb.learn(networkIndex, mac, place, now);
    }
  }

  /** Frees those that have ended. */
  public void close() {
    workers.forEach(Worker::free);
  }

  /** Adds up all that they have counted until now. */
  public void collect() {
    counters.collectAll();
  }
}
