package net.viaduct.bench.controller;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A connection to a controller's API that stays open. Owned by one thread. */
final class Api implements AutoCloseable {
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 ([0-9]{3})");
  private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *([0-9]+)");
  private static final Pattern CHUNKED = Pattern.compile("(?i)transfer-encoding: *chunked");

  private final SocketChannel channel;
  private final InputStream in;
  private final OutputStream out;

  Api(Path socket) throws IOException {
    channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(socket));
    in = new java.io.BufferedInputStream(Channels.newInputStream(channel));
    out = Channels.newOutputStream(channel);
  }

  /**
   * Asks, and has the answer's body.
   *
   * @throws IOException if it is not done, with what the controller says
   */
  String ask(String method, String target, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String type = method.equals("PATCH") ? "merge-patch+json" : "json";
    String head =
        "%s /api/v1/%s HTTP/1.1\r\nHost: c\r\nContent-Type: application/%s\r\n"
                .formatted(method, target, type)
            + "Content-Length: "
            + bytes.length
            + "\r\n\r\n";
    byte[] request = new byte[head.length() + bytes.length];
    System.arraycopy(head.getBytes(StandardCharsets.ISO_8859_1), 0, request, 0, head.length());
    System.arraycopy(bytes, 0, request, head.length(), bytes.length);
    out.write(request);
    String answer = head();
    String text =
        CHUNKED.matcher(answer).find()
            ? chunks()
            : new String(in.readNBytes(length(answer)), StandardCharsets.UTF_8);
    Matcher status = STATUS.matcher(answer);
    if (!status.lookingAt() || !status.group(1).startsWith("2")) {
      throw new IOException(
          method + " " + target + ": " + answer.lines().findFirst().orElse("") + ": " + text);
    }
    return text;
  }

  private static int length(String head) {
    Matcher length = LENGTH.matcher(head);
    return length.find() ? Integer.parseInt(length.group(1)) : 0;
  }

  private String head() throws IOException {
    StringBuilder head = new StringBuilder();
    for (String line = line(); !line.isEmpty(); line = line()) {
      head.append(line).append('\n');
    }
    return head.toString();
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the controller has ended the connection");
      }
      line.append((char) c);
    }
    return line.toString().stripTrailing();
  }

  private String chunks() throws IOException {
    StringBuilder all = new StringBuilder();
    while (true) {
      int size = Integer.parseInt(line(), 16);
      all.append(new String(in.readNBytes(size), StandardCharsets.UTF_8));
      line();
      if (size == 0) {
        return all.toString();
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
