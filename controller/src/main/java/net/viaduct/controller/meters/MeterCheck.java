package net.viaduct.controller.meters;

import java.util.Optional;
import java.util.regex.Pattern;
import net.viaduct.protocol.Count;
import net.viaduct.protocol.DropMeter;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.NetworkMeter;
import net.viaduct.protocol.PortMeter;
import net.viaduct.protocol.RemoteMeter;
import net.viaduct.protocol.TrafficMeter;

/**
 * Whether a host can have counted what it tells, and whether there is room for it: what a host says
 * is kept and shown, so it is bounded. Stateless.
 */
final class MeterCheck {
  static final int MOST_NETWORKS = 1_000;
  static final int MOST_PORTS = 1_000;
  static final int MOST_REMOTES = 200;
  static final int MOST_REASONS = 200;
  static final int MOST_BYTES = 256 << 10;

  private static final int LARGEST_VNI = 0xff_ffff;
  private static final int LARGEST_PORT = 65_535;
  private static final long LARGEST_COUNT = 1L << 60;
  private static final Pattern PORT_NAME = Pattern.compile("[!-~]{1,63}");
  private static final Pattern REASON = Pattern.compile("[a-z0-9-]{1,63}");

  private MeterCheck() {}

  /** What is wrong; nothing if it can be so. */
  static Optional<String> mistakeIn(Meters meters) {
    if (meters.getNetworksCount() > MOST_NETWORKS
        || meters.getPortsCount() > MOST_PORTS
        || meters.getRemotesCount() > MOST_REMOTES
        || meters.getDropsCount() > MOST_REASONS
        || meters.getSerializedSize() > MOST_BYTES) {
      return Optional.of("more than there is room for");
    }
    boolean isRight =
        isRight(meters.getTotal())
            && meters.getNetworksList().stream().allMatch(MeterCheck::isRight)
            && meters.getPortsList().stream().allMatch(MeterCheck::isRight)
            && meters.getRemotesList().stream().allMatch(MeterCheck::isRight)
            && meters.getDropsList().stream().allMatch(MeterCheck::isRight);
    return isRight ? Optional.empty() : Optional.of("a name, an address or a count is none");
  }

  private static boolean isRight(NetworkMeter network) {
    return isVni(network.getVni()) && isRight(network.getTraffic());
  }

  private static boolean isRight(PortMeter port) {
    return PORT_NAME.matcher(port.getName()).matches()
        && isVni(port.getVni())
        && isRight(port.getReceived())
        && isRight(port.getSent())
        && isCount(port.getDroppedFrames());
  }

  private static boolean isRight(RemoteMeter remote) {
    int bytes = remote.getAddress().size();
    return (bytes == 4 || bytes == 16)
        && remote.getPort() >= 0
        && remote.getPort() <= LARGEST_PORT
        && isRight(remote.getReceived())
        && isRight(remote.getSent())
        && isCount(remote.getReceivedDatagrams())
        && isCount(remote.getSentDatagrams())
        && isCount(remote.getDroppedFrames());
  }

  private static boolean isRight(DropMeter drop) {
    return REASON.matcher(drop.getReason()).matches() && isCount(drop.getFrames());
  }

  private static boolean isRight(TrafficMeter traffic) {
    return isRight(traffic.getFromPorts())
        && isRight(traffic.getToPorts())
        && isRight(traffic.getFromRemotes())
        && isRight(traffic.getToRemotes())
        && isCount(traffic.getDroppedFrames());
  }

  private static boolean isRight(Count count) {
    return isCount(count.getFrames()) && isCount(count.getBytes());
  }

  private static boolean isCount(long value) {
    return value >= 0 && value < LARGEST_COUNT;
  }

  private static boolean isVni(int vni) {
    return vni > 0 && vni <= LARGEST_VNI;
  }
}
