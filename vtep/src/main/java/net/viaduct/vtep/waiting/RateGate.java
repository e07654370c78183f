package net.viaduct.vtep.waiting;

import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.queueing.LinkOverhead;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.discipline.TokenBucket;
import net.viaduct.vtep.queue.RateSettings;
import net.viaduct.vtep.queue.SuperFrameCutter;

/**
 * How much may be taken from a port. Owned by the data-path thread. What was taken is paid
 * afterwards, so that the last frame may be larger than what was left.
 */
final class RateGate {
  private static final int SMALLEST_FRAME_BYTES = 64;

  private final RateSettings settings;
  private final TokenBucket bucket;
  private final LinkOverhead overhead;
  private final SuperFrameCutter cutter = new SuperFrameCutter();
  private final Packet packet = new Packet(0);
  private long filledNs;
  private int largestBytes = Frame.SLOT_BYTES;

  /** A gate through which a burst may go. */
  RateGate(RateSettings settings, long nowNs) {
    this.settings = settings;
    this.bucket = new TokenBucket(settings.rateBitsPerSecond(), settings.burstBytes());
    this.overhead = settings.overhead();
    this.filledNs = nowNs;
  }

  /** Goes on with what another one had left. */
  void takeOver(RateGate before) {
    bucket.takeOver(before.bucket);
    filledNs = before.filledNs;
    largestBytes = before.largestBytes;
  }

  /** What it lets through. */
  RateSettings settings() {
    return settings;
  }

  /** How many frames like the last ones may be taken now; 0 if none. */
  int room(long nowNs) {
    fill(nowNs);
    return bucket.mayBeSent() ? Math.clamp(bucket.bytes() / largestBytes, 1, Integer.MAX_VALUE) : 0;
  }

  /** How long nothing may be taken. */
  long waitNs(long nowNs) {
    fill(nowNs);
    return bucket.waitNs();
  }

  private void fill(long nowNs) {
    bucket.elapse(nowNs - filledNs);
    filledNs = nowNs;
  }

  /** Frames were taken. */
  void took(ReceiveBatch batch, int count) {
    int largest = SMALLEST_FRAME_BYTES;
    for (int i = 0; i < count; i++) {
      Frame frame = batch.frame(i);
      largest = Math.max(largest, frame.lengthBytes());
      bucket.charge(linkBytes(frame));
    }
    largestBytes = largest;
  }

  private int linkBytes(Frame frame) {
    if (!frame.offload().isSuperFrame() || !cutter.begin(frame)) {
      return overhead.linkBytes(frame.lengthBytes());
    }
    packet.frame(frame.memory(), frame.start(), frame.lengthBytes());
    packet.superFrame(cutter.headerBytes(), frame.offload().segmentBytes());
    return overhead.linkBytes(packet);
  }
}
