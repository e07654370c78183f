package net.viaduct.vtep.ingress;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.counting.Tally;
import net.viaduct.vtep.counting.TrafficCounter;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.encapsulation.TunnelHeader;
import net.viaduct.vtep.forward.FrameRules;
import net.viaduct.vtep.tables.Network;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.ip.Ecn;
import net.viaduct.wire.ip.InnerTrafficClass;
import net.viaduct.wire.tunnel.TunnelEcn;
import org.jspecify.annotations.Nullable;

/**
 * Takes the inner frame out of a datagram, and leaves in it what the outer header has to tell: the
 * group of the sender, marks of congestion, the class. Owned by the thread that works at the
 * frames.
 */
final class Decapsulator {
  private final Tally tally;

  Decapsulator(Tally tally) {
    this.tally = tally;
  }

  /** Strips the tunnel header; why the inner frame does not go on, or null. */
  @Nullable DropReason decapsulate(Frame frame, TunnelHeader header, Network network) {
    frame.strip(header.sizeBytes());
    if (!EthernetHeader.fits(frame.lengthBytes())) {
      return DropReason.INNER_FRAME_TOO_SHORT;
    }
    if (!header.mayHoldTags()
        && EtherType.isVlan(EthernetHeader.etherType(frame.memory(), frame.start()))) {
      return DropReason.TAGGED_FRAME;
    }
    if (network.stripsTags()) {
      FrameRules.stripPriority(frame);
    }
    DropReason refusal = FrameRules.check(frame, network);
    if (refusal != null) {
      return refusal;
    }
    if (network.keepsGroups()) {
      frame.group(header.group(), header.isPolicyApplied());
    }
    return takeTrafficClass(frame, network);
  }

  private @Nullable DropReason takeTrafficClass(Frame frame, Network network) {
    TrafficClassPolicy policy = network.trafficClass();
    int outer = frame.trafficClass();
    int offset = InnerTrafficClass.ipOffset(frame.memory(), frame.start(), frame.lengthBytes());
    if (offset < 0) {
      frame.serviceClass(policy.served(InnerTrafficClass.NONE, outer));
      return null;
    }
    long ipAt = frame.start() + offset;
    int inner = InnerTrafficClass.read(frame.memory(), ipAt);
    frame.innerTrafficClass(inner);
    frame.serviceClass(policy.served(inner, outer));
    if (TunnelEcn.isUnexpected(Ecn.of(inner), Ecn.of(outer))) {
      tally.noted(TrafficCounter.INGRESS_UNEXPECTED_ECN, network.counters());
    }
    int unwrapped = policy.unwrapped(inner, outer);
    if (unwrapped == TrafficClassPolicy.DROP) {
      return DropReason.CONGESTION_NOT_UNDERSTOOD;
    }
    if (unwrapped != inner) {
      InnerTrafficClass.write(frame.memory(), ipAt, unwrapped);
    }
    return null;
  }
}
