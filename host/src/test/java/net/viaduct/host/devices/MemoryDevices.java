package net.viaduct.host.devices;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import net.viaduct.host.config.FragmentConfig;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.io.Underlay;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** The twin of a machine. Any thread. */
public final class MemoryDevices implements HostDevices {
  private final MemoryNetwork network;
  private final Map<String, DeviceFacts> devices = new HashMap<>();
  private final List<LocalAddress> addresses = new ArrayList<>();
  private final Map<String, MemoryPort> open = new HashMap<>();
  private final Set<String> strict = new HashSet<>();
  private final Set<Endpoint> held = new HashSet<>();
  private final Map<String, String> failing = new HashMap<>();
  private final Map<String, Integer> tries = new HashMap<>();
  private final Semaphore changes = new Semaphore(0);
  private int lastIndex;
  private int looks;
  private int noMemoryAfter = -1;
  private @Nullable MemoryUnderlay underlay;

  /** A machine with {@code eth0} in a network. */
  public MemoryDevices(MemoryNetwork network, String address) {
    this.network = network;
    addDevice("lo");
    addDevice("eth0");
    addresses.add(new LocalAddress(IpAddress.parse("127.0.0.1"), "lo"));
    addresses.add(new LocalAddress(IpAddress.parse(address), "eth0"));
  }

  /** Somebody makes a device. */
  public synchronized void addDevice(String name) {
    addDevice(name, 1500, true, Optional.empty());
  }

  /** Somebody makes a device. */
  public synchronized void addDevice(
      String name, int mtuBytes, boolean up, Optional<String> master) {
    boolean ethernet = !name.equals("lo");
    devices.put(
        name, new DeviceFacts(name, ++lastIndex, ethernet, up, up, mtuBytes, "veth", master, 0));
    changes.release();
  }

  /** Somebody makes a VXLAN device of the kernel. */
  public synchronized void addVxlan(String name, int vni) {
    devices.put(
        name,
        new DeviceFacts(name, ++lastIndex, true, true, true, 1450, "vxlan", Optional.empty(), vni));
    changes.release();
  }

  /** A cable is pulled or plugged. */
  public synchronized void carrier(String name, boolean carrier) {
    devices.computeIfPresent(
        name,
        (_, was) ->
            new DeviceFacts(
                name,
                was.index(),
                was.ethernet(),
                was.up(),
                carrier,
                was.mtuBytes(),
                was.kind(),
                was.master(),
                was.vni()));
    changes.release();
  }

  /** Somebody deletes a device. */
  public synchronized void removeDevice(String name) {
    devices.remove(name);
    changes.release();
  }

  @Override
  public synchronized boolean isReversePathStrict(String device) {
    return strict.contains(device);
  }

  /** Reverse paths are filtered strictly at a device. */
  public synchronized void filterStrictly(String device) {
    strict.add(device);
  }

  /** How often somebody looked at the devices. */
  public synchronized int looks() {
    return looks;
  }

  /** Another program listens here. */
  public synchronized void hold(Endpoint endpoint) {
    held.add(endpoint);
  }

  /** Opening a device fails from now on, with an error of the kernel. */
  public synchronized void fail(String name, String errno) {
    failing.put(name, errno);
  }

  /** Opening a device does not fail any more. */
  public synchronized void works(String name) {
    failing.remove(name);
  }

  /** How often opening a device has failed. */
  public synchronized int tries(String name) {
    return tries.getOrDefault(name, 0);
  }

  /** The port that was opened. */
  public synchronized MemoryPort port(String name) {
    MemoryPort port = open.get(name);
    if (port == null) {
      throw new AssertionError(name + " is not open; open are " + open.keySet());
    }
    return port;
  }

  /** The underlay that was opened last. */
  public synchronized MemoryUnderlay underlay() {
    if (underlay == null) {
      throw new AssertionError("no underlay is open");
    }
    return underlay;
  }

  /** Gives a device another address. */
  public synchronized void addAddress(String device, String address) {
    addresses.add(new LocalAddress(IpAddress.parse(address), device));
  }

  /** The names of the ports that are open. */
  public synchronized Set<String> openPorts() {
    Set<String> names = new HashSet<>();
    open.forEach((name, port) -> {
      if (!port.isClosed()) {
        names.add(name);
      }
    });
    return names;
  }

  @Override
  public synchronized List<DeviceFacts> devices() {
    looks++;
    devices
        .keySet()
        .removeIf(name ->
            open.containsKey(name)
                && open.get(name).isClosed()
                && devices.get(name).kind().equals("tun"));
    return List.copyOf(devices.values());
  }

  @Override
  public synchronized List<LocalAddress> addresses() {
    return List.copyOf(addresses);
  }

  @Override
  public synchronized boolean isFree(Endpoint endpoint) {
    return !held.contains(endpoint);
  }

  @Override
  public synchronized Underlay openUnderlay(
      UnderlayConfig config, DeviceFacts device, DistinctErrors errors, int threads) {
    failIfTold("underlay:ttl:" + config.ttl());
    MemoryUnderlay opened = network.open(config.addresses(), config.port());
    opened.threads(threads);
    opened.listen(config.doors());
    opened.zeroChecksumWith(config.zeroChecksumIpv6());
    opened.fragments(
        config.fragments().received() == FragmentConfig.Received.REASSEMBLE,
        config.fragments().sent());
    underlay = opened;
    return opened;
  }

  @Override
  public synchronized Port openTap(String name, int mtuBytes, DistinctErrors errors, int readers) {
    Port port = open(name);
    devices.put(
        name,
        new DeviceFacts(name, ++lastIndex, true, true, true, mtuBytes, "tun", Optional.empty(), 0));
    port(name).mtuBytes(mtuBytes);
    return port;
  }

  @Override
  public synchronized Port openDevice(String name, DistinctErrors errors, int readers) {
    return open(name);
  }

  private Port open(String name) {
    failIfTold(name);
    MemoryPort port = new MemoryPort(name);
    open.put(name, port);
    return port;
  }

  private void failIfTold(String name) {
    String errno = failing.get(name);
    if (errno != null) {
      tries.merge(name, 1, Integer::sum);
      throw new IoFailure("open " + name, errno, "told to fail");
    }
  }

  @Override
  public void changeMtu(String name, int mtuBytes) {
    port(name).mtuBytes(mtuBytes);
  }

  /**
   * Waiting for something can be opened so many times from now on; then there is no memory once.
   */
  public synchronized void noMemoryAfter(int readinesses) {
    noMemoryAfter = readinesses;
  }

  @Override
  public synchronized Readiness openReadiness() {
    if (noMemoryAfter-- == 0) {
      throw new OutOfMemoryError("told to fail");
    }
    return new MemoryReadiness();
  }

  @Override
  public boolean awaitChange(long timeoutNs) {
    try {
      boolean changed = changes.tryAcquire(timeoutNs, TimeUnit.NANOSECONDS);
      changes.drainPermits();
      return changed;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {}
}
