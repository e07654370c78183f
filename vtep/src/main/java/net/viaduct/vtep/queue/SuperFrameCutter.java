package net.viaduct.vtep.queue;

import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.wire.nested.NestedSegmenter;

/**
 * Cuts a super-frame into frames before it is queued, so that nobody waits behind all of it. Owned
 * by the data-path thread; allocates nothing.
 */
public final class SuperFrameCutter {
  private final NestedSegmenter segmenter = new NestedSegmenter();

  /** A cutter without a frame. */
  public SuperFrameCutter() {}

  /** Looks at a frame; false if it is no super-frame, or none that can be cut here. */
  public boolean begin(Frame frame) {
    Offload offload = frame.offload();
    return offload.isSuperFrame()
        && segmenter.begin(
            frame.memory(),
            frame.start(),
            frame.lengthBytes(),
            offload.segmentationStart(),
            offload.segmentBytes());
  }

  /** Bytes of headers that each frame will have. */
  public int headerBytes() {
    return segmenter.headerBytes();
  }

  /** How many frames it becomes. */
  public int count() {
    return segmenter.segmentCount();
  }

  /** How long one of them will be. */
  public int lengthBytes(int index) {
    return segmenter.headerBytes() + segmenter.payloadBytes(index);
  }

  /** Writes one of them, with nothing left to be done to it; it belongs where the whole does. */
  public void write(int index, Frame whole, Frame into) {
    into.reset();
    into.lengthBytes(lengthBytes(index));
    into.group(whole.group(), whole.isPolicyApplied());
    into.serviceClass(whole.serviceClass());
    into.innerTrafficClass(whole.innerTrafficClass());
    segmenter.write(index, into.memory(), into.start());
  }
}
