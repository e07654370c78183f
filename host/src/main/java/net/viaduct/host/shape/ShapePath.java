package net.viaduct.host.shape;

import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import net.viaduct.io.Frame;
import net.viaduct.io.Readiness;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.CommandQueue;
import net.viaduct.runtime.NanoClock;

/**
 * The data path of a shaper: both directions on one thread, which owns ports, queues and store. Its
 * commands run between two batches.
 */
final class ShapePath implements Agent {
  static final int BATCH_FRAMES = 64;

  private static final int MOST_COMMANDS = 16;
  private static final long IDLE_WAIT_NS = 100_000_000;
  private static final int UPLOAD = 0;
  private static final int ROUNDS = 4;

  private final Lane upload;
  private final Lane download;
  private final Readiness readiness;
  private final NanoClock clock;
  private final ReceiveBatch received;
  private final Runnable onClose;
  private final int[] ready = new int[2];
  private final Consumer<Command> run;
  private final CommandQueue<Command> commands;
  private long nowNs;

  /** Something to be done between two batches. */
  @FunctionalInterface
  interface Command {
    /**
     * Does it, on the data path's thread.
     *
     * @param nowNs by the data path's clock
     */
    void run(long nowNs);
  }

  /**
   * A data path.
   *
   * @param memory of {@link #bytes} bytes for what is being received
   * @param readiness tells of the port where uploads come from as 0, of the other as 1
   * @param onClose gives back what it uses, on its thread
   */
  ShapePath(
      Lane upload,
      Lane download,
      MemorySegment memory,
      Readiness readiness,
      NanoClock clock,
      Runnable onClose) {
    this.upload = upload;
    this.download = download;
    this.readiness = readiness;
    this.clock = clock;
    this.onClose = onClose;
    received = new ReceiveBatch(memory, BATCH_FRAMES);
    commands = new CommandQueue<>(MOST_COMMANDS, readiness::wake);
    run = command -> command.run(nowNs);
  }

  /** How much memory it needs. */
  static long bytes() {
    return (long) BATCH_FRAMES * Frame.SLOT_BYTES;
  }

  /**
   * Hands over something to be done between two batches. Any thread.
   *
   * @return false if too much waits already
   */
  boolean offer(Command command) {
    return commands.offer(command);
  }

  @Override
  public String roleName() {
    return "shape";
  }

  @Override
  public int doWork() {
    long waitNs = Math.min(upload.waitNs(nowNs), download.waitNs(nowNs));
    int count = readiness.await(ready, Math.min(IDLE_WAIT_NS, waitNs));
    nowNs = clock.nanoTime();
    int done = commands.drain(run, MOST_COMMANDS);
    for (int i = 0; i < count; i++) {
      done += (ready[i] == UPLOAD ? upload : download).receive(received, nowNs);
    }
    for (int round = 0; round < ROUNDS; round++) {
      int sent = upload.send(nowNs) + download.send(nowNs);
      done += sent;
      if (sent == 0) {
        break;
      }
    }
    return done;
  }

  @Override
  public void wake() {
    readiness.wake();
  }

  @Override
  public void onClose() {
    onClose.run();
  }
}
