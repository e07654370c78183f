package net.viaduct.io.rtnetlink;

import net.viaduct.io.netlink.NetlinkMessage;
import org.jspecify.annotations.Nullable;

/** Something that changed in a namespace. Immutable. */
public sealed interface RtnetlinkEvent {
  /** A device is new, or looks like this now. */
  record LinkChanged(Link link) implements RtnetlinkEvent {}

  /** A device is gone: deleted, or moved to another namespace. */
  record LinkRemoved(Link link) implements RtnetlinkEvent {}

  /** An address is new, or looks like this now. */
  record AddressChanged(Address address) implements RtnetlinkEvent {}

  /** An address is gone. */
  record AddressRemoved(Address address) implements RtnetlinkEvent {}

  /** A neighbour is new, or looks like this now. */
  record NeighbourChanged(Neighbour neighbour) implements RtnetlinkEvent {}

  /** A neighbour is gone. */
  record NeighbourRemoved(Neighbour neighbour) implements RtnetlinkEvent {}

  /** An entry of the kernel's FDB is new, or looks like this now. */
  record FdbChanged(FdbEntry entry) implements RtnetlinkEvent {}

  /** An entry of the kernel's FDB is gone. */
  record FdbRemoved(FdbEntry entry) implements RtnetlinkEvent {}

  /** A route is new, or looks like this now. */
  record RouteChanged(Route route) implements RtnetlinkEvent {}

  /** A route is gone. */
  record RouteRemoved(Route route) implements RtnetlinkEvent {}

  /** Events were lost: whoever follows them has to list everything again. */
  record Resync(String cause) implements RtnetlinkEvent {}

  /** Reads a message; null if it tells nothing that we know. */
  static @Nullable RtnetlinkEvent parse(NetlinkMessage message) {
    return switch (message.type()) {
      case Link.NEW, Link.DELETED -> ofLink(message);
      case Address.NEW, Address.DELETED -> ofAddress(message);
      case Neighbour.NEW, Neighbour.DELETED -> ofNeighbour(message);
      case Route.NEW, Route.DELETED -> ofRoute(message);
      default -> null;
    };
  }

  private static @Nullable RtnetlinkEvent ofLink(NetlinkMessage message) {
    Link link = Link.parse(message);
    if (link == null) {
      return null;
    }
    return message.type() == Link.NEW ? new LinkChanged(link) : new LinkRemoved(link);
  }

  private static @Nullable RtnetlinkEvent ofAddress(NetlinkMessage message) {
    Address address = Address.parse(message);
    if (address == null) {
      return null;
    }
    return message.type() == Address.NEW
        ? new AddressChanged(address)
        : new AddressRemoved(address);
  }

  private static @Nullable RtnetlinkEvent ofNeighbour(NetlinkMessage message) {
    boolean isNew = message.type() == Neighbour.NEW;
    FdbEntry entry = FdbEntry.parse(message);
    if (entry != null) {
      return isNew ? new FdbChanged(entry) : new FdbRemoved(entry);
    }
    Neighbour neighbour = Neighbour.parse(message);
    if (neighbour == null) {
      return null;
    }
    return isNew ? new NeighbourChanged(neighbour) : new NeighbourRemoved(neighbour);
  }

  private static @Nullable RtnetlinkEvent ofRoute(NetlinkMessage message) {
    Route route = Route.parse(message);
    if (route == null) {
      return null;
    }
    return message.type() == Route.NEW ? new RouteChanged(route) : new RouteRemoved(route);
  }
}
