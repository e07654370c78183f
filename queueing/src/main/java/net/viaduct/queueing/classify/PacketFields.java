package net.viaduct.queueing.classify;

import java.lang.foreign.MemorySegment;
import net.viaduct.queueing.Packet;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.VlanTag;
import net.viaduct.wire.ip.InnerTrafficClass;
import net.viaduct.wire.nested.TunnelPayload;

/**
 * The fields of one packet, outside and inside of tunnels. Mutable and reusable: owned by one
 * thread, which reads packet after packet into it; nothing is allocated.
 *
 * <p>All values come from the packet's bytes, its input and its mark, and depend on nothing else.
 * Any bytes may be read: what is malformed ends the walk at the layer that makes sense.
 */
public final class PacketFields {
  /** The most tunnels in each other that can be looked through. */
  public static final int MOST_TUNNELS = 8;

  private static final int DSCP_SHIFT = 2;
  private static final int VLAN_ID_MASK = 0xfff;

  private final FlowKey outer = new FlowKey();
  private final FlowKey inner = new FlowKey();
  private final int depth;
  private int priority;
  private int vlan;
  private int tunnelId;
  private int tunnels;
  private int input;
  private int mark;
  private int network;
  private int portGroup;
  private int ipOffset;

  /**
   * No packet yet.
   *
   * @param depth how many tunnels in each other are looked through, 0 to {@link #MOST_TUNNELS}
   */
  public PacketFields(int depth) {
    if (depth < 0 || depth > MOST_TUNNELS) {
      throw new IllegalArgumentException(
          "a depth of " + depth + " tunnels is out of range; it is 0 to " + MOST_TUNNELS);
    }
    this.depth = depth;
  }

  /** Reads a packet. Never throws for what its bytes are. */
  public void read(Packet packet) {
    MemorySegment s = packet.memory();
    long at = packet.start();
    int lengthBytes = packet.lengthBytes();
    input = packet.input();
    mark = packet.mark();
    network = packet.network();
    portGroup = packet.portGroup();
    outer.parse(s, at, lengthBytes);
    vlan =
        outer.vlanTags() == 0
            ? 0
            : NetworkOrder.u16(s, at + VlanTag.FIRST_TAG_OFFSET + 2) & VLAN_ID_MASK;
    boolean ip = outer.isIpv4() || outer.isIpv6();
    ipOffset = ip ? outer.networkOffset() : Packet.NO_IP;
    priority = packet.serviceClass();
    if (priority == Packet.NO_SERVICE_CLASS) {
      priority = ip ? InnerTrafficClass.read(s, at + ipOffset) >>> DSCP_SHIFT : 0;
    }
    tunnels = 0;
    tunnelId = 0;
    if (depth > 0 && ip) {
      walk(s, at);
    }
  }

  private void walk(MemorySegment s, long at) {
    int endBytes = outer.networkEnd(); // what is behind the packet is not the packet's
    long inside = TunnelPayload.find(s, at, endBytes, outer, 0);
    if (inside == TunnelPayload.NONE) {
      return;
    }
    tunnelId = TunnelPayload.identifier(s, at, outer, 0);
    while (true) {
      TunnelPayload.parse(s, at, endBytes, inside, inner);
      tunnels++;
      int offset = TunnelPayload.offset(inside);
      if (tunnels == depth || !(inner.isIpv4() || inner.isIpv6())) {
        return;
      }
      endBytes = offset + inner.networkEnd();
      inside = TunnelPayload.find(s, at, endBytes, inner, offset);
      if (inside == TunnelPayload.NONE) {
        return;
      }
    }
  }

  /** A field that is a number, without sign; of an address, its lower 32 bits. */
  public int number(FlowField field) {
    return switch (field) {
      case SRC, DST, TUNNEL_SRC, TUNNEL_DST -> (int) low(field);
      case PROTO -> outer.isFragment() ? 0 : outer.ipProtocol();
      case PROTO_SRC -> outer.sourcePort();
      case PROTO_DST -> outer.destinationPort();
      case IIF -> input;
      case PRIORITY -> priority;
      case MARK -> mark;
      case VLAN_TAG -> vlan;
      case RXHASH -> outer.hash();
      case NETWORK -> network;
      case PORT_GROUP -> portGroup;
      case TUNNEL_PROTO -> tunnels == 0 || inner.isFragment() ? 0 : inner.ipProtocol();
      case TUNNEL_PROTO_SRC -> tunnels == 0 ? 0 : inner.sourcePort();
      case TUNNEL_PROTO_DST -> tunnels == 0 ? 0 : inner.destinationPort();
      case TUNNEL_ID -> tunnelId;
    };
  }

  /** Upper half of a field that is an address; 0 of others. */
  public long high(FlowField field) {
    return switch (field) {
      case SRC -> outer.sourceHigh();
      case DST -> outer.destinationHigh();
      case TUNNEL_SRC -> tunnels == 0 ? 0 : inner.sourceHigh();
      case TUNNEL_DST -> tunnels == 0 ? 0 : inner.destinationHigh();
      default -> 0;
    };
  }

  /** Lower half of a field that is an address, or the number that it is. */
  public long low(FlowField field) {
    return switch (field) {
      case SRC -> outer.sourceLow();
      case DST -> outer.destinationLow();
      case TUNNEL_SRC -> tunnels == 0 ? 0 : inner.sourceLow();
      case TUNNEL_DST -> tunnels == 0 ? 0 : inner.destinationLow();
      default -> Integer.toUnsignedLong(number(field));
    };
  }

  /** How many tunnels were looked through. */
  public int tunnels() {
    return tunnels;
  }

  /** Where the outermost IP header begins, or {@link Packet#NO_IP}. */
  public int ipOffset() {
    return ipOffset;
  }
}
