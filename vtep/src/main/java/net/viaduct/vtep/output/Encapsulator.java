package net.viaduct.vtep.output;

import net.viaduct.io.Frame;
import net.viaduct.vtep.encapsulation.Encapsulation;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.tables.Network;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.ip.InnerTrafficClass;
import org.jspecify.annotations.Nullable;

/**
 * Writes tunnel headers into the headroom directly in front of frames, each once for all targets
 * that take the same. Owned by the thread that works at the frames.
 */
final class Encapsulator {
  private @Nullable Frame frame;
  private @Nullable Encapsulation encapsulation;
  private int trafficClass;

  Encapsulator() {}

  /** Whether a frame may be wrapped so. */
  static boolean canCarry(Encapsulation how, Frame frame) {
    return how.carriesTags()
        || !EtherType.isVlan(EthernetHeader.etherType(frame.memory(), frame.start()));
  }

  /**
   * Whether this frame has another header in front that waits to be sent, and so must go first. The
   * copies of a frame are offered in a row.
   */
  boolean wouldOverwrite(Frame next, Encapsulation how) {
    return next == frame && how != encapsulation;
  }

  /**
   * Writes the header, unless it is there; the frame itself stays as it is.
   *
   * @param ofPort what the port that it came from says of classes; null if its network decides
   */
  void encapsulate(
      Network network,
      Encapsulation how,
      Frame next,
      int flowHash,
      @Nullable TrafficClassPolicy ofPort) {
    if (next == frame) {
      return;
    }
    how.write(next, network.vni(), network.tellsFlows() ? flowHash : 0);
    frame = next;
    encapsulation = how;
    int offset = InnerTrafficClass.ipOffset(next.memory(), next.start(), next.lengthBytes());
    int inner =
        offset < 0
            ? InnerTrafficClass.NONE
            : InnerTrafficClass.read(next.memory(), next.start() + offset);
    TrafficClassPolicy ofNetwork = network.trafficClass();
    trafficClass = ofPort == null ? ofNetwork.outer(inner) : ofPort.outer(inner, ofNetwork.ecn());
  }

  /** The traffic class of the outer header of the frame that was encapsulated last. */
  int trafficClass() {
    return trafficClass;
  }

  /** All that waited was sent. */
  void clear() {
    frame = null;
    encapsulation = null;
  }
}
