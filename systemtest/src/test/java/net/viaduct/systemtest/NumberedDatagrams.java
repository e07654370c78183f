package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.lab.Machine;

/**
 * Datagrams with numbers, so that who receives them sees whether one overtakes another, and knows
 * how many are missing. Stateless.
 */
public final class NumberedDatagrams {
  private static final int SIZE_BYTES = 1_000;
  private static final long PAUSE_NS = 1_500_000;
  private static final int THE_LAST = -1;
  private static final int THREE_AT_ONCE = 3;
  private static final int BUFFER_BYTES = 4 << 20;

  /** Who waits longer waits for a datagram that does not come any more. */
  public static final int PATIENCE_SECONDS = 60;

  private NumberedDatagrams() {}

  /** What is done meanwhile. */
  @FunctionalInterface
  public interface Work {
    /** Does it, by the thread of the test. */
    void run() throws Exception;
  }

  /** A socket of a machine, that holds much of what is not read yet. */
  public static DatagramChannel open(Machine machine) throws Exception {
    DatagramChannel channel = machine.namespace().call(() -> DatagramChannel.open());
    channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
    return channel;
  }

  /** Sends them while the work is done; all come, each after the one before it. */
  public static void expectAllInOrderWhile(
      Machine from, Machine to, InetSocketAddress at, Work work) throws Exception {
    assertThat(missingInOrderWhile(from, to, at, work)).as("missing").isZero();
  }

  /**
   * Sends them while the work is done; they come in order. The machines know each other by then:
   * while one asks where the other is, its stack keeps few of what it sends.
   *
   * @return how many did not come
   */
  public static int missingInOrderWhile(Machine from, Machine to, InetSocketAddress at, Work work)
      throws Exception {
    Datagrams.check(
        from.namespace(), to.namespace(), at.getAddress().getHostAddress(), new int[] {100}, 1);
    AtomicBoolean stop = new AtomicBoolean();
    try (DatagramChannel sender = open(from);
        DatagramChannel receiver = open(to)) {
      receiver.bind(at);
      sender.connect(at);
      CompletableFuture<Integer> sent =
          CompletableFuture.supplyAsync(
              () -> send(sender, THREE_AT_ONCE, stop), Thread::startVirtualThread);
      CompletableFuture<Integer> received =
          CompletableFuture.supplyAsync(() -> receive(receiver), Thread::startVirtualThread);
      try {
        work.run();
      } finally {
        stop.set(true);
      }
      return sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS)
          - received.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

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

  /** How many came until the last one; fails at the first that comes after a later one. */
  public static int receive(DatagramChannel receiver) {
    ByteBuffer datagram = ByteBuffer.allocate(2 * SIZE_BYTES);
    try {
      int before = THE_LAST;
      for (int count = 0; ; count++) {
        receiver.receive(datagram.clear());
        int number = datagram.getInt(0);
        if (number == THE_LAST) {
          return count;
        }
        assertThat(number).as("the next").isGreaterThan(before);
        before = number;
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
