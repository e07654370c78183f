package net.viaduct.vtep.counting;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import net.viaduct.runtime.CounterLayout;
import net.viaduct.vtep.DropReason;

/**
 * The kinds of blocks that a VTEP counts in: traffic or place first, then a drop by reason each; a
 * worker's has no drops.
 */
public final class Layouts {
  /** Prefix of the names of counters of drops: {@code drop-unknown-vni}. */
  public static final String DROP_PREFIX = "drop-";

  /** The VTEP as a whole. */
  public static final CounterLayout VTEP = new CounterLayout("vtep", trafficNames());

  /** A network. */
  public static final CounterLayout NETWORK = new CounterLayout("network", trafficNames());

  /** A port. */
  public static final CounterLayout PORT = new CounterLayout("port", placeNames());

  /** A remote. */
  public static final CounterLayout REMOTE = new CounterLayout("remote", placeNames());

  /** A multicast group. */
  public static final CounterLayout GROUP = new CounterLayout("group", placeNames());

  /** A worker. */
  public static final CounterLayout WORKER =
      new CounterLayout(
          "worker", Arrays.stream(WorkerCounter.values()).map(WorkerCounter::label).toList());

  private Layouts() {}

  /** The index of a reason's counter in a block of the VTEP or of a network. */
  public static int trafficDrop(DropReason reason) {
    return TrafficCounter.COUNT + reason.code() - 1;
  }

  /** The index of a reason's counter in a block of a port, a remote or a group. */
  public static int placeDrop(DropReason reason) {
    return PlaceCounter.COUNT + reason.code() - 1;
  }

  private static List<String> trafficNames() {
    return with(Arrays.stream(TrafficCounter.values()).map(TrafficCounter::label));
  }

  private static List<String> placeNames() {
    return with(Arrays.stream(PlaceCounter.values()).map(PlaceCounter::label));
  }

  private static List<String> with(Stream<String> names) {
    return Stream.concat(names, DropReason.labels().map(label -> DROP_PREFIX + label)).toList();
  }
}
