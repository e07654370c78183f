package net.viaduct.vtep.tables;

import net.viaduct.io.Port;
import net.viaduct.io.SendBatch;
import net.viaduct.runtime.CounterBlock;

/**
 * A port in its network, with what waits to be sent to it. Owned by the data-path thread; any
 * thread may read the port's name, its network, MTU and counters.
 */
public final class LocalPort {
  private final int index;
  private final Port port;
  private final Network network;
  private final CounterBlock counters;
  private final SendBatch batch;
  private volatile int mtuBytes;
  private volatile boolean suspended;
  private long lostSeen;

  /**
   * A port.
   *
   * @param batchFrames how many frames can wait
   */
  public LocalPort(int index, Port port, Network network, CounterBlock counters, int batchFrames) {
    this.index = index;
    this.port = port;
    this.network = network;
    this.counters = counters;
    this.batch = new SendBatch(batchFrames);
    this.mtuBytes = port.mtuBytes();
    this.lostSeen = port.lostInKernel();
  }

  /** By which the FDB knows it. */
  public int index() {
    return index;
  }

  /** The way in and out. */
  public Port port() {
    return port;
  }

  /** The network that it is in. */
  public Network network() {
    return network;
  }

  /** What came from it, and what went there. */
  public CounterBlock counters() {
    return counters;
  }

  /** Frames that wait to be sent. */
  public SendBatch batch() {
    return batch;
  }

  /** The MTU as it was when it was last looked at. */
  public int mtuBytes() {
    return mtuBytes;
  }

  /** Looks at the MTU; whether it changed. */
  public boolean refreshMtu() {
    int now = port.mtuBytes();
    boolean changed = now != mtuBytes;
    mtuBytes = now;
    return changed;
  }

  /** What the kernel lost since the last call. */
  public long lostSinceLastLook() {
    long now = port.lostInKernel();
    long lost = Math.max(0, now - lostSeen);
    lostSeen = now;
    return lost;
  }

  /** Whether receiving failed, so that it is not waited for at the moment. */
  public boolean isSuspended() {
    return suspended;
  }

  /** Sets whether it is not waited for. */
  public void suspended(boolean value) {
    suspended = value;
  }
}
