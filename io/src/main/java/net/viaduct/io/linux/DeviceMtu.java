package net.viaduct.io.linux;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The MTU of one device, remembered so that the path need not ask for every frame. Owned by the
 * device's data-path thread.
 *
 * <p>A device that cannot be asked any more (it is gone, or was moved to another namespace) keeps
 * the last value known.
 */
final class DeviceMtu implements AutoCloseable {
  private static final int FRESH_FOR_USES = 1024;

  private volatile Question question;
  private final List<InterfaceRequests> opened = new ArrayList<>();
  private int mtuBytes;
  private int uses;

  /**
   * The MTU of a device in the calling thread's namespace.
   *
   * @throws net.viaduct.io.IoFailure if it cannot be asked now
   */
  DeviceMtu(String device) {
    question = ask(new InterfaceRequests(), device);
    try {
      mtuBytes = ErrorNumber.check(question.mtuBytes(), "read MTU of " + device);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What is asked again and again: where the device is, and by which name. */
  private record Question(InterfaceRequests requests, MemorySegment request) {
    int mtuBytes() {
      return requests.mtuBytes(request);
    }
  }

  private Question ask(InterfaceRequests requests, String device) {
    opened.add(requests);
    return new Question(requests, requests.prepare(device));
  }

  /**
   * The device has another name from now on, or is in another namespace. By one thread at a time,
   * while another one goes on asking: so what was used before stays open until the end.
   *
   * @param requests about the devices of its namespace; closed by this
   */
  void follow(InterfaceRequests requests, String device) {
    question = ask(requests, device);
  }

  /** The MTU as it was not long ago. */
  int bytes() {
    return ++uses < FRESH_FOR_USES ? mtuBytes : askedBytes();
  }

  /** The MTU as it is now. */
  int askedBytes() {
    uses = 0;
    int asked = question.mtuBytes();
    if (asked >= 0) {
      mtuBytes = asked;
    }
    return mtuBytes;
  }

  @Override
  public void close() {
    opened.forEach(InterfaceRequests::close);
  }
}
