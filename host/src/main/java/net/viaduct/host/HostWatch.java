package net.viaduct.host;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import net.viaduct.host.devices.HostDevices;
import net.viaduct.runtime.DistinctError;
import net.viaduct.runtime.DistinctErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what happens around a host: devices that go and come, and errors of the data path, each
 * kind of which is logged once. Runs on a thread of its own, which also owns it.
 */
final class HostWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostWatch.class);
  private static final long LOOK_NS = 200_000_000L;
  private static final Duration END_TIMEOUT = Duration.ofSeconds(5);

  private final Runnable onDevicesChanged;
  private final Runnable onLook;
  private final Supplier<List<String>> troubles;
  private final HostDevices devices;
  private final DistinctErrors errors;
  private final Thread thread;
  private final Set<String> told = new HashSet<>();
  private List<String> troublesTold = List.of();
  private volatile boolean running = true;

  private HostWatch(
      Runnable onDevicesChanged,
      Runnable onLook,
      Supplier<List<String>> troubles,
      HostDevices devices,
      DistinctErrors errors) {
    this.onDevicesChanged = onDevicesChanged;
    this.onLook = onLook;
    this.troubles = troubles;
    this.devices = devices;
    this.errors = errors;
    this.thread = Thread.ofPlatform().name("watch").unstarted(this::run);
  }

  /**
   * Starts to watch.
   *
   * @param onLook done every now and then, several times a second
   * @param troubles what keeps the underlay from working now
   */
  static HostWatch start(
      Runnable onDevicesChanged,
      Runnable onLook,
      Supplier<List<String>> troubles,
      HostDevices devices,
      DistinctErrors errors) {
    HostWatch watch = new HostWatch(onDevicesChanged, onLook, troubles, devices, errors);
    watch.thread.start();
    return watch;
  }

  private void run() {
    while (running) {
      try {
        if (devices.awaitChange(LOOK_NS)) {
          onDevicesChanged.run();
        }
        onLook.run();
      } catch (RuntimeException e) {
        errors.record(e);
        LockSupport.parkNanos(LOOK_NS); // what failed at once may fail at once again
      }
      tellNewErrors();
      tellTroubles();
    }
  }

  /** What begins and what is over, once each. */
  private void tellTroubles() {
    List<String> now = troubles.get();
    if (now.equals(troublesTold)) {
      return;
    }
    for (String trouble : now) {
      if (!troublesTold.contains(trouble)) {
        LOG.warn("underlay: {}", trouble);
      }
    }
    if (now.isEmpty()) {
      LOG.info("underlay: works again");
    }
    troublesTold = now;
  }

  private void tellNewErrors() {
    for (DistinctError error : errors.snapshot()) {
      if (told.add(error.type() + error.firstNs())) {
        String what = error.message().isEmpty() ? error.type() : error.message();
        LOG.warn("{} (told once; 'viaduct show errors' counts)", what);
      }
    }
  }

  /** Lets it end; does not wait for that. */
  void stop() {
    running = false;
  }

  @Override
  public void close() {
    stop();
    try {
      if (!thread.join(END_TIMEOUT)) {
        LOG.error("the watch did not end within {}", END_TIMEOUT);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
