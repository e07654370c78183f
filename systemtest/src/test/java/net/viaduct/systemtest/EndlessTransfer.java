package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import net.viaduct.io.linux.NetNamespace;

/**
 * One TCP connection from one machine to another that carries as much as it can until it is told to
 * stop. Any thread may ask how far it is.
 */
final class EndlessTransfer {
  private static final int PORT = 5003;
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final long PATIENCE_SECONDS = 60;

  private final CompletableFuture<Long> sent;
  private final CompletableFuture<Long> received;
  private volatile boolean stopped;
  private volatile long receivedBytes;
  private volatile long longestStallNs;

  private EndlessTransfer(ServerSocketChannel server, SocketChannel client) {
    received = CompletableFuture.supplyAsync(() -> receive(server), Thread::startVirtualThread);
    sent = CompletableFuture.supplyAsync(() -> send(client), Thread::startVirtualThread);
  }

  static EndlessTransfer start(NetNamespace from, NetNamespace to, String address)
      throws IOException {
    ServerSocketChannel server = to.call(() -> ServerSocketChannel.open());
    server.bind(new InetSocketAddress(address, PORT));
    SocketChannel client = from.call(() -> SocketChannel.open());
    client.socket().connect(new InetSocketAddress(address, PORT), 10_000);
    return new EndlessTransfer(server, client);
  }

  /** Waits until so much more has arrived. */
  void awaitMore(long bytes) throws InterruptedException {
    long enough = receivedBytes + bytes;
    for (int i = 0; i < PATIENCE_SECONDS * 100; i++) {
      if (receivedBytes >= enough) {
        return;
      }
      assertThat(received).as("the transfer goes on").isNotDone();
      Thread.sleep(10); // the next look; nothing tells of single bytes
    }
    throw new AssertionError("the transfer stands still at " + receivedBytes + " bytes");
  }

  /** Ends it; what arrived must be what was sent. */
  void finish() throws Exception {
    stopped = true;
    long checksum = sent.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(received.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(checksum);
  }

  /** The longest time without a byte so far; to be told, not to be judged. */
  long longestStallMs() {
    return longestStallNs / 1_000_000;
  }

  private long send(SocketChannel client) {
    byte[] chunk = new byte[CHUNK_BYTES];
    Random random = new Random(1);
    CRC32C checksum = new CRC32C();
    try (client) {
      while (!stopped) {
        random.nextBytes(chunk);
        checksum.update(chunk);
        ByteBuffer buffer = ByteBuffer.wrap(chunk);
        while (buffer.hasRemaining()) {
          client.write(buffer);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return checksum.getValue();
  }

  private long receive(ServerSocketChannel server) {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    CRC32C checksum = new CRC32C();
    try (server;
        SocketChannel connection = server.accept()) {
      long last = System.nanoTime();
      for (int n = connection.read(buffer); n >= 0; n = connection.read(buffer.clear())) {
        long now = System.nanoTime();
        longestStallNs = Math.max(longestStallNs, now - last);
        last = now;
        checksum.update(buffer.flip());
        receivedBytes += n;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return checksum.getValue();
  }
}
