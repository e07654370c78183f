package net.viaduct.lab.link;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.Stream;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.runtime.CounterLayout;

/**
 * What one direction of a link counts. What came, and was duplicated, and did not leave or was not
 * dropped, is under way. Written by the thread that carries the link, read by any.
 */
public final class LinkCounters {
  /** What a block for a direction has. */
  public static final CounterLayout LAYOUT =
      new CounterLayout(
          "link",
          Stream.concat(
                  Stream.of(
                      "received-frames",
                      "received-bytes",
                      "sent-frames",
                      "sent-bytes",
                      "duplicated-frames",
                      "reordered-frames",
                      "late-frames"),
                  LinkDrop.ALL.stream().map(drop -> "drop-" + drop.label()))
              .toList());

  /** A frame that leaves later than this after its time counts as late. */
  public static final long LATE_NS = 100_000;

  private static final int RECEIVED = 0;
  private static final int SENT = 2;
  private static final int DUPLICATED = 4;
  private static final int REORDERED = 5;
  private static final int LATE = 6;
  private static final int BEFORE_DROPS = 6; // codes begin with 1

  private final CounterBlock block;

  /** Counters in a block of {@link #LAYOUT}. */
  public LinkCounters(CounterBlock block) {
    this.block = block;
  }

  /** Counters that nobody but this process sees. */
  public static LinkCounters unlisted(String label) {
    List<String> names = LAYOUT.names();
    return new LinkCounters(
        new CounterBlock(MemorySegment.ofArray(new long[names.size()]), LAYOUT, label));
  }

  void received(int bytes) {
    block.add(RECEIVED, 1);
    block.add(RECEIVED + 1, bytes);
  }

  void sent(int bytes) {
    block.add(SENT, 1);
    block.add(SENT + 1, bytes);
  }

  void duplicated() {
    block.add(DUPLICATED, 1);
  }

  void reordered() {
    block.add(REORDERED, 1);
  }

  void late() {
    block.add(LATE, 1);
  }

  void dropped(LinkDrop reason) {
    block.add(BEFORE_DROPS + reason.code(), 1);
  }

  /** Frames that came. */
  public long receivedFrames() {
    return block.get(RECEIVED);
  }

  /** Frames that left. */
  public long sentFrames() {
    return block.get(SENT);
  }

  /** Bytes that left. */
  public long sentBytes() {
    return block.get(SENT + 1);
  }

  /** Frames that were made a second time. */
  public long duplicatedFrames() {
    return block.get(DUPLICATED);
  }

  /** Frames that went ahead of others. */
  public long reorderedFrames() {
    return block.get(REORDERED);
  }

  /** Frames that left more than {@link #LATE_NS} after their time: the emulation was not exact. */
  public long lateFrames() {
    return block.get(LATE);
  }

  /** Frames that did not leave, for one reason. */
  public long droppedFrames(LinkDrop reason) {
    return block.get(BEFORE_DROPS + reason.code());
  }
}
