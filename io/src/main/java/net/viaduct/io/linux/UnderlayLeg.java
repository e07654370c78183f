package net.viaduct.io.linux;

import java.util.List;
import java.util.Set;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Transport;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;
import org.jspecify.annotations.Nullable;

/**
 * One local address of an underlay, with the sockets that send from it: a pool with checksums, over
 * IPv6 perhaps one without, and perhaps one for GRE. Changed by the data-path thread alone, while
 * no worker sends; all send by it.
 *
 * <p>Sockets have numbers, slots, of which each leg has a range of its own: those of the pool, then
 * those without checksums, then GRE's.
 */
final class UnderlayLeg implements AutoCloseable {
  private static final int CLOSED = -1;

  private final SystemCalls calls = new SystemCalls();
  private final UnderlaySockets sockets;
  private final int firstSlot;
  private final SourcePorts pool;
  private final @Nullable SourcePorts withoutChecksum;
  private final IpPrefix[] withoutChecksumTo;
  private @Nullable TapLegSender tap;
  private int gre = CLOSED;
  private boolean usable = true;

  /**
   * Opens the sockets.
   *
   * @param firstSlot the first of its slots
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  UnderlayLeg(UdpUnderlayConfig config, UnderlaySockets sockets, int firstSlot) {
    this.sockets = sockets;
    this.firstSlot = firstSlot;
    boolean ipv6 = sockets.family() == IpFamily.V6;
    List<IpPrefix> prefixes =
        config.zeroChecksumWith().stream().filter(p -> ipv6 && !p.address().isIpv4()).toList();
    withoutChecksumTo = prefixes.toArray(IpPrefix[]::new);
    pool = new SourcePorts(config, sockets, ipv6 || config.checksums());
    try {
      withoutChecksum = prefixes.isEmpty() ? null : new SourcePorts(config, sockets, false);
    } catch (RuntimeException e) {
      pool.close();
      throw e;
    }
  }

  /** The address. */
  IpAddress local() {
    return sockets.local();
  }

  /** Its family. */
  IpFamily family() {
    return sockets.family();
  }

  /** What opens sockets of this address. */
  UnderlaySockets sockets() {
    return sockets;
  }

  /** The first slot. */
  int firstSlot() {
    return firstSlot;
  }

  /** How many slots there are. */
  int slots() {
    return pool.count() + (withoutChecksum == null ? 0 : withoutChecksum.count()) + 1;
  }

  /** Whether a slot is one of these. */
  boolean hasSlot(int slot) {
    return slot >= firstSlot && slot < firstSlot + slots();
  }

  /** The slot from which a flow leaves to a destination of this family. */
  int slotOf(Endpoint destination, int flowHash) {
    if (destination.transport() == Transport.GRE) {
      return firstSlot + slots() - 1;
    }
    int inPool = pool.indexOf(flowHash);
    return firstSlot + (goesWithoutChecksum(destination.address()) ? pool.count() : 0) + inPool;
  }

  private boolean goesWithoutChecksum(IpAddress address) {
    for (IpPrefix prefix : withoutChecksumTo) {
      if (prefix.contains(address)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether what is sent from a slot has UDP checksums. Then one message may be several datagrams:
   * the kernel wants checksums for that.
   */
  boolean hasChecksums(int slot) {
    return slot - firstSlot < pool.count() && pool.hasChecksums();
  }

  /** What sends by a tap instead of the sockets, as far as it can; null if nothing does. */
  @Nullable TapLegSender tap() {
    return tap;
  }

  /** Tells what sends by a tap. */
  void tap(@Nullable TapLegSender value) {
    tap = value;
  }

  /** The descriptor of a slot. */
  int descriptor(int slot) {
    int at = slot - firstSlot;
    if (at < pool.count()) {
      return pool.descriptor(at);
    }
    if (withoutChecksum != null && at - pool.count() < withoutChecksum.count()) {
      return withoutChecksum.descriptor(at - pool.count());
    }
    return gre;
  }

  /** The UDP port that what is sent from a slot leaves from; 0 of GRE. */
  int sourcePort(int slot) {
    int at = slot - firstSlot;
    if (at < pool.count()) {
      return pool.port(at);
    }
    if (withoutChecksum != null && at - pool.count() < withoutChecksum.count()) {
      return withoutChecksum.port(at - pool.count());
    }
    return 0;
  }

  /** The UDP ports that datagrams with checksum leave from. */
  int[] sourcePorts() {
    int[] ports = new int[pool.count()];
    for (int i = 0; i < ports.length; i++) {
      ports[i] = pool.port(i);
    }
    return ports;
  }

  /** Whether a UDP source port is one of ours. */
  boolean sendsFrom(int port) {
    return pool.has(port) || (withoutChecksum != null && withoutChecksum.has(port));
  }

  /** Whether GRE can be sent. */
  boolean hasGre() {
    return gre != CLOSED;
  }

  /**
   * Opens or closes what sends to the other ends of doors.
   *
   * @throws net.viaduct.io.IoFailure EPERM without CAP_NET_RAW
   */
  void listen(Set<Door> doors) {
    if (doors.contains(Door.GRE) && gre == CLOSED) {
      gre = sockets.openSendingGre();
    } else if (!doors.contains(Door.GRE) && gre != CLOSED) {
      calls.close(gre);
      gre = CLOSED;
    }
  }

  /** Whether the address and its device are there. */
  boolean isUsable() {
    return usable;
  }

  /** Tells whether the address and its device are there. */
  void usable(boolean value) {
    usable = value;
  }

  /**
   * Uses a device from now on, or the one that has the same name now.
   *
   * @throws net.viaduct.io.IoFailure if there is none
   */
  void moveTo(String device) {
    sockets.findDevice(device);
    pool.sendToGroupsFromDevice();
    if (withoutChecksum != null) {
      withoutChecksum.sendToGroupsFromDevice();
    }
    if (gre != CLOSED) {
      sockets.sendToGroupsFromDevice(gre);
    }
  }

  @Override
  public void close() {
    pool.close();
    if (withoutChecksum != null) {
      withoutChecksum.close();
    }
    if (gre != CLOSED) {
      calls.close(gre);
      gre = CLOSED;
    }
  }
}
