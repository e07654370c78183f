package net.viaduct.vtep.counting;

import java.util.Locale;

/** What is counted for each worker, besides what it counts for networks, ports and remotes. */
public enum WorkerCounter {
  /** Frames and datagrams that it forwarded. */
  FORWARDED_FRAMES,
  /** Those that it handed over to the data-path thread, which counts as received by that. */
  HANDED_OVER_FRAMES;

  /** The name of the counter: {@code forwarded-frames}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its index in a block of counters. */
  @SuppressWarnings("EnumOrdinal") // the layout is made from the constants in their order
  public int index() {
    return ordinal();
  }
}
