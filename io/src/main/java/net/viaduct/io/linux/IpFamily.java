package net.viaduct.io.linux;

import net.viaduct.wire.IpAddress;

/**
 * IPv4 and IPv6 as the kernel's sockets know them: the numbers of options that both have
 * (linux/in.h, linux/in6.h). There are two. Immutable.
 */
final class IpFamily {
  /** {@code AF_INET}, options of level {@code SOL_IP}. */
  static final IpFamily V4 =
      new IpFamily("IPv4", 2, 0, new Options(2, 10, 13, 1, 32, 33, 34, 35, 49, 15, 25, 5));

  /** {@code AF_INET6}, options of level {@code SOL_IPV6}. */
  static final IpFamily V6 =
      new IpFamily("IPv6", 10, 41, new Options(16, 23, 66, 67, 17, 18, 19, 20, 29, 78, 77, 0));

  /**
   * Numbers of options.
   *
   * @param hops TTL or hop limit of what is sent
   * @param mtuDiscover what is done about the path's MTU
   * @param receiveTrafficClass whether the TOS byte or traffic class is told
   * @param trafficClass the type of the control message in which it is told, either way
   * @param groupDevice from which device groups are sent to
   * @param groupHops TTL or hop limit of what is sent to groups
   * @param groupLoop whether this host gets what it sends to groups
   * @param join a group
   * @param groupsOfOthers whether a socket gets what others of this host joined
   * @param freeBind whether an address that is not there can be bound
   * @param receiveFragmentSize whether the size of the largest fragment is told, of what came in
   *     fragments; and the type of the control message in which it is
   * @param mayFragment the value of {@code mtuDiscover} with which what does not fit is fragmented.
   *     Over IPv4 {@code IP_PMTUDISC_OMIT}: by the device's MTU, and by routers, since DF is not
   *     set. Over IPv6, where routers cannot, {@code IPV6_PMTUDISC_DONT}: by what ICMP told the
   *     kernel, which can make fragments small but loses nothing
   */
  record Options(
      int hops,
      int mtuDiscover,
      int receiveTrafficClass,
      int trafficClass,
      int groupDevice,
      int groupHops,
      int groupLoop,
      int join,
      int groupsOfOthers,
      int freeBind,
      int receiveFragmentSize,
      int mayFragment) {}

  private final String name;
  private final int number;
  private final int level;
  private final Options options;

  private IpFamily(String name, int number, int level, Options options) {
    this.name = name;
    this.number = number;
    this.level = level;
    this.options = options;
  }

  /** {@code AF_INET} or {@code AF_INET6}. */
  int number() {
    return number;
  }

  /** The level of its options. */
  int level() {
    return level;
  }

  /** The numbers of its options. */
  Options options() {
    return options;
  }

  /** The family of an address. */
  static IpFamily of(IpAddress address) {
    return address.isIpv4() ? V4 : V6;
  }

  @Override
  public String toString() {
    return name;
  }
}
