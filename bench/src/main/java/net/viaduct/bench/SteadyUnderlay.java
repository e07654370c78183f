package net.viaduct.bench;

import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.Underlay;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.VxlanHeader;

/**
 * An underlay that always has a full batch of the same datagram, and takes whatever it is given.
 */
final class SteadyUnderlay implements Underlay {
  private final Endpoint local;
  private final Endpoint remote;
  private final int vni;
  private final SampleFrame inner;
  private final int innerBytes;
  private long sent;

  SteadyUnderlay(Endpoint local, Endpoint remote, int vni, SampleFrame inner, int innerBytes) {
    this.local = local;
    this.remote = remote;
    this.vni = vni;
    this.inner = inner;
    this.innerBytes = innerBytes;
  }

  @Override
  public Endpoint local() {
    return local;
  }

  @Override
  public int mtuBytes() {
    return 1_600;
  }

  @Override
  public int receive(ReceiveBatch batch) {
    for (int i = 0; i < batch.capacity(); i++) {
      Frame datagram = batch.frame(i);
      datagram.reset();
      datagram.lengthBytes(VxlanHeader.SIZE_BYTES + innerBytes);
      datagram.source(remote.address().high(), remote.address().low(), 50_000);
      datagram.arrived(0, local().port(), true);
      VxlanHeader.write(datagram.memory(), datagram.start(), vni);
      inner.write(datagram.memory(), datagram.start() + VxlanHeader.SIZE_BYTES);
    }
    return batch.capacity();
  }

  @Override
  public void send(DatagramBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      batch.result(i, SendResult.SENT, 1);
    }
    sent += batch.size();
  }

  /** How many datagrams it was given. */
  long sent() {
    return sent;
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
  public int[] descriptors() {
    return new int[0];
  }

  @Override
  public void close() {}
}
