package net.viaduct.io;

import net.viaduct.wire.VlanTag;

/**
 * Frames on their way to one port, by reference, in order. Owned by the thread that sends; the
 * frames must not change until they were sent.
 *
 * <p>An entry may leave with a VLAN tag that its frame does not have: the tag is the entry's,
 * because other ports may get the same frame without it or with another one. The port puts it
 * behind the addresses, and shifts what the frame's {@link Offload} says by as much.
 */
public final class SendBatch {
  /** What {@link #tag} says of an entry that leaves as its frame is. */
  public static final int NO_TAG = 0;

  private final Frame[] frames;
  private final int[] tags;
  private final boolean[] replaced;
  private final SendResult[] results;
  private int size;

  /** An empty batch. */
  public SendBatch(int capacity) {
    frames = new Frame[capacity];
    tags = new int[capacity];
    replaced = new boolean[capacity];
    results = new SendResult[capacity];
  }

  /** Appends a frame; false if the batch is full and has to be sent first. */
  public boolean add(Frame frame) {
    return add(frame, NO_TAG, false);
  }

  /**
   * Appends a frame that leaves with a VLAN tag more, or with another one.
   *
   * @param tag TPID in the upper and TCI in the lower 16 bits, as they go on the wire; {@link
   *     #NO_TAG} for none
   * @param replacesFirst whether the tag goes in the place of the frame's first one, which must be
   *     there; with {@link #NO_TAG} that one is left out
   * @return false if the batch is full and has to be sent first
   */
  public boolean add(Frame frame, int tag, boolean replacesFirst) {
    if (size == frames.length) {
      return false;
    }
    frames[size] = frame;
    tags[size] = tag;
    replaced[size] = replacesFirst;
    results[size++] = SendResult.FAILED;
    return true;
  }

  /** How many frames there are. */
  public int size() {
    return size;
  }

  /** A frame of the batch. */
  public Frame frame(int index) {
    return frames[index];
  }

  /** The VLAN tag that an entry gets, TPID and TCI; {@link #NO_TAG} for none. */
  public int tag(int index) {
    return tags[index];
  }

  /** How many bytes of its frame, directly behind the addresses, an entry leaves out: 0 or 4. */
  public int leftOutBytes(int index) {
    return replaced[index] ? VlanTag.SIZE_BYTES : 0;
  }

  /** By how much an entry is longer than its frame: -4, 0 or 4 bytes. */
  public int growthBytes(int index) {
    return (tags[index] == NO_TAG ? 0 : VlanTag.SIZE_BYTES) - leftOutBytes(index);
  }

  /** Whether an entry leaves exactly as its frame is. */
  public boolean isAsItIs(int index) {
    return tags[index] == NO_TAG && !replaced[index];
  }

  /** How many bytes of an entry leave. */
  public int lengthBytes(int index) {
    return frames[index].lengthBytes() + growthBytes(index);
  }

  /** What became of a frame, once it was sent. */
  public SendResult result(int index) {
    return results[index];
  }

  /** Told by the port for each frame. */
  public void result(int index, SendResult value) {
    results[index] = value;
  }

  /** Forgets the frames. */
  public void clear() {
    size = 0;
  }
}
