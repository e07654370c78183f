package net.viaduct.lab.link;

/** First in, first out, up to a limit. Owned by the thread that carries the link. */
final class FifoQueue implements LinkQueue {
  private static final int MASK = FrameStore.MOST_FRAMES - 1;

  private final QueueShape.Fifo shape;
  private final FrameStore frames;
  private final Drops drops;
  private final int[] slots = new int[FrameStore.MOST_FRAMES];
  private int head;
  private int size;
  private long bytes;

  FifoQueue(QueueShape.Fifo shape, FrameStore frames, Drops drops) {
    this.shape = shape;
    this.frames = frames;
    this.drops = drops;
  }

  @Override
  public void enqueue(int slot, long nowNs) {
    int length = frames.lengthBytes(slot);
    if (size >= shape.packets() || bytes + length > shape.bytes()) {
      drops.dropped(slot);
      return;
    }
    slots[head + size++ & MASK] = slot;
    bytes += length;
  }

  @Override
  public int dequeue(long nowNs) {
    if (size == 0) {
      return FrameStore.NONE;
    }
    int slot = slots[head];
    head = head + 1 & MASK;
    size--;
    bytes -= frames.lengthBytes(slot);
    return slot;
  }

  @Override
  public boolean isEmpty() {
    return size == 0;
  }
}
