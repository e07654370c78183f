package net.viaduct.io.rtnetlink;

import java.util.List;
import net.viaduct.io.IoFailure;
import net.viaduct.io.netlink.Netlink;
import net.viaduct.io.netlink.NetlinkRequest;
import net.viaduct.wire.IpAddress;

/** The routes of a namespace. Safe from any thread. */
public final class Routes {
  private static final int PROTOCOL_STATIC = 4;
  private static final int SCOPE_UNIVERSE = 0;
  private static final int SCOPE_LINK = 253;
  private static final int SCOPE_NOWHERE = 255;

  private final Netlink netlink;

  Routes(Netlink netlink) {
    this.netlink = netlink;
  }

  /** The routes of all tables, IPv4 and IPv6. */
  public List<Route> list() {
    NetlinkRequest all = new NetlinkRequest(Route.GET, 0).u32(0).u32(0).u32(0);
    return netlink.dump("list routes", all, Route::parse);
  }

  /**
   * The way that a packet takes, all rules and tables considered.
   *
   * @param from its source
   * @throws net.viaduct.io.IoFailure ENETUNREACH and the like if there is none
   */
  public Route lookUp(IpAddress to, IpAddress from) {
    int bits = to.isIpv4() ? Integer.SIZE : 2 * Long.SIZE;
    NetlinkRequest request = new NetlinkRequest(Route.GET, 0);
    request.u8(RtnetlinkFamily.of(to)).u8(bits).u8(bits).u8(0).u32(0).u32(0);
    request.address(Route.DESTINATION, to).address(Route.FROM, from);
    String call = "find way from " + from + " to " + to;
    Route found = Route.parse(netlink.get(call, request));
    if (found == null) {
      throw new IoFailure(call, "EBADMSG", "the kernel's answer is no route");
    }
    return found;
  }

  /**
   * Adds a route.
   *
   * @throws net.viaduct.io.IoFailure EEXIST if there is one, ENETUNREACH if the gateway is not on
   *     the device's link
   */
  public void add(Route route) {
    int scope = route.gateway() == null ? SCOPE_LINK : SCOPE_UNIVERSE;
    int how = NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE;
    netlink.request("add " + text(route), message(Route.NEW, how, scope, route));
  }

  /**
   * Removes a route.
   *
   * @throws net.viaduct.io.IoFailure ESRCH if there is none
   */
  public void remove(Route route) {
    netlink.request("remove " + text(route), message(Route.DELETED, 0, SCOPE_NOWHERE, route));
  }

  private static String text(Route route) {
    IpAddress gateway = route.gateway();
    String via = gateway == null ? "" : " by " + gateway;
    return "route to " + route.destination() + "/" + route.prefixLength() + via;
  }

  private static NetlinkRequest message(int type, int how, int scope, Route route) {
    IpAddress gateway = route.gateway();
    IpAddress source = route.source();
    int protocol = type == Route.NEW ? PROTOCOL_STATIC : 0;
    NetlinkRequest request = new NetlinkRequest(type, how);
    request.u8(RtnetlinkFamily.of(route.destination())).u8(route.prefixLength()).u8(0).u8(0);
    request.u8(0).u8(protocol).u8(scope).u8(route.type()).u32(0);
    if (route.prefixLength() > 0) {
      request.address(Route.DESTINATION, route.destination());
    }
    if (gateway != null) {
      request.address(Route.GATEWAY, gateway);
    }
    if (route.index() != 0) {
      request.u32(Route.DEVICE, route.index());
    }
    if (route.metric() != 0) {
      request.u32(Route.METRIC, route.metric());
    }
    if (source != null) {
      request.address(Route.SOURCE, source);
    }
    return request.u32(Route.TABLE, route.table());
  }
}
