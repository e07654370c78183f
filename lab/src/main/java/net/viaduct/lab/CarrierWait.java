package net.viaduct.lab;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.io.rtnetlink.RtnetlinkEvent;
import net.viaduct.io.rtnetlink.RtnetlinkGroup;
import net.viaduct.io.rtnetlink.RtnetlinkMonitor;
import net.viaduct.runtime.NanoClock;

/**
 * Waits until devices carry frames: the kernel, and a bridge above all, takes a moment after the
 * cable was plugged in. Stateless.
 */
public final class CarrierWait {
  private CarrierWait() {}

  /**
   * Waits.
   *
   * @param names of devices in the namespace
   * @throws IoFailure ETIMEDOUT if one does not carry frames in time
   */
  public static void await(
      NetNamespace namespace, List<String> names, Duration timeout, NanoClock clock) {
    long deadline = clock.nanoTime() + timeout.toNanos();
    Set<String> waiting = new HashSet<>(names);
    try (RtnetlinkMonitor monitor = namespace.monitor(EnumSet.of(RtnetlinkGroup.LINK));
        Rtnetlink net = namespace.rtnetlink()) {
      net.links().list().forEach(link -> note(link, waiting));
      while (!waiting.isEmpty()) {
        long left = deadline - clock.nanoTime();
        if (left <= 0) {
          String call = "wait for the carrier of " + String.join(", ", waiting);
          throw new IoFailure(call, "ETIMEDOUT", "none within " + timeout.toMillis() + " ms");
        }
        for (RtnetlinkEvent event : monitor.poll(left)) {
          if (event instanceof RtnetlinkEvent.LinkChanged changed) {
            note(changed.link(), waiting);
          } else if (event instanceof RtnetlinkEvent.Resync) {
            net.links().list().forEach(link -> note(link, waiting));
          }
        }
      }
    }
  }

  private static void note(Link link, Set<String> waiting) {
    if (link.state() == Link.State.UP) {
      waiting.remove(link.name());
    }
  }
}
