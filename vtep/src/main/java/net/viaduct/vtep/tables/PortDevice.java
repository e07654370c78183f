package net.viaduct.vtep.tables;

import java.util.Arrays;
import java.util.List;
import net.viaduct.io.Port;
import net.viaduct.io.PortQueue;
import net.viaduct.io.PortSender;
import net.viaduct.io.Readiness;
import net.viaduct.wire.VlanTag;
import org.jspecify.annotations.Nullable;

/**
 * A device with the ports that share it: at most one for what it carries without a VLAN tag, and
 * one for each VLAN. Changed by the data-path thread, but for whether it is suspended, which its
 * reader says; any thread may ask for the device itself.
 */
public final class PortDevice {
  private static final int VLAN_IDS = VlanTag.MAX_VLAN_ID + 1;

  private final Port port;
  private final PortSender[] senders;
  private final PortSource[] sources;
  private LocalPort[] sharing = {};
  private @Nullable LocalPort untagged;
  private @Nullable LocalPort @Nullable [] byVlan;
  private @Nullable LocalPort only;
  private volatile String heldBecause = "";
  private long lostSeen;

  /**
   * A device without ports, read by the owner of all tables.
   *
   * @param threads how many send to it, and may read its queues
   * @param waiting by what the owner of all tables waits for it
   */
  public PortDevice(Port port, int threads, Readiness waiting) {
    this.port = port;
    this.senders = new PortSender[threads];
    senders[0] = port;
    for (int i = 1; i < threads; i++) {
      senders[i] = port.sender(i);
    }
    List<PortQueue> queues = port.queues();
    this.sources = new PortSource[queues.size()];
    Arrays.setAll(sources, i -> new PortSource(queues.get(i), i, waiting));
    this.lostSeen = port.lostInKernel();
  }

  /** The way in and out. */
  public Port port() {
    return port;
  }

  /** How many threads send to it. */
  public int threads() {
    return senders.length;
  }

  /** By what a thread sends to it; 0 is the owner of all tables. */
  public PortSender sender(int thread) {
    return senders[thread];
  }

  /** How many queues it has. */
  public int sourceCount() {
    return sources.length;
  }

  /** One of its queues. */
  public PortSource source(int queue) {
    return sources[queue];
  }

  /** The queue that a token names, if this thread reads it; else null. */
  public @Nullable PortSource readBy(int thread, int token) {
    int queue = PortToken.queue(token);
    return queue < sources.length && sources[queue].lane() == thread ? sources[queue] : null;
  }

  /** Waits for all of its queues that are not suspended. */
  public void listen() {
    for (PortSource source : sources) {
      if (!source.isSuspended()) {
        source.listen(this);
      }
    }
  }

  /** Does not wait for any of its queues. */
  public void ignore() {
    for (PortSource source : sources) {
      source.ignore();
    }
  }

  /** The port with this VLAN, 0 for the one without; null if there is none. */
  public @Nullable LocalPort port(int vlan) {
    @Nullable LocalPort[] vlans = byVlan;
    return vlan == 0 ? untagged : vlans == null ? null : vlans[vlan];
  }

  /** The port without VLAN, if no other shares the device; else null. */
  public @Nullable LocalPort only() {
    return only;
  }

  /** The port that was added first of those that there are: its token stands for the device. */
  public LocalPort lead() {
    return sharing[0];
  }

  /** Whether there is no port. */
  public boolean isEmpty() {
    return sharing.length == 0;
  }

  /** Adds a port whose VLAN has none yet. */
  public void add(LocalPort local) {
    set(local.vlan(), local);
    sharing = Arrays.copyOf(sharing, sharing.length + 1);
    sharing[sharing.length - 1] = local;
    only = findOnly();
  }

  /** Takes a port away. */
  public void remove(LocalPort local) {
    set(local.vlan(), null);
    sharing = Arrays.stream(sharing).filter(other -> other != local).toArray(LocalPort[]::new);
    only = findOnly();
  }

  private @Nullable LocalPort findOnly() {
    return sharing.length == 1 ? untagged : null;
  }

  private void set(int vlan, @Nullable LocalPort local) {
    if (vlan == 0) {
      untagged = local;
      return;
    }
    @Nullable LocalPort[] vlans = byVlan;
    if (vlans == null) {
      vlans = new LocalPort[VLAN_IDS];
      byVlan = vlans;
    }
    vlans[vlan] = local;
  }

  /** What the kernel lost since the last call. */
  public long lostSinceLastLook() {
    long now = port.lostInKernel();
    long lost = Math.max(0, now - lostSeen);
    lostSeen = now;
    return lost;
  }

  /** Whether it is left alone for a while, because more came from it than it may send. */
  public boolean isHeld() {
    return !heldBecause.isEmpty();
  }

  /** Why it is left alone, for a person; empty if it is not. */
  public String heldBecause() {
    return heldBecause;
  }

  /** Leaves it alone for this reason, which is known beforehand; or no more, if it is empty. */
  public void hold(String because) {
    heldBecause = because;
  }

  /** How many ports there are. */
  public int portCount() {
    return sharing.length;
  }

  /** One of the ports. */
  public LocalPort portAt(int index) {
    return sharing[index];
  }
}
