package net.viaduct.queueing.discipline;

import net.viaduct.queueing.Packet;
import net.viaduct.wire.ip.Ecn;
import net.viaduct.wire.ip.InnerTrafficClass;

/**
 * Tells the receiver of a packet that it met congestion (RFC 3168), in the outermost IP header:
 * what unpacks a tunnel brings it inside (RFC 6040). Stateless; nothing is allocated.
 */
final class EcnMarker {
  private EcnMarker() {}

  /** Marks a packet; false if its sender does not speak ECN, or it is no IP packet. */
  static boolean mark(Packet packet) {
    if (packet.ipOffset() == Packet.NO_IP) {
      return false;
    }
    long ipAt = packet.start() + packet.ipOffset();
    int trafficClass = InnerTrafficClass.read(packet.memory(), ipAt);
    int codePoint = Ecn.of(trafficClass);
    if (codePoint == Ecn.NOT_ECT) {
      return false;
    }
    if (codePoint != Ecn.CE) {
      InnerTrafficClass.write(packet.memory(), ipAt, Ecn.set(trafficClass, Ecn.CE));
    }
    return true;
  }
}
