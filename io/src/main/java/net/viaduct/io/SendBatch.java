package net.viaduct.io;

/**
 * Frames on their way to one port, by reference, in order. Owned by the thread that sends; the
 * frames must not change until they were sent.
 */
public final class SendBatch {
  private final Frame[] frames;
  private final SendResult[] results;
  private int size;

  /** An empty batch. */
  public SendBatch(int capacity) {
    frames = new Frame[capacity];
    results = new SendResult[capacity];
  }

  /** Appends a frame; false if the batch is full and has to be sent first. */
  public boolean add(Frame frame) {
    if (size == frames.length) {
      return false;
    }
    frames[size] = frame;
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
