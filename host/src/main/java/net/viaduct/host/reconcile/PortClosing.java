package net.viaduct.host.reconcile;

import java.util.Collection;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.viaduct.io.Port;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes ports side by side: the kernel takes a third of a second to take a tap away. */
public final class PortClosing {
  private static final Logger LOG = LoggerFactory.getLogger(PortClosing.class);
  private static final int MOST_THREADS = 32;

  private PortClosing() {}

  /**
   * Closes all of them, and waits for that. A failure is logged; it keeps no other from closing.
   */
  public static void close(Collection<Port> ports) {
    if (ports.isEmpty()) {
      return;
    }
    int threads = Math.min(MOST_THREADS, ports.size());
    try (ExecutorService closers = Executors.newFixedThreadPool(threads)) {
      for (Port port : ports) {
        closers.execute(() -> close(port));
      }
    }
  }

  private static void close(Port port) {
    try {
      port.close();
    } catch (RuntimeException e) {
      LOG.warn("port {} could not be closed: {}", port.name(), e.getMessage());
    }
  }
}
