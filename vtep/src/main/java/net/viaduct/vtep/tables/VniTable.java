package net.viaduct.vtep.tables;

import org.jspecify.annotations.Nullable;

/**
 * Networks by VNI, found without allocation. Changed by the data-path thread alone, while no worker
 * reads it.
 */
public final class VniTable {
  private static final int SMALLEST_CAPACITY = 16;

  private @Nullable Network[] buckets = new Network[SMALLEST_CAPACITY];
  private int size;

  /** An empty table. */
  public VniTable() {}

  /** The network with this VNI, or null. */
  public @Nullable Network find(int vni) {
    Network network = buckets[bucket(vni)];
    while (network != null && network.vni() != vni) {
      network = network.next;
    }
    return network;
  }

  /** Enters a network whose VNI is not there yet. */
  public void add(Network network) {
    if (size >= buckets.length) {
      grow();
    }
    link(network);
    size++;
  }

  /** Takes a network out. */
  public void remove(Network network) {
    int bucket = bucket(network.vni());
    Network at = buckets[bucket];
    if (at == network) {
      buckets[bucket] = network.next;
      size--;
      return;
    }
    while (at != null && at.next != network) {
      at = at.next;
    }
    if (at != null) {
      at.next = network.next;
      size--;
    }
  }

  private void grow() {
    @Nullable Network[] old = buckets;
    buckets = new Network[old.length * 2];
    for (Network first : old) {
      for (Network network = first; network != null; ) {
        Network following = network.next;
        link(network);
        network = following;
      }
    }
  }

  private void link(Network network) {
    int bucket = bucket(network.vni());
    network.next = buckets[bucket];
    buckets[bucket] = network;
  }

  private int bucket(int vni) {
    return ((vni * 0x9e37_79b9) >>> 8) & (buckets.length - 1);
  }
}
