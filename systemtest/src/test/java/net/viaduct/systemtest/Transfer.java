package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32C;
import net.viaduct.io.linux.NetNamespace;

/** Bulk TCP from one machine to another, with the contents compared. */
public final class Transfer {
  private static final int PORT = 5001;
  private static final int CHUNK_BYTES = 128 * 1024;
  private static final long PATIENCE_SECONDS = 120;

  private Transfer() {}

  /** Sends so many bytes and checks that the same arrive, in order, and no others. */
  public static void check(
      NetNamespace from, NetNamespace to, String address, long bytes, long seed) throws Exception {
    try (ServerSocketChannel server = to.call(() -> ServerSocketChannel.open())) {
      server.bind(new InetSocketAddress(address, PORT));
      CompletableFuture<Digest> received =
          CompletableFuture.supplyAsync(() -> receive(server), Thread::startVirtualThread);
      Digest sent = send(from, address, bytes, seed);
      assertThat(await(received)).as("what arrived at %s, seed %d", address, seed).isEqualTo(sent);
    }
  }

  private static Digest await(CompletableFuture<Digest> received) throws Exception {
    try {
      return received.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the transfer did not come to its end", e);
    }
  }

  private static Digest send(NetNamespace from, String address, long bytes, long seed)
      throws Exception {
    byte[] chunk = new byte[CHUNK_BYTES];
    Random random = new Random(seed);
    CRC32C checksum = new CRC32C();
    try (SocketChannel client = from.call(() -> SocketChannel.open())) {
      client.socket().connect(new InetSocketAddress(address, PORT), 10_000);
      for (long done = 0; done < bytes; done += chunk.length) {
        random.nextBytes(chunk);
        int length = (int) Math.min(chunk.length, bytes - done);
        checksum.update(chunk, 0, length);
        ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, length);
        while (buffer.hasRemaining()) {
          client.write(buffer);
        }
      }
    }
    return new Digest(bytes, checksum.getValue());
  }

  private static Digest receive(ServerSocketChannel server) {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK_BYTES);
    CRC32C checksum = new CRC32C();
    long bytes = 0;
    try (SocketChannel connection = server.accept()) {
      connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
      while (connection.read(buffer.clear()) >= 0) {
        buffer.flip();
        bytes += buffer.remaining();
        checksum.update(buffer);
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return new Digest(bytes, checksum.getValue());
  }

  private record Digest(long bytes, long checksum) {}
}
