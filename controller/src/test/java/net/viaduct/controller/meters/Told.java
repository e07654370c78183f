package net.viaduct.controller.meters;

import com.google.protobuf.ByteString;
import net.viaduct.protocol.Count;
import net.viaduct.protocol.DropMeter;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.NetworkMeter;
import net.viaduct.protocol.PortMeter;
import net.viaduct.protocol.RemoteMeter;
import net.viaduct.protocol.TrafficMeter;

/** What hosts of tests tell that they have counted. Stateless. */
public final class Told {
  private static final int UDP_PORT = 4789;
  private static final int FRAME_BYTES = 1_000;

  private Told() {}

  public static Count count(long frames) {
    return Count.newBuilder().setFrames(frames).setBytes(frames * FRAME_BYTES).build();
  }

  /** So many frames from ports into tunnels, half as many back. */
  public static TrafficMeter traffic(long frames, long dropped) {
    return TrafficMeter.newBuilder()
        .setFromPorts(count(frames))
        .setToRemotes(count(frames))
        .setFromRemotes(count(frames / 2))
        .setToPorts(count(frames / 2))
        .setDroppedFrames(dropped)
        .build();
  }

  public static RemoteMeter remote(String address, long sent, long received) {
    String[] parts = address.split("\\.");
    byte[] bytes = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      bytes[i] = (byte) Integer.parseInt(parts[i]);
    }
    return RemoteMeter.newBuilder()
        .setAddress(ByteString.copyFrom(bytes))
        .setPort(UDP_PORT)
        .setSent(count(sent))
        .setReceived(count(received))
        .setSentDatagrams(sent)
        .setReceivedDatagrams(received)
        .build();
  }

  public static PortMeter port(String name, int vni, long received, long sent) {
    return PortMeter.newBuilder()
        .setName(name)
        .setVni(vni)
        .setReceived(count(received))
        .setSent(count(sent))
        .build();
  }

  /** A host with one network, one port, one remote and one reason for drops. */
  public static Meters host(double seconds, int vni, String port, String remote, long frames) {
    return Meters.newBuilder()
        .setRun(1_790_000_000_000L)
        .setClockNs((long) (seconds * 1e9))
        .setTotal(traffic(frames, frames / 100))
        .addNetworks(
            NetworkMeter.newBuilder().setVni(vni).setTraffic(traffic(frames, frames / 100)))
        .addPorts(port(port, vni, frames, frames / 2))
        .addRemotes(remote(remote, frames, frames / 2))
        .addDrops(DropMeter.newBuilder().setReason("no-flood-target").setFrames(frames / 100))
        .build();
  }
}
