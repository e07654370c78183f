package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6ExtensionHeaders;
import net.viaduct.wire.ip.Ipv6Header;

/**
 * Which flow a frame belongs to. Mutable and reusable: owned by one thread, which parses frame
 * after frame into it; nothing is allocated.
 *
 * <p>A flow is told by addresses, protocol and ports of an IP packet; without ports by addresses
 * and protocol; fragments, the first one too, by addresses alone, so that all parts of a packet are
 * one flow; anything else by both MAC addresses and the EtherType. What a frame does not have is
 * zero. VLAN tags are stepped over and are no part of the flow.
 *
 * <p>Any bytes may be parsed: what is malformed counts as the lowest layer that makes sense.
 */
public final class FlowKey {
  /** VLAN tags that are stepped over; a frame with more is no IP packet to us. */
  public static final int MAX_VLAN_TAGS = 4;

  private static final int PORTS_SIZE_BYTES = 4;
  private static final int NONE = -1;

  // Odd, with about half of the bits set: from the fractions of the square roots of 2, 3, 5 and 7.
  private static final long FIRST_MULTIPLIER = 0x6a09_e667_f3bc_c909L;
  private static final long SECOND_MULTIPLIER = 0xbb67_ae85_84ca_a73bL;
  private static final long IPV4_SALT = 0x3c6e_f372_fe94_f82bL;
  private static final long IPV6_SALT = 0xa54f_f53a_5f1d_36f1L;
  private static final long ETHERNET_SALT = 0x510e_527f_ade6_82d1L;

  private long destinationMac;
  private long sourceMac;
  private int etherType;
  private int vlanTags;
  private int networkOffset;
  private int networkEnd;
  private int transportOffset;
  private int ipVersion;
  private int ipProtocol;
  private boolean fragment;
  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;
  private int ports;

  /** A key of an empty frame. */
  public FlowKey() {
    clear();
  }

  /** Makes this the key of an empty frame. */
  public void clear() {
    destinationMac = 0;
    sourceMac = 0;
    etherType = 0;
    vlanTags = 0;
    networkOffset = NONE;
    networkEnd = NONE;
    transportOffset = NONE;
    ipVersion = 0;
    ipProtocol = 0;
    fragment = false;
    sourceHigh = 0;
    sourceLow = 0;
    destinationHigh = 0;
    destinationLow = 0;
    ports = 0;
  }

  /**
   * Reads an Ethernet frame. Never throws for what the bytes are, only if they are not in the
   * segment.
   *
   * @param at the frame's first byte
   * @param lengthBytes the frame's length, also of a super-frame
   */
  public void parse(MemorySegment s, long at, int lengthBytes) {
    clear();
    if (!EthernetHeader.fits(lengthBytes)) {
      return;
    }
    destinationMac = EthernetHeader.destination(s, at);
    sourceMac = EthernetHeader.source(s, at);
    int typeOffset = EthernetHeader.ADDRESSES_SIZE_BYTES;
    int type = EthernetHeader.etherType(s, at);
    while (EtherType.isVlan(type)
        && vlanTags < MAX_VLAN_TAGS
        && typeOffset + VlanTag.SIZE_BYTES + 2 <= lengthBytes) {
      typeOffset += VlanTag.SIZE_BYTES;
      vlanTags++;
      type = NetworkOrder.u16(s, at + typeOffset);
    }
    etherType = type < EtherType.SMALLEST ? 0 : type;
    parseNetwork(s, at, lengthBytes, type, typeOffset + 2);
  }

  /**
   * Reads an IP packet that has no Ethernet header, as it stands in GRE or in IP; offsets count
   * from the packet's first byte, and the MAC addresses are zero.
   *
   * @param type what it is, an {@link EtherType}
   */
  public void parsePacket(MemorySegment s, long at, int lengthBytes, int type) {
    clear();
    etherType = type;
    parseNetwork(s, at, lengthBytes, type, 0);
  }

  private void parseNetwork(MemorySegment s, long at, int lengthBytes, int type, int offset) {
    networkOffset = offset;
    networkEnd = lengthBytes;
    if (type == EtherType.IPV4) {
      parseIpv4(s, at, lengthBytes);
    } else if (type == EtherType.IPV6) {
      parseIpv6(s, at, lengthBytes);
    }
  }

  private void parseIpv4(MemorySegment s, long at, int lengthBytes) {
    long ipAt = at + networkOffset;
    int available = lengthBytes - networkOffset;
    if (Ipv4Header.checkHeader(s, ipAt, available) != null) {
      return;
    }
    ipVersion = 4;
    networkEnd = networkOffset + Math.min(available, Ipv4Header.totalLengthBytes(s, ipAt));
    sourceLow = IpAddress.ipv4Low(Ipv4Header.source(s, ipAt));
    destinationLow = IpAddress.ipv4Low(Ipv4Header.destination(s, ipAt));
    ipProtocol = Ipv4Header.protocol(s, ipAt);
    fragment = Ipv4Header.isFragment(s, ipAt);
    if (!fragment) {
      parseTransport(s, at, networkOffset + Ipv4Header.sizeBytes(s, ipAt));
    }
  }

  private void parseIpv6(MemorySegment s, long at, int lengthBytes) {
    long ipAt = at + networkOffset;
    int available = lengthBytes - networkOffset;
    if (Ipv6Header.checkHeader(s, ipAt, available) != null) {
      return;
    }
    ipVersion = 6;
    int packetBytes =
        Math.min(available, Ipv6Header.SIZE_BYTES + Ipv6Header.payloadLengthBytes(s, ipAt));
    networkEnd = networkOffset + packetBytes;
    sourceHigh = Ipv6Header.sourceHigh(s, ipAt);
    sourceLow = Ipv6Header.sourceLow(s, ipAt);
    destinationHigh = Ipv6Header.destinationHigh(s, ipAt);
    destinationLow = Ipv6Header.destinationLow(s, ipAt);
    long walk = Ipv6ExtensionHeaders.walk(s, ipAt, packetBytes);
    fragment = Ipv6ExtensionHeaders.isFragment(walk);
    if (Ipv6ExtensionHeaders.isBroken(walk)) {
      return;
    }
    ipProtocol = Ipv6ExtensionHeaders.protocol(walk);
    if (!fragment && ipProtocol != IpProtocol.NO_NEXT_HEADER) {
      parseTransport(s, at, networkOffset + Ipv6ExtensionHeaders.offsetBytes(walk));
    }
  }

  private void parseTransport(MemorySegment s, long at, int offset) {
    if (offset >= networkEnd) {
      return;
    }
    transportOffset = offset;
    if (IpProtocol.hasPorts(ipProtocol) && offset + PORTS_SIZE_BYTES <= networkEnd) {
      ports = NetworkOrder.i32(s, at + offset);
    }
  }

  /**
   * The same for all frames of a flow, on each host and JVM; well mixed in all 32 bits. Not meant
   * to withstand somebody who chooses addresses so that they collide.
   */
  public int hash() {
    return hash(0);
  }

  /**
   * As {@link #hash()}, but another one for each seed: the same flows collide under one seed and
   * not under another.
   */
  public int hash(long seed) {
    long h;
    if (ipVersion == 4) {
      h = mix(seed ^ IPV4_SALT, (sourceLow << 32) | (destinationLow & 0xffff_ffffL));
      h = mix(h, portsAndProtocol());
    } else if (ipVersion == 6) {
      h = mix(seed ^ IPV6_SALT, sourceHigh);
      h = mix(h, sourceLow);
      h = mix(h, destinationHigh);
      h = mix(h, destinationLow);
      h = mix(h, portsAndProtocol());
    } else {
      h = mix(seed ^ ETHERNET_SALT, destinationMac);
      h = mix(h, (sourceMac << 16) | etherType);
    }
    // The upper bits of the last word have reached few bits so far.
    h *= SECOND_MULTIPLIER;
    h = (h ^ (h >>> 29)) * FIRST_MULTIPLIER;
    return (int) (h >>> 32);
  }

  private long portsAndProtocol() {
    return fragment ? 0 : ((long) ipProtocol << 32) | (ports & 0xffff_ffffL);
  }

  // Both steps can be undone, so that no two words fall together here.
  private static long mix(long h, long word) {
    long product = (h ^ word) * FIRST_MULTIPLIER;
    return product ^ (product >>> 32);
  }

  /** Whether both keys are of the same flow; equal flows have equal hashes under any seed. */
  public boolean isSameFlow(FlowKey other) {
    if (ipVersion != other.ipVersion) {
      return false;
    }
    if (ipVersion == 0) {
      return destinationMac == other.destinationMac
          && sourceMac == other.sourceMac
          && etherType == other.etherType;
    }
    return portsAndProtocol() == other.portsAndProtocol()
        && sourceLow == other.sourceLow
        && destinationLow == other.destinationLow
        && sourceHigh == other.sourceHigh
        && destinationHigh == other.destinationHigh;
  }

  /** Destination address in {@link MacAddress}'s form; 0 of a frame without Ethernet header. */
  public long destinationMac() {
    return destinationMac;
  }

  /** Source address in {@link MacAddress}'s form; 0 of a frame without Ethernet header. */
  public long sourceMac() {
    return sourceMac;
  }

  /** What follows the VLAN tags, an {@link EtherType}; 0 if a length stands there (802.3). */
  public int etherType() {
    return etherType;
  }

  /** How many VLAN tags there are, 0 to {@link #MAX_VLAN_TAGS}. */
  public int vlanTags() {
    return vlanTags;
  }

  /**
   * Where the EtherType's payload begins, counted from the frame's first byte: behind the VLAN
   * tags; -1 of a frame without Ethernet header.
   */
  public int networkOffset() {
    return networkOffset;
  }

  /**
   * Where the payload of the EtherType ends: for IP packets where their length says, so that
   * Ethernet's padding is behind it, but never behind the frame; -1 if {@link #networkOffset()} is.
   */
  public int networkEnd() {
    return networkEnd;
  }

  /**
   * Where the header of {@link #ipProtocol()} begins, counted from the frame's first byte; at least
   * one byte of it is there. -1 if there is none, and in fragments, the first one too.
   */
  public int transportOffset() {
    return transportOffset;
  }

  /** Whether this is an IPv4 packet with a sound header. */
  public boolean isIpv4() {
    return ipVersion == 4;
  }

  /** Whether this is an IPv6 packet with a sound header. */
  public boolean isIpv6() {
    return ipVersion == 6;
  }

  /**
   * The {@link IpProtocol} behind IPv4's options and IPv6's extension headers; 0 if this is no IP
   * packet or its extension headers are broken.
   */
  public int ipProtocol() {
    return ipProtocol;
  }

  /** Whether this is a part of an IP packet. */
  public boolean isFragment() {
    return fragment;
  }

  /** Upper half of the source address, as {@link IpAddress#high()}; 0 if there is none. */
  public long sourceHigh() {
    return sourceHigh;
  }

  /** Lower half of the source address, as {@link IpAddress#low()}; 0 if there is none. */
  public long sourceLow() {
    return sourceLow;
  }

  /** Upper half of the destination address; 0 if there is none. */
  public long destinationHigh() {
    return destinationHigh;
  }

  /** Lower half of the destination address; 0 if there is none. */
  public long destinationLow() {
    return destinationLow;
  }

  /** Source port; 0 if there is none, and in fragments. */
  public int sourcePort() {
    return ports >>> 16;
  }

  /** Destination port; 0 if there is none, and in fragments. */
  public int destinationPort() {
    return ports & 0xffff;
  }
}
