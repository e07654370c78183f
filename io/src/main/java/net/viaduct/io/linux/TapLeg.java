package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.Set;
import net.viaduct.io.Door;
import net.viaduct.io.IoFailure;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.rtnetlink.Address;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A tap between one local address of the underlay and its device: what it sends leaves there, and
 * tunnel packets that come there come by it. Owned by the data-path thread.
 *
 * <p>The tap lives as long as this. It leads to a device while that has the address and is up;
 * meanwhile, and for whatever it does not take, there are the sockets.
 */
final class TapLeg implements AutoCloseable {
  private static final String NAME_PATTERN = "vd-ul%d";
  private static final int QUEUE_PACKETS = 10_000;
  private static final int ETHERNET = 1; // ARPHRD_ETHER
  private static final int CLOSED = -1;

  /** Rounds of {@link #attend()}, ten a second, until something that failed is tried again. */
  private static final int RETRY_ROUNDS = 10;

  private final SystemCalls calls = new SystemCalls();
  private final UdpUnderlayConfig config;
  private final HomeNamespace home;
  private final IpAddress local;
  private final String name;
  private final int index;
  private final NextHops nextHops;
  private final OuterHeaders headers;
  private final TapLegSender sender;
  private final TapLegReceiver receiver;
  private final IpsecPolicies ipsec;
  private final Object statisticsMonitor = new Object();
  private final DeviceStatistics statistics;
  private boolean closed; // within the monitor
  private int fd;
  private Set<Door> doors;
  private @Nullable TapSteering steering;
  private @Nullable DeviceMtu mtu;
  private boolean ipsecSeen;
  private String state = "";
  private int roundsToRetry;

  /**
   * Makes the tap in the calling thread's namespace, and lets it lead to the device if it can now.
   *
   * @throws IoFailure if the kernel knows no such tap, or does not steer packets to it
   */
  TapLeg(UdpUnderlayConfig config, IpAddress local, HomeNamespace home, Arena arena) {
    this.config = config;
    this.local = local;
    this.home = home;
    this.doors = config.doors();
    TapDevice.Made made = TapDevice.createForTunnels(calls, NAME_PATTERN);
    name = made.name();
    fd = made.fd();
    NextHops openedHops = null;
    IpsecPolicies openedIpsec = null;
    try {
      openedHops = new NextHops(local);
      openedIpsec = new IpsecPolicies();
      ipsec = openedIpsec;
      index = setUp(openedHops.rtnetlink().links());
      nextHops = openedHops;
      headers = new OuterHeaders(local, config.ttl(), arena);
      sender = new TapLegSender(fd, headers, nextHops, local.isIpv4(), arena);
      receiver = new TapLegReceiver(fd, local, config.zeroChecksumWith());
      receiver.listen(doors);
      steer();
      statistics = new DeviceStatistics(index);
    } catch (RuntimeException e) {
      if (openedIpsec != null) {
        openedIpsec.close();
      }
      if (openedHops != null) {
        openedHops.close();
      }
      calls.close(fd);
      throw e;
    }
  }

  private int setUp(Links links) {
    String call = "set up tap " + name;
    int found = links.require(name).index();
    links.disableIpv6Autoconfiguration(found); // the network stack is to send nothing by it
    try (InterfaceRequests requests = new InterfaceRequests()) {
      ErrorNumber.check(requests.setQueueLength(name, QUEUE_PACKETS), call);
      ErrorNumber.check(requests.setUp(name), call);
    }
    return found;
  }

  /** The address. */
  IpAddress local() {
    return local;
  }

  /** What becomes readable; negative if somebody deleted the tap. */
  int descriptor() {
    return fd;
  }

  /** What sends. */
  TapLegSender sender() {
    return sender;
  }

  /** Whether the tap leads to a device. */
  boolean isOn() {
    return steering != null;
  }

  /** Where the tap leads, or why nowhere, for a person. */
  String state() {
    return state;
  }

  /** Packets that came and were not right, or did not fit the tap's queue. Any thread. */
  long lost() {
    synchronized (statisticsMonitor) {
      return receiver.lost() + (closed ? 0 : statistics.txDropped());
    }
  }

  /** Fills slots, packed, from the first on. */
  int receive(ReceiveBatch batch) {
    return fd == CLOSED ? 0 : receiver.receive(batch);
  }

  /**
   * Lets packets to these doors come by the tap.
   *
   * @throws IoFailure if the kernel refuses: then nothing has changed
   */
  void listen(Set<Door> wanted) {
    TapSteering now = steering;
    if (now != null) {
      now.doors(wanted);
    }
    doors = Set.copyOf(wanted);
    receiver.listen(wanted);
  }

  /** Follows devices, addresses, routes and neighbours: about ten times a second. */
  void attend() {
    if (fd == CLOSED) {
      return;
    }
    nextHops.attend();
    boolean otherwise = ipsec.areThere() != ipsecSeen;
    boolean again = roundsToRetry > 0 && --roundsToRetry == 0;
    if (nextHops.takeDeviceChanged() || otherwise || again) {
      follow();
    }
    DeviceMtu now = mtu;
    if (now != null) {
      now.askedBytes(); // one that became smaller is noticed at once
    }
  }

  private void follow() {
    if (TapDevice.isGone(fd)) {
      leadNowhere("tap " + name + " was deleted");
      calls.close(fd);
      fd = CLOSED;
      return;
    }
    try {
      home.call(() -> {
        steer();
        return true;
      });
    } catch (IoFailure e) {
      leadNowhere(String.valueOf(e.getMessage()));
      roundsToRetry = RETRY_ROUNDS;
    }
  }

  private void steer() {
    ipsecSeen = ipsec.areThere();
    if (ipsecSeen) {
      leadNowhere("there are IPsec policies here, and a tap would go past them");
      return;
    }
    Optional<Link> found = findDevice();
    if (found.isEmpty()) {
      leadNowhere("no device has the address " + local);
      return;
    }
    Link device = found.get();
    if (device.type() != ETHERNET) {
      leadNowhere("device " + device.name() + " is no Ethernet device");
    } else if (!device.isUp()) {
      leadNowhere("device " + device.name() + " is down");
    } else {
      leadTo(device);
    }
  }

  private Optional<Link> findDevice() {
    Rtnetlink rtnetlink = nextHops.rtnetlink();
    if (config.device().isPresent()) {
      return rtnetlink.links().find(config.device().get());
    }
    return rtnetlink.addresses().list().stream()
        .filter(address -> address.ip().equals(local))
        .map(Address::index)
        .findFirst()
        .flatMap(rtnetlink.links()::find);
  }

  private void leadTo(Link device) {
    TapSteering now = steering;
    if (now == null || !now.isAt(device.name(), device.index())) {
      leadNowhere("");
      DeviceMtu opened = new DeviceMtu(device.name());
      try {
        steering = new TapSteering(local, name, index, device.name(), device.index(), doors);
      } catch (RuntimeException e) {
        opened.close();
        throw e;
      }
      mtu = opened;
      nextHops.device(device.index());
    }
    headers.ownMac(device.mac());
    sender.mtu(mtu);
    state = "tap " + name + " to " + device.name();
  }

  private void leadNowhere(String cause) {
    state = cause;
    sender.mtu(null);
    TapSteering steered = steering;
    if (steered != null) {
      steered.close();
      steering = null;
    }
    DeviceMtu asked = mtu;
    if (asked != null) {
      asked.close();
      mtu = null;
    }
    nextHops.device(0);
  }

  @Override
  public void close() {
    synchronized (statisticsMonitor) {
      if (closed) {
        return;
      }
      closed = true;
      statistics.close();
    }
    leadNowhere("");
    ipsec.close();
    nextHops.close();
    if (fd != CLOSED) {
      calls.close(fd);
      fd = CLOSED;
    }
  }
}
