package net.viaduct.lab.link;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.linux.MappedMemory;
import net.viaduct.io.linux.PunctualThread;
import net.viaduct.queueing.tree.PreparedTree;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.CommandQueue;
import net.viaduct.runtime.Counters;
import net.viaduct.runtime.NanoClock;

/**
 * Carries emulated links. Owned by its thread from its first cycle on; until then by who adds the
 * links.
 */
public final class LinkCarrier implements Agent {
  private static final int BATCH_FRAMES = 32;
  private static final int MOST_COMMANDS = 16;
  private static final long LONGEST_WAIT_NS = 100_000_000;

  private final Readiness readiness;
  private final NanoClock clock;
  private final Counters counters;
  private final CommandQueue<Runnable> commands;
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
   * @param counters where queues count
   */
  public LinkCarrier(Readiness readiness, NanoClock clock, Counters counters) {
    this.readiness = readiness;
    this.clock = clock;
    this.counters = counters;
    commands = new CommandQueue<>(MOST_COMMANDS, readiness::wake);
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

  /**
   * One direction of a link.
   *
   * @param name unique; in front of the names of its queues
   * @param counters where it counts
   */
  public record Direction(String name, LinkShape shape, LinkCounters counters) {}

  /**
   * Goes on with other shapes, while frames are under way; of those that wait none is lost, and
   * those of a flow keep their order. One thread at a time, which is not the carrier's.
   *
   * @param shapes one for each direction, in the order in which they were added
   * @return false if it has too much to do; nothing is changed then
   * @throws IllegalArgumentException if one cannot be; nothing is changed then
   */
  public boolean offerShapes(List<LinkShape> shapes) {
    if (shapes.size() != directions.size()) {
      throw new IllegalArgumentException("there are other links than before");
    }
    List<PreparedTree> trees = new ArrayList<>();
    for (int i = 0; i < directions.size(); i++) {
      trees.add(directions.get(i).prepare(shapes.get(i)));
    }
    return commands.offer(() -> {
      long now = clock.nanoTime();
      for (int i = 0; i < directions.size(); i++) {
        directions.get(i).change(shapes.get(i), trees.get(i), now);
      }
    });
  }

  private void addDirection(Port in, Port out, Direction what, long seed) {
    readiness.add(in, directions.size());
    ports.add(in);
    directions.add(new LinkDirection(in, out, what, counters, seed));
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
    commands.drain(Runnable::run, MOST_COMMANDS);
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
