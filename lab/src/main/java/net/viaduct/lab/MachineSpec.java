package net.viaduct.lab;

import net.viaduct.wire.IpAddress;

/**
 * A machine to be made. Immutable.
 *
 * @param name of its namespace
 * @param mac of its device
 * @param mtuBytes of its device
 */
public record MachineSpec(
    String name,
    long mac,
    IpAddress ipv4,
    int ipv4PrefixLength,
    IpAddress ipv6,
    int ipv6PrefixLength,
    int mtuBytes) {
  private static final long FIRST_MAC = 0x0200_0000_0000L;
  private static final int FIRST_IPV4 = 192 << 24 | 168 << 16 | 100 << 8;
  private static final long IPV6_PREFIX = 0xfd00_0100_0000_0000L;
  private static final int MTU_BYTES = 1500;

  /**
   * The machine with a number: MAC address 02:00:00:00:00:NN, 192.168.100.N/24, fd00:100::N/64.
   *
   * @param number 1 to 254
   */
  public static MachineSpec numbered(int number) {
    if (number < 1 || number > 254) {
      throw new IllegalArgumentException("machine " + number + " is not within 1 to 254");
    }
    return new MachineSpec(
        "m" + number,
        FIRST_MAC + number,
        IpAddress.ofIpv4(FIRST_IPV4 + number),
        24,
        new IpAddress(IPV6_PREFIX, number),
        64,
        MTU_BYTES);
  }

  /** The same with another MTU. */
  public MachineSpec withMtu(int bytes) {
    return new MachineSpec(name, mac, ipv4, ipv4PrefixLength, ipv6, ipv6PrefixLength, bytes);
  }
}
