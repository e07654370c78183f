package net.viaduct.io.rtnetlink;

import net.viaduct.io.netlink.NetlinkRequest;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** What a device is to be, with the options of its kind. Immutable. */
public sealed interface LinkKind {
  /** As rtnetlink and {@code ip link} call it. */
  String kernelName();

  /** Appends what goes into IFLA_INFO_DATA. */
  void appendOptions(NetlinkRequest request);

  /**
   * One end of a pair; what is sent into one comes out of the other.
   *
   * @param peer name, MTU and MAC address of the other end; its kind is not looked at
   * @param peerNamespace descriptor of the namespace that the other end comes into; -1 for here
   */
  record Veth(PeerSpec peer, int peerNamespace) implements LinkKind {
    private static final int INFO_PEER = 1;
    private static final int NAMESPACE_DESCRIPTOR = 28;

    /** A pair with both ends here. */
    public Veth(PeerSpec peer) {
      this(peer, -1);
    }

    @Override
    public String kernelName() {
      return "veth";
    }

    @Override
    public void appendOptions(NetlinkRequest request) {
      request.nested(
          INFO_PEER,
          inside -> {
            inside.u8(0).u8(0).u16(0).u32(0).u32(0).u32(0); // struct ifinfomsg
            inside.text(Link.NAME, peer.name());
            if (peer.mtuBytes() != 0) {
              inside.u32(Link.MTU, peer.mtuBytes());
            }
            if (peer.mac() != 0) {
              inside.mac(Link.ADDRESS, peer.mac());
            }
            if (peerNamespace >= 0) {
              inside.u32(NAMESPACE_DESCRIPTOR, peerNamespace);
            }
          });
    }
  }

  /**
   * The other end of a pair.
   *
   * @param mtuBytes 0 for the kernel's choice
   * @param mac 0 for a random one
   */
  record PeerSpec(String name, int mtuBytes, long mac) {
    /** Checks the name. */
    public PeerSpec {
      LinkSpec.checkName(name);
    }
  }

  /**
   * A bridge without spanning tree.
   *
   * @param multicastSnooping whether it sends groups only to ports where somebody asked for them
   */
  record Bridge(boolean multicastSnooping) implements LinkKind {
    private static final int FORWARD_DELAY = 1;
    private static final int SPANNING_TREE = 5;
    private static final int MULTICAST_SNOOPING = 23;

    @Override
    public String kernelName() {
      return "bridge";
    }

    @Override
    public void appendOptions(NetlinkRequest request) {
      request.u32(FORWARD_DELAY, 200); // hundredths of a second; the least that is allowed
      request.u32(SPANNING_TREE, 0);
      request.u8(MULTICAST_SNOOPING, multicastSnooping ? 1 : 0);
    }
  }

  /**
   * A VXLAN tunnel end point.
   *
   * @param vni 0 to 16777215
   * @param local the source of its packets
   * @param group the group, or the only remote; null if entries of the FDB tell the remotes
   * @param underlayIndex of the device that packets leave through; 0 for the routes to tell; needed
   *     with a group
   * @param port UDP port
   * @param learning whether it learns where stations are
   * @param ttl 1 to 255; 0 for the kernel's choice, which for a group is 1
   * @param checksum whether outer UDP checksums are computed over IPv4
   */
  record Vxlan(
      int vni,
      IpAddress local,
      @Nullable IpAddress group,
      int underlayIndex,
      int port,
      boolean learning,
      int ttl,
      boolean checksum)
      implements LinkKind {
    private static final int ID = 1;
    private static final int GROUP = 2;
    private static final int UNDERLAY = 3;
    private static final int LOCAL = 4;
    private static final int TTL = 5;
    private static final int LEARNING = 7;
    private static final int PORT = 15;
    private static final int GROUP_6 = 16;
    private static final int LOCAL_6 = 17;
    private static final int UDP_CHECKSUM = 18;

    @Override
    public String kernelName() {
      return "vxlan";
    }

    @Override
    public void appendOptions(NetlinkRequest request) {
      request.u32(ID, vni);
      request.address(local.isIpv4() ? LOCAL : LOCAL_6, local);
      if (group != null) {
        request.address(group.isIpv4() ? GROUP : GROUP_6, group);
      }
      if (underlayIndex != 0) {
        request.u32(UNDERLAY, underlayIndex);
      }
      request.u16Network(PORT, port);
      request.u8(LEARNING, learning ? 1 : 0);
      request.u8(TTL, ttl);
      request.u8(UDP_CHECKSUM, checksum ? 1 : 0);
    }
  }
}
