package net.viaduct.io.linux;

import java.lang.foreign.MemorySegment;
import java.util.function.IntPredicate;
import net.viaduct.io.Endpoint;
import net.viaduct.io.PathError;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Icmpv4;
import net.viaduct.wire.ip.Icmpv6;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.UdpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Understands ICMP errors about datagrams that were sent from one address (RFC 792, RFC 4443
 * section 3). What is about anything else, or is cut off too early, is none. Owned by one thread.
 */
final class IcmpErrorParser {
  private final IpAddress local;
  private final IntPredicate isSourcePort;

  /**
   * Errors about what was sent from an address.
   *
   * @param isSourcePort whether a UDP port is one that datagrams leave from
   */
  IcmpErrorParser(IpAddress local, IntPredicate isSourcePort) {
    this.local = local;
    this.isSourcePort = isSourcePort;
  }

  /**
   * Reads a message, from the ICMP header on.
   *
   * @return whether it is about a datagram of ours, and tells what we know
   */
  boolean parse(MemorySegment s, long at, int bytes, PathError into) {
    if (bytes < Icmpv4.HEADER_SIZE_BYTES) {
      return false;
    }
    boolean ipv4 = local.isIpv4();
    PathError.Kind kind = ipv4 ? kindOf4(s, at) : kindOf6(s, at);
    if (kind == null || (ipv4 && !Icmpv4.hasValidChecksum(s, at, bytes))) {
      return false; // the kernel verifies ICMPv6 for raw sockets, but not ICMP
    }
    long quoted = at + Icmpv4.HEADER_SIZE_BYTES;
    int left = bytes - Icmpv4.HEADER_SIZE_BYTES;
    int mtuBytes = kind == PathError.Kind.TOO_BIG ? mtuBytes(s, at) : 0;
    return ipv4
        ? parseQuoted4(s, quoted, left, kind, mtuBytes, into)
        : parseQuoted6(s, quoted, left, kind, mtuBytes, into);
  }

  private int mtuBytes(MemorySegment s, long at) {
    return local.isIpv4()
        ? Icmpv4.nextHopMtuBytes(s, at)
        : (int) Math.min(Integer.MAX_VALUE, Icmpv6.mtuBytes(s, at));
  }

  private static PathError.@Nullable Kind kindOf4(MemorySegment s, long at) {
    return switch (Icmpv4.type(s, at)) {
      case Icmpv4.TIME_EXCEEDED -> PathError.Kind.TIME_EXCEEDED;
      case Icmpv4.DESTINATION_UNREACHABLE ->
          switch (Icmpv4.code(s, at)) {
            case Icmpv4.FRAGMENTATION_NEEDED -> PathError.Kind.TOO_BIG;
            case 2, 3 -> PathError.Kind.REFUSED; // protocol, port
            case 9, 10, 13 -> PathError.Kind.PROHIBITED; // RFC 1122, RFC 1812
            default -> PathError.Kind.UNREACHABLE;
          };
      default -> null;
    };
  }

  private static PathError.@Nullable Kind kindOf6(MemorySegment s, long at) {
    return switch (Icmpv6.type(s, at)) {
      case Icmpv6.PACKET_TOO_BIG -> PathError.Kind.TOO_BIG;
      case Icmpv6.TIME_EXCEEDED -> PathError.Kind.TIME_EXCEEDED;
      case Icmpv6.DESTINATION_UNREACHABLE ->
          switch (Icmpv6.code(s, at)) {
            case 4 -> PathError.Kind.REFUSED; // port
            case 1, 5, 6 -> PathError.Kind.PROHIBITED;
            default -> PathError.Kind.UNREACHABLE;
          };
      default -> null;
    };
  }

  private boolean parseQuoted4(
      MemorySegment s, long at, int bytes, PathError.Kind kind, int mtuBytes, PathError into) {
    if (bytes < Ipv4Header.MIN_SIZE_BYTES || Ipv4Header.version(s, at) != 4) {
      return false;
    }
    int header = Ipv4Header.sizeBytes(s, at);
    if (header < Ipv4Header.MIN_SIZE_BYTES
        || bytes < header
        || Ipv4Header.source(s, at) != local.ipv4Bits()
        || Ipv4Header.fragmentOffsetBytes(s, at) != 0) {
      return false;
    }
    IpAddress remote = IpAddress.ofIpv4(Ipv4Header.destination(s, at));
    Quoted quoted = new Quoted(at + header, bytes - header, Ipv4Header.protocol(s, at));
    return parseTransport(s, quoted, remote, kind, mtuBytes, into);
  }

  private boolean parseQuoted6(
      MemorySegment s, long at, int bytes, PathError.Kind kind, int mtuBytes, PathError into) {
    if (bytes < Ipv6Header.SIZE_BYTES
        || Ipv6Header.version(s, at) != 6
        || Ipv6Header.sourceHigh(s, at) != local.high()
        || Ipv6Header.sourceLow(s, at) != local.low()) {
      return false;
    }
    // we send no extension headers, so there are none in what is quoted of us
    IpAddress remote =
        new IpAddress(Ipv6Header.destinationHigh(s, at), Ipv6Header.destinationLow(s, at));
    Quoted quoted =
        new Quoted(
            at + Ipv6Header.SIZE_BYTES,
            bytes - Ipv6Header.SIZE_BYTES,
            Ipv6Header.nextHeader(s, at));
    return parseTransport(s, quoted, remote, kind, mtuBytes, into);
  }

  /** What is quoted behind the IP header. */
  private record Quoted(long at, int bytes, int protocol) {}

  private boolean parseTransport(
      MemorySegment s,
      Quoted quoted,
      IpAddress remote,
      PathError.Kind kind,
      int mtuBytes,
      PathError into) {
    if (quoted.protocol == IpProtocol.GRE) {
      into.told(kind, Endpoint.gre(remote), 0, mtuBytes);
      into.quote(s, quoted.at, quoted.bytes);
      return true;
    }
    if (quoted.protocol != IpProtocol.UDP || quoted.bytes < UdpHeader.SIZE_BYTES) {
      return false;
    }
    int sourcePort = UdpHeader.sourcePort(s, quoted.at);
    int port = UdpHeader.destinationPort(s, quoted.at);
    if (!isSourcePort.test(sourcePort) || port == 0) {
      return false;
    }
    into.told(kind, new Endpoint(remote, port), sourcePort, mtuBytes);
    into.quote(s, quoted.at + UdpHeader.SIZE_BYTES, quoted.bytes - UdpHeader.SIZE_BYTES);
    return true;
  }
}
