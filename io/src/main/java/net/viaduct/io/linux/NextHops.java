package net.viaduct.io.linux;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import net.viaduct.io.IoFailure;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.Neighbour;
import net.viaduct.io.rtnetlink.Route;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.io.rtnetlink.RtnetlinkEvent;
import net.viaduct.io.rtnetlink.RtnetlinkGroup;
import net.viaduct.io.rtnetlink.RtnetlinkMonitor;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The MAC addresses by which remotes are reached from one device, as the kernel's routes and
 * neighbours have it. Owned by the data-path thread.
 *
 * <p>Asking about a remote costs nothing but a look into a table. What is not there is looked up
 * with the next {@link #attend()}; what is there and in use is looked up again when routes or
 * neighbours change, and a few each round, so that nothing that goes unnoticed stays for long. A
 * neighbour that is stale is verified by the kernel as if it had a packet for it.
 */
final class NextHops implements AutoCloseable {
  /** The answer for a remote that is reached in another way, or not now. */
  static final long UNKNOWN = 0;

  private static final int SLOTS = 8192; // a power of two
  private static final int MOST = SLOTS / 2;
  private static final int LOOK_UPS_IN_ROUND = 64;
  private static final int AGAIN_IN_ROUND = 8;
  private static final long GOLDEN_RATIO = 0x9e37_79b9_7f4a_7c15L;

  private final Rtnetlink rtnetlink;
  private final RtnetlinkMonitor monitor;
  private final IpAddress local;
  private final @Nullable IpAddress[] remotes = new IpAddress[SLOTS];
  private final @Nullable IpAddress[] neighbours = new IpAddress[SLOTS];
  private final long[] macs = new long[SLOTS];
  private final boolean[] due = new boolean[SLOTS];
  private final boolean[] used = new boolean[SLOTS];
  private int count;
  private int cursor;
  private boolean anyDue;
  private boolean deviceChanged;
  private int device;

  /**
   * Looks things up in the calling thread's namespace.
   *
   * @param local the source of what is sent
   * @throws IoFailure if the kernel refuses
   */
  NextHops(IpAddress local) {
    this.local = local;
    monitor =
        NetlinkSocket.openMonitor(
            Set.of(
                RtnetlinkGroup.LINK,
                RtnetlinkGroup.NEIGHBOUR,
                local.isIpv4() ? RtnetlinkGroup.IPV4_ADDRESS : RtnetlinkGroup.IPV6_ADDRESS,
                local.isIpv4() ? RtnetlinkGroup.IPV4_ROUTE : RtnetlinkGroup.IPV6_ROUTE));
    try {
      rtnetlink = NetlinkSocket.openRtnetlink();
    } catch (RuntimeException e) {
      monitor.close();
      throw e;
    }
  }

  /** What asks the same namespace. */
  Rtnetlink rtnetlink() {
    return rtnetlink;
  }

  /** From now on remotes are those that are reached from this device; 0 for none. */
  void device(int index) {
    device = index;
    Arrays.fill(remotes, null);
    Arrays.fill(neighbours, null);
    Arrays.fill(macs, UNKNOWN);
    count = 0;
    anyDue = false;
  }

  /** The MAC address of the next hop to a remote; {@link #UNKNOWN} if it goes another way. */
  long macOf(IpAddress remote) {
    int slot = slotOf(remote);
    if (remotes[slot] == null) {
      remember(remote);
      return UNKNOWN;
    }
    used[slot] = true;
    return macs[slot];
  }

  private int slotOf(IpAddress remote) {
    long mixed = (remote.high() * GOLDEN_RATIO + remote.low()) * GOLDEN_RATIO;
    int slot = (int) (mixed >>> (Long.SIZE - Integer.numberOfTrailingZeros(SLOTS)));
    for (IpAddress there = remotes[slot]; there != null; there = remotes[slot]) {
      if (there.low() == remote.low() && there.high() == remote.high()) {
        break;
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return slot;
  }

  private void remember(IpAddress remote) {
    if (remote.isMulticast()) {
      return;
    }
    if (count == MOST) {
      device(device); // those that are still in use come back by themselves
    }
    int slot = slotOf(remote);
    remotes[slot] = remote;
    macs[slot] = UNKNOWN;
    due[slot] = true;
    used[slot] = true;
    anyDue = true;
    count++;
  }

  /** Follows what changed, about ten times a second. */
  void attend() {
    for (RtnetlinkEvent event : monitor.poll(0)) {
      take(event);
    }
    if (count > 0) {
      lookUpAgain();
    }
    if (anyDue) {
      lookUpDue();
    }
  }

  /** Whether something happened to devices or addresses since the last call. */
  boolean takeDeviceChanged() {
    boolean changed = deviceChanged;
    deviceChanged = false;
    return changed;
  }

  private void take(RtnetlinkEvent event) {
    switch (event) {
      case RtnetlinkEvent.NeighbourChanged it -> onNeighbour(it.neighbour());
      case RtnetlinkEvent.NeighbourRemoved it -> onNeighbour(it.neighbour());
      case RtnetlinkEvent.RouteChanged _, RtnetlinkEvent.RouteRemoved _ -> allDue();
      case RtnetlinkEvent.LinkChanged it -> onLink(it.link());
      case RtnetlinkEvent.LinkRemoved it -> onLink(it.link());
      case RtnetlinkEvent.AddressChanged _,
          RtnetlinkEvent.AddressRemoved _,
          RtnetlinkEvent.Resync _ -> {
        deviceChanged = true;
        allDue();
      }
      case RtnetlinkEvent.FdbChanged _, RtnetlinkEvent.FdbRemoved _ -> {}
    }
  }

  private void onLink(Link link) {
    deviceChanged = true;
    if (link.index() == device) {
      allDue();
    }
  }

  private void onNeighbour(Neighbour changed) {
    if (changed.index() != device) {
      return;
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      if (changed.ip().equals(neighbours[slot])) {
        due[slot] = true;
        anyDue = true;
      }
    }
  }

  private void allDue() {
    for (int slot = 0; slot < SLOTS; slot++) {
      due[slot] = remotes[slot] != null;
    }
    anyDue = count > 0;
  }

  private void lookUpAgain() {
    int looked = 0;
    for (int i = 0; i < SLOTS && looked < AGAIN_IN_ROUND; i++) {
      cursor = (cursor + 1) & (SLOTS - 1);
      if (remotes[cursor] != null && used[cursor]) {
        used[cursor] = false;
        lookUp(cursor);
        looked++;
      }
    }
  }

  private void lookUpDue() {
    int looked = 0;
    anyDue = false;
    for (int slot = 0; slot < SLOTS; slot++) {
      if (due[slot] && remotes[slot] != null) {
        if (looked++ == LOOK_UPS_IN_ROUND) {
          anyDue = true;
          return;
        }
        due[slot] = false;
        lookUp(slot);
      }
    }
  }

  private void lookUp(int slot) {
    IpAddress remote = Objects.requireNonNull(remotes[slot]);
    macs[slot] = UNKNOWN;
    neighbours[slot] = null;
    try {
      Route route = rtnetlink.routes().lookUp(remote, local);
      if (!route.isUnicast() || route.index() != device) {
        return;
      }
      IpAddress gateway = route.gateway();
      IpAddress neighbour = gateway == null ? remote : gateway;
      neighbours[slot] = neighbour;
      Optional<Neighbour> found = rtnetlink.neighbours().find(device, neighbour);
      if (found.isEmpty() || !found.get().isUsable()) {
        return; // a datagram by a socket makes the kernel look for it
      }
      macs[slot] = found.get().mac();
      if (found.get().isStale()) {
        rtnetlink.neighbours().use(device, neighbour);
      }
    } catch (IoFailure e) {
      due[slot] = false; // no way now; the sockets tell, and the next round asks again
    }
  }

  @Override
  public void close() {
    monitor.close();
    rtnetlink.close();
  }
}
