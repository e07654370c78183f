package net.viaduct.bench;

import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;

/** A port that always has a full batch of the same frame, and takes whatever it is given. */
final class SteadyPort implements Port {
  private final String name;
  private final SampleFrame frame;
  private final int lengthBytes;
  private long delivered;

  SteadyPort(String name, SampleFrame frame, int lengthBytes) {
    this.name = name;
    this.frame = frame;
    this.lengthBytes = lengthBytes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int mtuBytes() {
    return 1_500;
  }

  @Override
  public int receive(ReceiveBatch batch) {
    for (int i = 0; i < batch.capacity(); i++) {
      batch.frame(i).reset();
      batch.frame(i).lengthBytes(lengthBytes);
      frame.write(batch.frame(i).memory(), batch.frame(i).start());
    }
    return batch.capacity();
  }

  @Override
  public void send(SendBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      batch.result(i, SendResult.SENT);
    }
    delivered += batch.size();
  }

  /** How many frames it was given. */
  long delivered() {
    return delivered;
  }

  @Override
  public long lostInKernel() {
    return 0;
  }

  @Override
  public int[] descriptors() {
    return new int[0];
  }

  @Override
  public void close() {}
}
