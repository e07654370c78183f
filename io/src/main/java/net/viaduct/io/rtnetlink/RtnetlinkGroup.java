package net.viaduct.io.rtnetlink;

/** What a monitor can follow: RTNLGRP_* (linux/rtnetlink.h). */
public enum RtnetlinkGroup {
  /** Devices. */
  LINK(1),
  /** Neighbours, and the kernel's FDB. */
  NEIGHBOUR(3),
  /** IPv4 addresses. */
  IPV4_ADDRESS(5),
  /** IPv4 routes. */
  IPV4_ROUTE(7),
  /** IPv6 addresses. */
  IPV6_ADDRESS(9),
  /** IPv6 routes. */
  IPV6_ROUTE(11);

  private final int number;

  RtnetlinkGroup(int number) {
    this.number = number;
  }

  /** The group's number. */
  public int number() {
    return number;
  }
}
