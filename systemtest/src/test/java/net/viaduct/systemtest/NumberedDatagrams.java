package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Datagrams with numbers, so that who receives them sees the first that is missing or comes too
 * early. Stateless.
 */
public final class NumberedDatagrams {
  private static final int SIZE_BYTES = 1_000;
  private static final long PAUSE_NS = 1_500_000;
  private static final int THE_LAST = -1;

  private NumberedDatagrams() {}

  /**
   * Sends some each 1.5 ms until it is told to stop, and a last one.
   *
   * @return how many before the last
   */
  public static int send(DatagramChannel sender, int atOnce, AtomicBoolean stop) {
    ByteBuffer datagram = ByteBuffer.allocate(SIZE_BYTES);
    int number = 0;
    try {
      while (!stop.get()) {
        for (int i = 0; i < atOnce; i++) {
          sender.write(datagram.clear().putInt(0, number++));
        }
        LockSupport.parkNanos(PAUSE_NS);
      }
      sender.write(datagram.clear().putInt(0, THE_LAST));
      return number;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** How many came until the last one; fails at the first that is not the next. */
  public static int receive(DatagramChannel receiver) {
    ByteBuffer datagram = ByteBuffer.allocate(2 * SIZE_BYTES);
    try {
      for (int expected = 0; ; expected++) {
        receiver.receive(datagram.clear());
        int number = datagram.getInt(0);
        if (number == THE_LAST) {
          return expected;
        }
        assertThat(number).as("the next").isEqualTo(expected);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
