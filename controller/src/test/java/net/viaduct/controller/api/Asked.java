package net.viaduct.controller.api;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import net.viaduct.controller.json.Documents;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a server answered to a request that was written by hand.
 *
 * @param status of HTTP; 0 if it said nothing
 * @param head with the headers
 * @param body after them
 */
public record Asked(int status, String head, String body) {
  /** TCP on this machine. */
  public static SocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** A Unix socket. */
  public static SocketAddress unix(Path path) {
    return UnixDomainSocketAddress.of(path);
  }

  /** Asks; headers are whole lines. */
  public static Asked of(
      SocketAddress where, String method, String target, String headers, String body)
      throws IOException {
    return of(
        where,
        method,
        target,
        "Host: localhost\r\n" + headers,
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** Asks a server as one of another name. */
  static Asked ofHost(SocketAddress where, String host, String target) throws IOException {
    return of(where, "GET", target, "Host: " + host + "\r\n", new byte[0]);
  }

  private static Asked of(
      SocketAddress where, String method, String target, String headers, byte[] bytes)
      throws IOException {
    String head =
        method
            + " "
            + target
            + " HTTP/1.1\r\nConnection: close\r\n"
            + headers
            + "Content-Length: "
            + bytes.length
            + "\r\n\r\n";
    try (SocketChannel channel = SocketChannel.open(where)) {
      write(channel, ByteBuffer.wrap(head.getBytes(StandardCharsets.UTF_8)));
      write(channel, ByteBuffer.wrap(bytes));
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(64 * 1024);
      while (read(channel, in) >= 0) {
        all.write(in.array(), 0, in.position());
        in.clear();
      }
      return parse(all.toString(StandardCharsets.UTF_8));
    }
  }

  private static void write(SocketChannel channel, ByteBuffer out) {
    try {
      while (out.hasRemaining()) {
        channel.write(out);
      }
    } catch (IOException _) {
      return; // it was refused before all of it was sent; the answer says so
    }
  }

  private static int read(SocketChannel channel, ByteBuffer in) {
    try {
      return channel.read(in);
    } catch (IOException _) {
      return -1; // it was closed in the face of what came after a refusal
    }
  }

  private static Asked parse(String text) {
    int end = text.indexOf("\r\n\r\n");
    return end < 0
        ? new Asked(0, text, "")
        : new Asked(
            Integer.parseInt(text.substring(9, 12)),
            text.substring(0, end),
            text.substring(end + 4));
  }

  /** The body as JSON. */
  public ObjectNode json() {
    return Documents.parseObject(body);
  }
}
