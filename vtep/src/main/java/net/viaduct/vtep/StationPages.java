package net.viaduct.vtep;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import net.viaduct.vtep.show.StationStatus;
import net.viaduct.vtep.tables.FdbWalk;
import net.viaduct.vtep.tables.Network;

/**
 * A walk over all stations, in no order. One that is there all the time is met exactly once; one
 * that comes or goes meanwhile perhaps. Owned by the thread that walks, which closes it.
 */
public final class StationPages implements AutoCloseable {
  private final VtepView view;
  private final FdbWalk walk;

  StationPages(VtepView view) {
    this.view = view;
    this.walk = view.tables().fdb().walk();
  }

  /** The next stations, at most so many; none at the end. */
  public List<StationStatus> next(int limit) {
    List<StationStatus> page = new ArrayList<>();
    next(limit, _ -> true, page::add);
    return List.copyOf(page);
  }

  /**
   * Tells the next stations that are wanted, at most so many, one after the other, and keeps none.
   *
   * @return how many; fewer than the limit at the end
   */
  public int next(int limit, Predicate<StationStatus> wanted, Consumer<StationStatus> each) {
    int met = 0;
    while (met < limit && walk.next(view.nowSeconds())) {
      Network network = view.tables().networks().get(walk.network());
      StationStatus station =
          network == null ? null : view.status(network, walk.mac(), walk.entry());
      if (station != null && wanted.test(station)) {
        each.accept(station);
        met++;
      }
    }
    return met;
  }

  @Override
  public void close() {
    walk.close();
  }
}
