package net.viaduct.io.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.rtnetlink.Address;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.io.rtnetlink.RtnetlinkEvent;
import net.viaduct.io.rtnetlink.RtnetlinkGroup;
import net.viaduct.io.rtnetlink.RtnetlinkMonitor;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Follows what happens to the addresses of an underlay and to their devices. Owned by the data-path
 * thread, but for {@link #troubles()}.
 *
 * <p>A socket stays bound to an address that goes away and comes back. What has to be done again is
 * what hangs on the device: memberships in groups, and from where groups are sent to.
 */
final class UnderlayWatch implements AutoCloseable {
  /** Rounds of {@link #attend()}, ten a second, until something that failed is tried again. */
  private static final int RETRY_ROUNDS = 10;

  private static final int FLAG_DUPLICATE = 0x08; // IFA_F_DADFAILED, linux/if_addr.h

  private final Rtnetlink rtnetlink;
  private final RtnetlinkMonitor monitor;
  private final HomeNamespace home;
  private final UnderlayReceiver receiver;
  private final Reachability reachability;
  private final List<Place> places;
  private @Nullable Endpoint failingTold;
  private int roundsToRetry;
  private volatile List<String> troubles = List.of();

  /** An address, and the device that it, or what is sent to groups from it, is on. */
  static final class Place {
    private final UnderlayLeg leg;
    private final boolean deviceIsNamed;
    private String device;
    private int index;
    private DeviceMtu mtu;
    private @Nullable String trouble;

    /**
     * A place.
     *
     * @param deviceIsNamed whether it is to be this device, wherever the address is
     */
    Place(UnderlayLeg leg, String device, boolean deviceIsNamed, DeviceMtu mtu) {
      this.leg = leg;
      this.device = device;
      this.deviceIsNamed = deviceIsNamed;
      this.mtu = mtu;
    }

    /** The device's MTU. */
    DeviceMtu mtu() {
      return mtu;
    }

    /** The address with its sockets. */
    UnderlayLeg leg() {
      return leg;
    }
  }

  /** Watches these places, in the namespace of the calling thread. */
  UnderlayWatch(
      List<Place> places,
      UnderlayReceiver receiver,
      Reachability reachability,
      HomeNamespace home) {
    this.places = List.copyOf(places);
    this.receiver = receiver;
    this.reachability = reachability;
    this.home = home;
    monitor =
        NetlinkSocket.openMonitor(
            Set.of(RtnetlinkGroup.LINK, RtnetlinkGroup.IPV4_ADDRESS, RtnetlinkGroup.IPV6_ADDRESS));
    try {
      rtnetlink = NetlinkSocket.openRtnetlink();
    } catch (RuntimeException e) {
      monitor.close();
      throw e;
    }
    for (Place place : places) {
      place.index = rtnetlink.links().find(place.device).map(Link::index).orElse(0);
    }
    examine();
  }

  /** What keeps the underlay from working; any thread. */
  List<String> troubles() {
    return troubles;
  }

  /** Looks and follows. */
  void attend() {
    reachability.attend();
    boolean changed = monitor.poll(0).stream().anyMatch(this::concernsUs);
    boolean again = roundsToRetry > 0 && --roundsToRetry == 0;
    if (changed || again) {
      examine();
    } else if (!Objects.equals(reachability.failing(), failingTold)) {
      tell();
    }
  }

  private boolean concernsUs(RtnetlinkEvent event) {
    return switch (event) {
      case RtnetlinkEvent.LinkChanged it -> isOurs(it.link());
      case RtnetlinkEvent.LinkRemoved it -> isOurs(it.link());
      case RtnetlinkEvent.AddressChanged it -> isOurs(it.address().ip());
      case RtnetlinkEvent.AddressRemoved it -> isOurs(it.address().ip());
      case RtnetlinkEvent.Resync _ -> true;
      case RtnetlinkEvent.NeighbourChanged _,
          RtnetlinkEvent.NeighbourRemoved _,
          RtnetlinkEvent.FdbChanged _,
          RtnetlinkEvent.FdbRemoved _,
          RtnetlinkEvent.RouteChanged _,
          RtnetlinkEvent.RouteRemoved _ ->
          false;
    };
  }

  private boolean isOurs(Link link) {
    return places.stream()
        .anyMatch(place -> place.index == link.index() || place.device.equals(link.name()));
  }

  private boolean isOurs(IpAddress address) {
    return places.stream().anyMatch(place -> place.leg.local().equals(address));
  }

  private void examine() {
    try {
      List<Address> addresses = rtnetlink.addresses().list();
      for (Place place : places) {
        place.trouble = examine(place, addresses);
      }
    } catch (IoFailure e) {
      roundsToRetry = RETRY_ROUNDS; // cannot look now: as it was
    }
    tell();
  }

  private @Nullable String examine(Place place, List<Address> addresses) {
    IpAddress local = place.leg.local();
    Optional<Address> found = addresses.stream().filter(it -> it.ip().equals(local)).findFirst();
    // without the device there may be other ways, without the address there is none
    place.leg.usable(found.isPresent());
    if (found.isEmpty()) {
      return "no device has the address " + local + " any more";
    }
    if ((found.get().flags() & FLAG_DUPLICATE) != 0) {
      return "another host on the link has the address " + local + " too";
    }
    Optional<Link> device =
        place.deviceIsNamed
            ? rtnetlink.links().find(place.device)
            : rtnetlink.links().find(found.get().index());
    if (device.isEmpty()) {
      return "device " + place.device + " is gone";
    }
    String trouble = follow(place, device.get());
    if (trouble != null) {
      return trouble;
    }
    if (!device.get().isUp()) {
      return "device " + place.device + " is down";
    }
    return device.get().hasCarrier() ? null : "device " + place.device + " has no carrier";
  }

  /** Does again what hangs on the device, if it is another one now. */
  private @Nullable String follow(Place place, Link device) {
    if (device.index() == place.index && device.name().equals(place.device)) {
      return null;
    }
    try {
      home.call(() -> {
        DeviceMtu mtu = new DeviceMtu(device.name());
        place.mtu.close();
        place.mtu = mtu;
        place.leg.moveTo(device.name());
        receiver.rejoin(place.leg.sockets());
        return true;
      });
      place.device = device.name();
      place.index = device.index();
      return null;
    } catch (IoFailure e) {
      roundsToRetry = RETRY_ROUNDS;
      return String.valueOf(e.getMessage());
    }
  }

  private void tell() {
    List<String> all = new ArrayList<>();
    for (Place place : places) {
      if (place.trouble != null) {
        all.add(place.trouble);
      }
    }
    failingTold = reachability.failing();
    String noWay = reachability.trouble();
    if (noWay != null) {
      all.add(noWay);
    }
    troubles = List.copyOf(all);
  }

  @Override
  public void close() {
    monitor.close();
    rtnetlink.close();
    places.forEach(place -> place.mtu.close());
  }
}
