package net.viaduct.queueing.discipline;

import net.viaduct.queueing.Discipline;
import net.viaduct.queueing.Packet;
import net.viaduct.queueing.PacketList;
import org.jspecify.annotations.Nullable;

/**
 * Nothing of a band goes while something in one before it may. Which band a packet is for was
 * decided when it was classified, by fields of which none has ECN's bits (R28). Owned by the thread
 * that owns the tree.
 */
public final class StrictPriority implements Discipline {
  private final Discipline[] bands;
  private final int[] bandOfLeaf;

  /**
   * Bands.
   *
   * @param bands the most urgent one first
   * @param bandOfLeaf the index of a band by the number of a leaf
   */
  public StrictPriority(Discipline[] bands, int[] bandOfLeaf) {
    this.bands = bands.clone();
    this.bandOfLeaf = bandOfLeaf.clone();
  }

  @Override
  public void enqueue(Packet packet, long nowNs, boolean admitted) {
    bands[bandOfLeaf[packet.leaf()]].enqueue(packet, nowNs, admitted);
  }

  @Override
  public @Nullable Packet dequeue(long nowNs) {
    for (Discipline band : bands) {
      if (!band.isEmpty()) {
        Packet packet = band.dequeue(nowNs);
        if (packet != null) {
          return packet;
        }
      }
    }
    return null;
  }

  @Override
  public boolean isEmpty() {
    for (Discipline band : bands) {
      if (!band.isEmpty()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public long waitNs(long nowNs) {
    long least = NOTHING_WAITS;
    for (Discipline band : bands) {
      least = Math.min(least, band.waitNs(nowNs));
    }
    return least;
  }

  @Override
  public void takeAll(PacketList into) {
    for (Discipline band : bands) {
      band.takeAll(into);
    }
  }

  /** The bands take over one by one, each under its name. */
  @Override
  public boolean takeOver(Discipline before) {
    return before instanceof StrictPriority;
  }
}
