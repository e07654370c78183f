package net.viaduct.vtep;

import java.util.List;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.Underlay;
import net.viaduct.io.UnderlayLane;
import net.viaduct.io.memory.MemorySource;
import net.viaduct.wire.IpAddress;

/** An underlay that gives the same datagrams over and over and takes everything. */
final class EndlessUnderlay implements Underlay, MemorySource {
  EndlessFrames datagrams = new EndlessFrames();
  int trainOf;
  SendResult result = SendResult.SENT;
  int fullEvery;
  private int calls;
  IpAddress source = IpAddress.parse("10.77.0.2");
  private final List<UnderlayLane> lanes;

  /** An underlay with these lanes of further threads, of which each gives datagrams of its own. */
  EndlessUnderlay(EndlessUnderlay... lanes) {
    this.lanes = List.of(lanes);
  }

  @Override
  public List<UnderlayLane> lanes() {
    return lanes;
  }

  @Override
  public Endpoint local() {
    return new Endpoint(IpAddress.parse("10.77.0.1"), 4789);
  }

  @Override
  public int mtuBytes() {
    return 1500;
  }

  @Override
  public boolean isReady() {
    return datagrams.hasNext();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    int count = datagrams.fill(batch);
    for (int i = 0; i < count; i++) {
      batch.frame(i).source(source.high(), source.low(), 50_000);
      batch.frame(i).arrived(0, 4789, true);
      batch.frame(i).train(trainOf);
    }
    return count;
  }

  @Override
  public void send(DatagramBatch batch) {
    boolean full = fullEvery > 0 && ++calls % fullEvery == 0;
    for (int i = 0; i < batch.size(); i++) {
      batch.result(i, full ? SendResult.FULL : result, full ? 0 : 1);
    }
  }

  @Override
  public void join(IpAddress group) {}

  @Override
  public void leave(IpAddress group) {}

  @Override
  public long lostInKernel() {
    return 0;
  }

  @Override
  public void close() {}
}
