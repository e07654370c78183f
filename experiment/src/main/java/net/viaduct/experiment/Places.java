package net.viaduct.experiment;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import net.viaduct.io.linux.NetNamespace;

/** The network namespaces of an experiment, each entered once. Any thread. */
public final class Places implements AutoCloseable {
  private final Map<String, NetNamespace> entered = new HashMap<>();

  /** None entered yet. */
  public Places() {}

  /**
   * Opens something in a namespace.
   *
   * @param place the namespace's name; empty for this one
   * @throws net.viaduct.io.IoFailure if there is none of that name, or as the task throws it
   */
  public <T> T open(String place, Callable<T> task) throws Exception {
    return place.isEmpty() ? task.call() : entered(place).call(task);
  }

  private synchronized NetNamespace entered(String place) {
    return entered.computeIfAbsent(place, NetNamespace::open);
  }

  @Override
  public synchronized void close() {
    entered.values().forEach(NetNamespace::close);
    entered.clear();
  }
}
