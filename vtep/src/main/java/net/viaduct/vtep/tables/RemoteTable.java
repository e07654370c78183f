package net.viaduct.vtep.tables;

import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Remotes by underlay address, found without allocation. Changed by the data-path thread alone,
 * while no worker reads it.
 */
public final class RemoteTable {
  private static final int SMALLEST_CAPACITY = 64;

  private final long seed;
  private @Nullable Remote[] buckets = new Remote[SMALLEST_CAPACITY];
  private int size;

  /**
   * An empty table.
   *
   * @param seed makes the places of addresses unpredictable for those who forge them
   */
  public RemoteTable(long seed) {
    this.seed = seed;
  }

  /** The remote with this address, or null. */
  public @Nullable Remote find(long high, long low) {
    Remote remote = buckets[bucket(high, low)];
    while (remote != null && (remote.address().low() != low || remote.address().high() != high)) {
      remote = remote.next;
    }
    return remote;
  }

  /** The remote with this address, or null. */
  public @Nullable Remote find(IpAddress address) {
    return find(address.high(), address.low());
  }

  /** Enters a remote whose address is not there yet. */
  public void add(Remote remote) {
    if (size >= buckets.length) {
      grow();
    }
    link(remote);
    size++;
  }

  /** Takes a remote out. */
  public void remove(Remote remote) {
    int bucket = bucket(remote.address().high(), remote.address().low());
    Remote at = buckets[bucket];
    if (at == remote) {
      buckets[bucket] = remote.next;
      size--;
      return;
    }
    while (at != null && at.next != remote) {
      at = at.next;
    }
    if (at != null) {
      at.next = remote.next;
      size--;
    }
  }

  private void grow() {
    @Nullable Remote[] old = buckets;
    buckets = new Remote[old.length * 2];
    for (Remote first : old) {
      for (Remote remote = first; remote != null; ) {
        Remote following = remote.next;
        link(remote);
        remote = following;
      }
    }
  }

  private void link(Remote remote) {
    int bucket = bucket(remote.address().high(), remote.address().low());
    remote.next = buckets[bucket];
    buckets[bucket] = remote;
  }

  private int bucket(long high, long low) {
    long h = ((high ^ seed) * 0x9e37_79b9_7f4a_7c15L ^ low) * 0xd6e8_feb8_6659_fd93L;
    h ^= h >>> 32;
    return (int) ((h * 0x9e37_79b9_7f4a_7c15L) >>> 40) & (buckets.length - 1);
  }
}
