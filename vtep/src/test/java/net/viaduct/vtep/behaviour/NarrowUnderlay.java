package net.viaduct.vtep.behaviour;

import java.util.function.IntSupplier;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.PathError;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.Underlay;
import net.viaduct.io.memory.MemorySource;
import net.viaduct.wire.IpAddress;

/**
 * An underlay behind whose device the path is narrower: what does not fit vanishes without a word.
 * Owned by the thread that owns the underlay.
 */
public final class NarrowUnderlay implements Underlay, MemorySource {
  private static final int IPV4_AND_UDP_BYTES = 28;

  private final Underlay underlay;
  private final IntSupplier pathMtuBytes;
  private final DatagramBatch passing = new DatagramBatch(256);

  /** The path's MTU may change. */
  public NarrowUnderlay(Underlay underlay, IntSupplier pathMtuBytes) {
    this.underlay = underlay;
    this.pathMtuBytes = pathMtuBytes;
  }

  @Override
  public void send(DatagramBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      int bytes = IPV4_AND_UDP_BYTES + batch.headerBytes(i) + largest(batch.frame(i));
      if (bytes <= pathMtuBytes.getAsInt()) {
        passing.add(batch.frame(i), batch.headerBytes(i), batch.destination(i), batch.flowHash(i));
        underlay.send(passing);
        batch.result(i, passing.result(0), passing.datagrams(0), 0);
        passing.clear();
      } else {
        batch.result(i, SendResult.SENT, 1);
      }
    }
  }

  private static int largest(Frame frame) {
    return frame.offload().isSuperFrame()
        ? Frames.TCP_HEADERS_BYTES + frame.offload().segmentBytes()
        : frame.lengthBytes();
  }

  @Override
  public boolean sendsFragments() {
    return underlay.sendsFragments();
  }

  @Override
  public int receiveErrors(PathError.Listener to) {
    return underlay.receiveErrors(to);
  }

  @Override
  public Endpoint local() {
    return underlay.local();
  }

  @Override
  public int mtuBytes() {
    return underlay.mtuBytes();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return underlay.receive(batch);
  }

  @Override
  public boolean isReady() {
    return ((MemorySource) underlay).isReady();
  }

  @Override
  public int[] descriptors() {
    return underlay.descriptors();
  }

  @Override
  public void join(IpAddress group) {
    underlay.join(group);
  }

  @Override
  public void leave(IpAddress group) {
    underlay.leave(group);
  }

  @Override
  public long lostInKernel() {
    return underlay.lostInKernel();
  }

  @Override
  public void close() {
    underlay.close();
  }
}
