package net.viaduct.io.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.viaduct.io.Door;
import net.viaduct.io.Transport;
import net.viaduct.io.nftables.IngressRule;
import net.viaduct.io.nftables.IngressTable;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;

/**
 * Lets tunnel packets that come to a device go to a tap, and what the tap sends to the device. What
 * is not unicast to the local address and an open door, or is a fragment, or has IP options, goes
 * to the network stack as ever. Owned by the data-path thread. As long as this is open.
 */
final class TapSteering implements AutoCloseable {
  private static final int FLAGS_AND_OFFSET = 6;
  private static final int PROTOCOL = 9;
  private static final int DESTINATION = 16;
  private static final int NEXT_HEADER_6 = 6;
  private static final int DESTINATION_6 = 24;
  private static final int SOURCE_PORT_BYTES = 2;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

  private final IngressTable table;
  private final IpAddress local;
  private final String tap;
  private final int tapIndex;
  private final String device;
  private final int deviceIndex;

  /**
   * Steers, in the calling thread's namespace.
   *
   * @throws net.viaduct.io.IoFailure if the kernel refuses
   */
  TapSteering(
      IpAddress local, String tap, int tapIndex, String device, int deviceIndex, Set<Door> doors) {
    this.local = local;
    this.tap = tap;
    this.tapIndex = tapIndex;
    this.device = device;
    this.deviceIndex = deviceIndex;
    table = NetlinkSocket.openIngressTable("viaduct-" + tap);
    try {
      doors(doors);
    } catch (RuntimeException e) {
      table.close();
      throw e;
    }
  }

  /** Whether it leads to this device. */
  boolean isAt(String name, int index) {
    return deviceIndex == index && device.equals(name);
  }

  /**
   * Takes packets to these doors from now on.
   *
   * @throws net.viaduct.io.IoFailure if the kernel refuses: then it is as before
   */
  void doors(Set<Door> doors) {
    List<IngressRule> in = new ArrayList<>();
    for (Door door : doors) {
      if (door.transport() == Transport.UDP) {
        in.add(to(door.port()));
      }
    }
    table.chains(
        List.of(
            new IngressTable.Chain(device, in),
            new IngressTable.Chain(tap, List.of(IngressRule.forwardTo(deviceIndex)))));
  }

  private IngressRule to(int port) {
    byte[] destinationPort = {(byte) (port >>> 8), (byte) port};
    IngressRule rule = IngressRule.forwardTo(tapIndex).ifToThisHost();
    if (local.isIpv4()) {
      return rule.ifEtherType(EtherType.IPV4)
          .ifNetwork(0, (byte) 0x45)
          .ifNetworkBitsClear(FLAGS_AND_OFFSET, (byte) 0x3f, (byte) 0xff)
          .ifNetwork(PROTOCOL, (byte) IpProtocol.UDP)
          .ifNetwork(DESTINATION, local.toBytes())
          .ifNetwork(IPV4_BYTES + SOURCE_PORT_BYTES, destinationPort);
    }
    return rule.ifEtherType(EtherType.IPV6)
        .ifNetwork(NEXT_HEADER_6, (byte) IpProtocol.UDP)
        .ifNetwork(DESTINATION_6, local.toBytes())
        .ifNetwork(IPV6_BYTES + SOURCE_PORT_BYTES, destinationPort);
  }

  @Override
  public void close() {
    table.close();
  }
}
