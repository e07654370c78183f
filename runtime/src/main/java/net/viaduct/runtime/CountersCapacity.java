package net.viaduct.runtime;

/**
 * How much a counters file has room for. The file is sparse: room costs memory when it is used.
 *
 * @param blocks how many blocks at the same time, 1 to 1,000,000
 * @param valueBytes bytes for all values: 8 for each counter, and each block rounded up to 64
 */
public record CountersCapacity(int blocks, long valueBytes) {
  /**
   * Room for as many networks, ports and remotes as a host may have: 16 MB if all of it is used.
   */
  public static final CountersCapacity DEFAULT = forBlocks(24_576);

  /** Checks the ranges. */
  public CountersCapacity {
    if (blocks < 1 || blocks > 1_000_000) {
      throw new IllegalArgumentException("counters for " + blocks + " blocks: 1 to 1000000");
    }
    if (valueBytes < CountersFormat.LINE_BYTES || valueBytes > 1L << 40) {
      throw new IllegalArgumentException(valueBytes + " bytes for values: 64 to 2^40");
    }
  }

  /** Room for blocks of 64 counters on average. */
  public static CountersCapacity forBlocks(int blocks) {
    return new CountersCapacity(blocks, blocks * 512L);
  }
}
