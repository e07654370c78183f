package net.viaduct.cli.training;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.lab.Machine;

/**
 * What one machine sends to another: bulk TCP in super-frames, small datagrams of one flow and of
 * many, frames for everybody. Owned by the thread that builds it.
 */
final class TrainingTraffic {
  private static final long BULK_BYTES = 192L << 20;
  private static final int CHUNK_BYTES = 128 << 10;
  private static final int DATAGRAM_BYTES = 64;
  private static final int DATAGRAMS = 40_000;
  private static final int FLOWS = 16;
  private static final int FLOODED = 2_000;
  private static final int PORT = 5_001;
  private static final int CONNECT_TIMEOUT_MS = 3_000;
  private static final String EVERYBODY = "192.168.100.255";

  private final Machine from;
  private final Machine to;

  TrainingTraffic(Machine from, Machine to) {
    this.from = from;
    this.to = to;
  }

  /** The other direction. */
  TrainingTraffic back() {
    return new TrainingTraffic(to, from);
  }

  /** One TCP stream. */
  void bulk(boolean ipv6) throws IOException {
    try (ServerSocketChannel server = to.namespace().call(ServerSocketChannel::open);
        SocketChannel client = from.namespace().call(SocketChannel::open)) {
      InetSocketAddress address = address(to, ipv6);
      server.bind(address);
      client.socket().connect(address, CONNECT_TIMEOUT_MS);
      Thread sender = Thread.ofPlatform().daemon().start(() -> send(client));
      receive(server);
      sender.interrupt();
    }
  }

  private static void send(SocketChannel client) {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    try {
      for (long done = 0; done < BULK_BYTES; done += CHUNK_BYTES) {
        chunk.clear();
        while (chunk.hasRemaining()) {
          client.write(chunk);
        }
      }
      client.shutdownOutput();
    } catch (IOException e) {
      // the receiver sees the end of the stream, and what was not sent is not trained
    }
  }

  private static void receive(ServerSocketChannel server) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
    try (SocketChannel connection = server.accept()) {
      int read = 0;
      while (read >= 0) {
        read = connection.read(chunk.clear());
      }
    }
  }

  /** Datagrams that nobody reads: one flow, then many in turn. */
  void datagrams(boolean ipv6) throws IOException {
    List<DatagramChannel> flows = new ArrayList<>();
    try {
      for (int i = 0; i < FLOWS; i++) {
        flows.add(from.namespace().call(DatagramChannel::open));
      }
      ByteBuffer payload = ByteBuffer.allocateDirect(DATAGRAM_BYTES);
      InetSocketAddress address = address(to, ipv6);
      for (int i = 0; i < DATAGRAMS; i++) {
        int flow = i < DATAGRAMS / 2 ? 0 : i % FLOWS;
        send(flows.get(flow), payload, address);
      }
    } finally {
      for (DatagramChannel flow : flows) {
        flow.close();
      }
    }
  }

  /** Frames for everybody. */
  void floods() throws IOException {
    try (DatagramChannel sender = from.namespace().call(DatagramChannel::open)) {
      sender.setOption(StandardSocketOptions.SO_BROADCAST, true);
      ByteBuffer payload = ByteBuffer.allocateDirect(DATAGRAM_BYTES);
      InetSocketAddress everybody = new InetSocketAddress(EVERYBODY, PORT);
      for (int i = 0; i < FLOODED; i++) {
        send(sender, payload, everybody);
      }
    }
  }

  private static void send(DatagramChannel flow, ByteBuffer payload, InetSocketAddress address)
      throws IOException {
    flow.send(payload.clear(), address);
  }

  private static InetSocketAddress address(Machine machine, boolean ipv6) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(machine.ip(ipv6).toBytes()), PORT);
  }
}
