package net.viaduct.controller.etcd;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a client and a server, and can let questions pass and lose the answers. */
final class CuttingRelay implements AutoCloseable {
  private final ServerSocket door;
  private final int target;
  private final AtomicInteger answersToLose = new AtomicInteger();

  CuttingRelay(int target) throws IOException {
    this.target = target;
    this.door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.startVirtualThread(this::accept);
  }

  int port() {
    return door.getLocalPort();
  }

  /** From now on so many answers are lost, each with its connection. */
  void loseAnswers(int count) {
    answersToLose.set(count);
  }

  int stillToLose() {
    return answersToLose.get();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.startVirtualThread(() -> pump(client, server, false));
        Thread.startVirtualThread(() -> pump(server, client, true));
      } catch (IOException _) {
        return; // closed
      }
    }
  }

  private void pump(Socket from, Socket to, boolean isAnswer) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[64 * 1024];
      int count = in.read(bytes);
      while (count >= 0) {
        if (isAnswer
            && has(bytes, count)
            && answersToLose.getAndUpdate(it -> Math.max(0, it - 1)) > 0) {
          return;
        }
        out.write(bytes, 0, count);
        count = in.read(bytes);
      }
    } catch (IOException _) {
      return; // one of both has gone
    }
  }

  /** Whether there is a frame of HTTP/2 with data in it, RFC 9113 section 4.1. */
  private static boolean has(byte[] bytes, int count) {
    int at = 0;
    while (at + 9 <= count) {
      int length = (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | (bytes[at + 2] & 0xff);
      if (bytes[at + 3] == 0) {
        return true;
      }
      at += 9 + length;
    }
    return false;
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
