package net.viaduct.io.linux;

import net.viaduct.io.DatagramBatch;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.UnderlayLane;

/**
 * One more thread's sockets of a {@link UdpUnderlay}: its own to receive by, and everybody's to
 * send from. Owned by that thread, but while it stands still the data-path thread changes by which
 * doors it receives.
 */
final class UdpLane implements UnderlayLane, AutoCloseable {
  private final UnderlayReceiver receiver;
  private final UnderlaySender sender;
  private final boolean sendsFragments;

  UdpLane(UnderlayReceiver receiver, UnderlaySender sender, boolean sendsFragments) {
    this.receiver = receiver;
    this.sender = sender;
    this.sendsFragments = sendsFragments;
  }

  UnderlayReceiver receiver() {
    return receiver;
  }

  @Override
  public int[] descriptors() {
    return receiver.descriptors();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return receiver.receive(batch);
  }

  @Override
  public void send(DatagramBatch batch) {
    sender.send(batch);
  }

  @Override
  public boolean sendsFragments() {
    return sendsFragments;
  }

  @Override
  public void close() {
    receiver.close();
  }
}
