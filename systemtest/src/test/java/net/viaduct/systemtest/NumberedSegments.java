package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/** Numbers by TCP, a segment each, some at once, so that the next could overtake. Stateless. */
final class NumberedSegments {
  private static final int SIZE_BYTES = 500;
  private static final int AT_ONCE = 3;
  private static final long PAUSE_NS = 4_000_000;

  private NumberedSegments() {}

  /** Sends some each 4 ms until it is told to stop; how many. */
  static int send(SocketChannel sender, InetSocketAddress there, AtomicBoolean stop) {
    ByteBuffer segment = ByteBuffer.allocate(SIZE_BYTES);
    int number = 0;
    try (sender) {
      sender.setOption(StandardSocketOptions.TCP_NODELAY, true);
      sender.connect(there);
      while (!stop.get()) {
        for (int i = 0; i < AT_ONCE; i++) {
          for (segment.clear().putInt(0, number++); segment.hasRemaining(); ) {
            sender.write(segment);
          }
        }
        LockSupport.parkNanos(PAUSE_NS);
      }
      return number;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** How many numbers came until the end of the connection. */
  static int receive(ServerSocketChannel server) {
    ByteBuffer segment = ByteBuffer.allocate(SIZE_BYTES);
    try (server;
        SocketChannel connection = server.accept()) {
      for (int expected = 0; ; expected++) {
        segment.clear();
        while (segment.hasRemaining()) {
          if (connection.read(segment) < 0) {
            assertThat(segment.position()).as("a part of a number").isZero();
            return expected;
          }
        }
        assertThat(segment.getInt(0)).as("the next").isEqualTo(expected);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
