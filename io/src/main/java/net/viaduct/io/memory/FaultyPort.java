package net.viaduct.io.memory;

import java.lang.foreign.Arena;
import net.viaduct.io.Frame;
import net.viaduct.io.Pollable;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;

/**
 * A port to and from whose machine things go wrong. What is sent counts as sent when it enters the
 * line; what is due leaves it at the next call of {@link #receive} or {@link #send}. Owned by the
 * thread that owns the port.
 */
public final class FaultyPort implements Port, MemorySource {
  private static final int SCRATCH_FRAMES = 8;

  private final Port port;
  private final FaultyLine<MemoryFrame> fromMachine;
  private final FaultyLine<MemoryFrame> toMachine;
  private final ReceiveBatch scratch =
      new ReceiveBatch(
          Arena.ofAuto().allocate((long) SCRATCH_FRAMES * Frame.SLOT_BYTES, 64), SCRATCH_FRAMES);
  private final SendBatch outgoing = new SendBatch(SCRATCH_FRAMES);

  /** A port between which and its machine are these lines. */
  public FaultyPort(
      Port port, FaultyLine<MemoryFrame> fromMachine, FaultyLine<MemoryFrame> toMachine) {
    this.port = port;
    this.fromMachine = fromMachine;
    this.toMachine = toMachine;
  }

  @Override
  public int receive(ReceiveBatch batch) {
    release();
    int count;
    do {
      count = port.receive(scratch);
      for (int i = 0; i < count; i++) {
        fromMachine.enter(MemoryFrame.copyOf(scratch.frame(i)));
      }
    } while (count > 0);
    int filled = 0;
    while (filled < batch.capacity()) {
      MemoryFrame frame = fromMachine.leave();
      if (frame == null) {
        break;
      }
      frame.copyTo(batch.frame(filled++));
    }
    return filled;
  }

  @Override
  public void send(SendBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      toMachine.enter(MemoryFrame.copyOf(batch, i));
      batch.result(i, SendResult.SENT);
    }
    release();
  }

  private void release() {
    while (toMachine.isDue()) {
      for (int i = 0; i < SCRATCH_FRAMES; i++) {
        MemoryFrame frame = toMachine.leave();
        if (frame != null) {
          frame.copyTo(scratch.frame(i));
          outgoing.add(scratch.frame(i));
        }
      }
      port.send(outgoing);
      outgoing.clear();
    }
  }

  @Override
  public boolean isReady() {
    return fromMachine.isDue()
        || toMachine.isDue()
        || (port instanceof MemorySource source && source.isReady());
  }

  @Override
  public int[] descriptors() {
    return ((Pollable) port).descriptors();
  }

  @Override
  public String name() {
    return port.name();
  }

  @Override
  public int mtuBytes() {
    return port.mtuBytes();
  }

  @Override
  public long lostInKernel() {
    return port.lostInKernel();
  }

  @Override
  public void close() {
    port.close();
  }
}
