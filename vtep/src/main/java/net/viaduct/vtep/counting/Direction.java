package net.viaduct.vtep.counting;

import static net.viaduct.vtep.counting.TrafficCounter.*;

/** Which way a frame goes, and the counters of that way. */
public enum Direction {
  /** From a port: to ports and to the underlay. */
  EGRESS(
      EGRESS_RECEIVED_FRAMES,
      EGRESS_REPLICAS,
      EGRESS_UNICAST_FRAMES,
      EGRESS_FLOODED_FRAMES,
      EGRESS_DELIVERED_FRAMES,
      EGRESS_DROPPED_FRAMES,
      EGRESS_CONSUMED_FRAMES,
      EGRESS_ORIGINATED_FRAMES,
      EGRESS_CUT_FRAMES,
      EGRESS_QUEUED_FRAMES,
      EGRESS_UNQUEUED_FRAMES),
  /** From the underlay: to ports only. */
  INGRESS(
      INGRESS_RECEIVED_FRAMES,
      INGRESS_REPLICAS,
      INGRESS_UNICAST_FRAMES,
      INGRESS_FLOODED_FRAMES,
      INGRESS_DELIVERED_FRAMES,
      INGRESS_DROPPED_FRAMES,
      INGRESS_CONSUMED_FRAMES,
      INGRESS_ORIGINATED_FRAMES,
      INGRESS_CUT_FRAMES,
      INGRESS_QUEUED_FRAMES,
      INGRESS_UNQUEUED_FRAMES);

  final int receivedFrames;
  final int receivedBytes;
  final int replicas;
  final int unicastFrames;
  final int floodedFrames;
  final int deliveredFrames;
  final int deliveredBytes;
  final int droppedFrames;
  final int consumedFrames;
  final int originatedFrames;
  final int cutFrames;
  final int queuedFrames;
  final int unqueuedFrames;

  Direction(
      TrafficCounter received,
      TrafficCounter replicas,
      TrafficCounter unicast,
      TrafficCounter flooded,
      TrafficCounter delivered,
      TrafficCounter dropped,
      TrafficCounter consumed,
      TrafficCounter originated,
      TrafficCounter cut,
      TrafficCounter queued,
      TrafficCounter unqueued) {
    this.receivedFrames = received.index();
    this.receivedBytes = receivedFrames + 1;
    this.replicas = replicas.index();
    this.unicastFrames = unicast.index();
    this.floodedFrames = flooded.index();
    this.deliveredFrames = delivered.index();
    this.deliveredBytes = deliveredFrames + 1;
    this.droppedFrames = dropped.index();
    this.consumedFrames = consumed.index();
    this.originatedFrames = originated.index();
    this.cutFrames = cut.index();
    this.queuedFrames = queued.index();
    this.unqueuedFrames = unqueued.index();
  }
}
