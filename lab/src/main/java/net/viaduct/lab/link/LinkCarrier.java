package net.viaduct.lab.link;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.linux.MappedMemory;
import net.viaduct.io.linux.PunctualThread;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.NanoClock;

/**
 * Carries emulated links. Owned by its thread from its first cycle on; until then by who adds the
 * links.
 */
public final class LinkCarrier implements Agent {
  private static final int BATCH_FRAMES = 32;
  private static final long LONGEST_WAIT_NS = 100_000_000;

  private final Readiness readiness;
  private final NanoClock clock;
  private final MappedMemory memory = new MappedMemory((long) BATCH_FRAMES * Frame.SLOT_BYTES);
  private final ReceiveBatch batch = new ReceiveBatch(memory.segment(), BATCH_FRAMES);
  private final List<LinkDirection> directions = new ArrayList<>();
  private final List<Port> ports = new ArrayList<>();
  private int[] ready = new int[0];
  private boolean begun;

  /**
   * Carries nothing yet.
   *
   * @param readiness closed with this
   */
  public LinkCarrier(Readiness readiness, NanoClock clock) {
    this.readiness = readiness;
    this.clock = clock;
  }

  /**
   * Adds a link between two ports, which are closed with this.
   *
   * @param up from the first to the second
   * @param down from the second to the first
   * @param seed of what happens by chance
   */
  public void add(Port first, Port second, Direction up, Direction down, long seed) {
    addDirection(first, second, up, seed);
    addDirection(second, first, down, seed + 1);
    ready = new int[directions.size()];
  }

  /** The shape of a direction, and where it counts. */
  public record Direction(LinkShape shape, LinkCounters counters) {}

  private void addDirection(Port in, Port out, Direction what, long seed) {
    readiness.add(in, directions.size());
    ports.add(in);
    directions.add(new LinkDirection(in, out, what.shape(), what.counters(), seed));
  }

  @Override
  public String roleName() {
    return "links";
  }

  @Override
  public int doWork() {
    if (!begun) {
      begun = true;
      PunctualThread.become();
    }
    int count = readiness.await(ready, waitNs(clock.nanoTime()));
    long now = clock.nanoTime();
    int done = 0;
    for (int i = 0; i < count; i++) {
      done += directions.get(ready[i]).receive(batch, now);
    }
    for (int i = 0; i < directions.size(); i++) {
      done += directions.get(i).deliver(clock.nanoTime());
    }
    return done;
  }

  private long waitNs(long nowNs) {
    long wait = LONGEST_WAIT_NS;
    for (int i = 0; i < directions.size(); i++) {
      long next = directions.get(i).nextNs();
      if (next != LinkDirection.NEVER) {
        wait = Math.min(wait, next - nowNs);
      }
    }
    return Math.max(0, wait);
  }

  @Override
  public void wake() {
    readiness.wake();
  }

  @Override
  public void onClose() {
    readiness.close();
    ports.forEach(Port::close);
    directions.forEach(LinkDirection::close);
    memory.close();
  }
}
