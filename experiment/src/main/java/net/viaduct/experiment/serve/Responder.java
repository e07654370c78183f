package net.viaduct.experiment.serve;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import net.viaduct.io.linux.PunctualThread;

/**
 * The other end of experiments: answers datagrams, and reads or sends back what comes by TCP. Has
 * threads of its own until it is closed; the methods may be called from any thread.
 */
public final class Responder implements AutoCloseable {
  private static final int MOST_CONNECTIONS = 2_048;
  private static final int MOST_STREAMS = 4_096;
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int RECEIVE_BUFFER_BYTES = 4 << 20;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final DatagramChannel datagrams;
  private final ServerSocketChannel server;
  private final Clock wall;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
  private final Semaphore room = new Semaphore(MOST_CONNECTIONS);
  private final Map<Long, Long> counts = new LinkedHashMap<>();

  private Responder(DatagramChannel datagrams, ServerSocketChannel server, Clock wall) {
    this.datagrams = datagrams;
    this.server = server;
    this.wall = wall;
  }

  /**
   * Begins to answer, in the namespace in which this thread is.
   *
   * @param port of UDP and TCP, on all addresses
   * @param wall for what is told about the way forward
   * @throws IOException if the port is taken
   */
  public static Responder start(int port, Clock wall) throws IOException {
    DatagramChannel datagrams = DatagramChannel.open();
    ServerSocketChannel server;
    try {
      server = ServerSocketChannel.open();
    } catch (IOException e) {
      datagrams.close();
      throw e;
    }
    try {
      datagrams.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
      datagrams.bind(new InetSocketAddress(port));
      server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      server.bind(new InetSocketAddress(port));
    } catch (IOException e) {
      datagrams.close();
      server.close();
      throw new IOException("cannot listen on port " + port + ": " + e.getMessage(), e);
    }
    Responder responder = new Responder(datagrams, server, wall);
    Thread.ofPlatform().name("responder-udp").daemon().start(responder::answerDatagrams);
    Thread.ofPlatform().name("responder-tcp").daemon().start(responder::acceptAll);
    return responder;
  }

  /** The port of TCP, and of UDP unless any free one was asked for. */
  public int port() throws IOException {
    return ((InetSocketAddress) server.getLocalAddress()).getPort();
  }

  private void answerDatagrams() {
    PunctualThread.become();
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    while (datagrams.isOpen()) {
      try {
        SocketAddress from = datagrams.receive(buffer.clear());
        buffer.flip();
        if (Protocol.isOurs(buffer) && isAnswered(buffer)) {
          datagrams.send(buffer.position(0), from);
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // nobody listens there any more, or there is no way back: others may still be there
      }
    }
  }

  private boolean isAnswered(ByteBuffer datagram) {
    return switch (Protocol.what(datagram)) {
      case Protocol.ECHO -> {
        Instant now = wall.instant();
        Protocol.answered(datagram, now.getEpochSecond() * NS_PER_SECOND + now.getNano());
        yield true;
      }
      case Protocol.COUNT -> {
        count(Protocol.stream(datagram));
        yield false;
      }
      case Protocol.REPORT -> {
        Protocol.answered(datagram, count(Protocol.stream(datagram)));
        yield true;
      }
      default -> false;
    };
  }

  private long count(long stream) {
    long count = counts.merge(stream, 1L, Long::sum);
    if (counts.size() > MOST_STREAMS) {
      counts.remove(counts.keySet().iterator().next());
    }
    return count;
  }

  private void acceptAll() {
    while (server.isOpen()) {
      try {
        SocketChannel connection = server.accept();
        if (!room.tryAcquire()) {
          connection.close();
          continue;
        }
        connections.add(connection);
        Thread.ofVirtual().name("responder-connection").start(() -> serve(connection));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // that one is gone; others may come
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      connection.setOption(StandardSocketOptions.TCP_NODELAY, true);
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      if (connection.read(buffer.limit(1)) < 1) {
        return;
      }
      boolean echo = buffer.get(0) == Protocol.CONNECTION_ECHO;
      while (connection.read(buffer.clear()) >= 0) {
        buffer.flip();
        while (echo && buffer.hasRemaining()) {
          connection.write(buffer);
        }
      }
    } catch (IOException e) {
      // the other end went away
    } finally {
      connections.remove(connection);
      room.release();
    }
  }

  @Override
  public void close() throws IOException {
    datagrams.close();
    server.close();
    for (SocketChannel connection : connections) {
      connection.close();
    }
  }
}
