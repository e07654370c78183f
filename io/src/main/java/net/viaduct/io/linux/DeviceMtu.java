package net.viaduct.io.linux;

import java.lang.foreign.MemorySegment;

/**
 * The MTU of one device, remembered so that the path need not ask for every frame. Owned by the
 * device's data-path thread; what says so may be called from any.
 *
 * <p>A device that cannot be asked any more (it is gone, or was moved to another namespace) keeps
 * the last value known, or told.
 */
final class DeviceMtu implements AutoCloseable {
  private static final int FRESH_FOR_USES = 1024;

  private final InterfaceRequests requests;
  private final MemorySegment request;
  private volatile int mtuBytes;
  private final Reader owner = new Reader();

  /**
   * The MTU of a device in the calling thread's namespace.
   *
   * @throws net.viaduct.io.IoFailure if it cannot be asked now
   */
  DeviceMtu(String device) {
    this.requests = new InterfaceRequests();
    try {
      request = requests.prepare(device);
      mtuBytes = ErrorNumber.check(requests.mtuBytes(request), "read MTU of " + device);
    } catch (RuntimeException e) {
      requests.close();
      throw e;
    }
  }

  /** The MTU for one more thread. Owned by that thread. */
  final class Reader {
    private int uses;

    private Reader() {}

    /** The MTU as it was not long ago. */
    int bytes() {
      if (++uses < FRESH_FOR_USES) {
        return mtuBytes;
      }
      uses = 0;
      return askedBytes();
    }
  }

  /** By what one more thread reads it. */
  Reader reader() {
    return new Reader();
  }

  /** The MTU as it was not long ago. */
  int bytes() {
    return owner.bytes();
  }

  /** The MTU as it is now. Any thread. */
  synchronized int askedBytes() {
    int asked = requests.mtuBytes(request);
    if (asked >= 0) {
      mtuBytes = asked;
    }
    return mtuBytes;
  }

  /** What the MTU is of a device that cannot be asked here. Any thread. */
  void told(int bytes) {
    mtuBytes = bytes;
  }

  @Override
  public void close() {
    requests.close();
  }
}
