package net.viaduct.io.linux;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;

/** Trains of datagrams, one by one. Stateless. */
final class Datagrams {
  private Datagrams() {}

  /** All that was received, those of trains too; right as long as the batch is. */
  static List<Frame> of(ReceiveBatch batch, int count) {
    List<Frame> single = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batch.frame(i).forEachDatagram(single::add);
    }
    return single;
  }
}
