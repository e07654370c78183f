package net.viaduct.vtep;

import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.memory.MemorySource;

/** A port that gives the same frames over and over and takes everything, without allocation. */
final class EndlessPort implements Port, MemorySource {
  final EndlessFrames frames;
  SendResult result = SendResult.SENT;
  private final String name;

  EndlessPort(String name, byte[]... frames) {
    this.name = name;
    this.frames = new EndlessFrames(frames);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int mtuBytes() {
    return 1500;
  }

  @Override
  public boolean isReady() {
    return frames.hasNext();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return frames.fill(batch);
  }

  @Override
  public void send(SendBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      batch.result(i, result);
    }
  }

  @Override
  public long lostInKernel() {
    return 0;
  }

  @Override
  public void close() {}
}
