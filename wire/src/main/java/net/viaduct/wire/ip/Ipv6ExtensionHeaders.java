package net.viaduct.wire.ip;

import java.lang.foreign.MemorySegment;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.NetworkOrder;

/**
 * Finds what an IPv6 packet carries behind its extension headers, RFC 8200 section 4. Stateless:
 * safe from any thread; allocates nothing, so a walk's outcome is a long with accessors.
 *
 * <pre>
 * hop-by-hop, routing, destination options       fragment
 * +-------------+-------------+----------+      +-------------+----------+-----------+--+-+
 * | next header | length / 8  | ...      |      | next header | reserved | offset /8 |00|M|
 * |             | beyond 8    |          |      +-------------+----------+-----------+--+-+
 * +-------------+-------------+----------+      |            identification, 32 bits      |
 * </pre>
 *
 * <p>The authentication header (RFC 4302) counts its length in units of 4 beyond 8. Anything else
 * ends the chain: what is behind ESP cannot be read, and mobility, HIP and shim6 headers (135, 139,
 * 140) are taken for upper layers, as Linux does.
 */
public final class Ipv6ExtensionHeaders {
  /**
   * The longest chain that is followed; RFC 8200 section 4.1 allows 7 when each stands where it
   * should. A longer one counts as broken, so that a hostile packet costs little.
   */
  public static final int MAX_HEADERS = 15;

  /** Size of the fragment header. */
  public static final int FRAGMENT_SIZE_BYTES = 8;

  private static final int NEXT_HEADER_OFFSET = 0;
  private static final int LENGTH_OFFSET = 1;
  private static final int FRAGMENT_OFFSET = 2;
  private static final int IDENTIFICATION_OFFSET = 4;
  private static final int UNIT_BYTES = 8;
  private static final int MORE_FRAGMENTS_FLAG = 1;
  private static final int FRAGMENT_OFFSET_MASK = 0xfff8;

  private static final int PROTOCOL_SHIFT = 32;
  private static final long FRAGMENT_FLAG = 1L << 40;
  private static final long LATER_FRAGMENT_FLAG = 1L << 41;
  private static final long BROKEN_FLAG = 1L << 42;
  private static final long ROUTING_FLAG = 1L << 43;

  private Ipv6ExtensionHeaders() {}

  /**
   * Follows the chain from the IPv6 header at {@code at}, which must have been checked.
   *
   * @param packetBytes the packet's length with its IPv6 header, not more than there are
   * @return the outcome, for the accessors of this class
   */
  public static long walk(MemorySegment s, long at, int packetBytes) {
    int protocol = Ipv6Header.nextHeader(s, at);
    int offset = Ipv6Header.SIZE_BYTES;
    long flags = 0;
    for (int i = 0; isExtension(protocol); i++) {
      if (i == MAX_HEADERS || offset + UNIT_BYTES > packetBytes) {
        return outcome(protocol, offset, flags | BROKEN_FLAG);
      }
      int sizeBytes = sizeBytes(s, at + offset, protocol);
      if (offset + sizeBytes > packetBytes) {
        return outcome(protocol, offset, flags | BROKEN_FLAG);
      }
      int nextProtocol = NetworkOrder.u8(s, at + offset + NEXT_HEADER_OFFSET);
      if (protocol == IpProtocol.FRAGMENT) {
        flags |= fragmentFlags(NetworkOrder.u16(s, at + offset + FRAGMENT_OFFSET));
      } else if (protocol == IpProtocol.ROUTING) {
        flags |= ROUTING_FLAG;
      }
      protocol = nextProtocol;
      offset += sizeBytes;
      if ((flags & LATER_FRAGMENT_FLAG) != 0) {
        break;
      }
    }
    return outcome(protocol, offset, flags);
  }

  /** Whether this next-header value is an extension header that can be stepped over. */
  public static boolean isExtension(int nextHeader) {
    return switch (nextHeader) {
      case IpProtocol.HOP_BY_HOP,
          IpProtocol.ROUTING,
          IpProtocol.FRAGMENT,
          IpProtocol.AUTHENTICATION,
          IpProtocol.DESTINATION_OPTIONS ->
          true;
      default -> false;
    };
  }

  private static int sizeBytes(MemorySegment s, long at, int protocol) {
    int units = NetworkOrder.u8(s, at + LENGTH_OFFSET);
    return switch (protocol) {
      case IpProtocol.FRAGMENT -> FRAGMENT_SIZE_BYTES;
      case IpProtocol.AUTHENTICATION -> (units + 2) * 4;
      default -> (units + 1) * UNIT_BYTES;
    };
  }

  // RFC 6946: offset 0 without more to come is a whole packet, whatever header it has.
  private static long fragmentFlags(int field) {
    int offset = field & FRAGMENT_OFFSET_MASK;
    if (offset != 0) {
      return FRAGMENT_FLAG | LATER_FRAGMENT_FLAG;
    }
    return (field & MORE_FRAGMENTS_FLAG) != 0 ? FRAGMENT_FLAG : 0;
  }

  private static long outcome(int protocol, int offset, long flags) {
    return flags | ((long) protocol << PROTOCOL_SHIFT) | offset;
  }

  /** Where the chain ended, counted from the IPv6 header's first byte. */
  public static int offsetBytes(long walk) {
    return (int) walk;
  }

  /**
   * The upper layer's {@link IpProtocol}; of a later fragment, what its fragment header says; of a
   * broken chain, the extension header that is broken.
   */
  public static int protocol(long walk) {
    return (int) (walk >>> PROTOCOL_SHIFT) & 0xff;
  }

  /** Whether the packet is a part of a packet only. */
  public static boolean isFragment(long walk) {
    return (walk & FRAGMENT_FLAG) != 0;
  }

  /** Whether it is a fragment other than the first, so that no upper-layer header is in it. */
  public static boolean isLaterFragment(long walk) {
    return (walk & LATER_FRAGMENT_FLAG) != 0;
  }

  /** Whether an extension header leaves the packet, or there are too many. */
  public static boolean isBroken(long walk) {
    return (walk & BROKEN_FLAG) != 0;
  }

  /** Whether there is a routing header, so that the last destination may be another one. */
  public static boolean hasRouting(long walk) {
    return (walk & ROUTING_FLAG) != 0;
  }

  /**
   * Writes a fragment header.
   *
   * @param offsetBytes a multiple of 8
   */
  public static void writeFragment(
      MemorySegment s, long at, int nextHeader, int offsetBytes, boolean moreFragments) {
    NetworkOrder.u8(s, at + NEXT_HEADER_OFFSET, nextHeader);
    NetworkOrder.u8(s, at + LENGTH_OFFSET, 0);
    int field = (offsetBytes & FRAGMENT_OFFSET_MASK) | (moreFragments ? MORE_FRAGMENTS_FLAG : 0);
    NetworkOrder.u16(s, at + FRAGMENT_OFFSET, field);
    NetworkOrder.i32(s, at + IDENTIFICATION_OFFSET, 0);
  }

  /** Identification in the fragment header at {@code at}. */
  public static int fragmentIdentification(MemorySegment s, long at) {
    return NetworkOrder.i32(s, at + IDENTIFICATION_OFFSET);
  }

  /** Sets the identification in the fragment header at {@code at}. */
  public static void fragmentIdentification(MemorySegment s, long at, int value) {
    NetworkOrder.i32(s, at + IDENTIFICATION_OFFSET, value);
  }
}
