package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** Asks a controller's API as an orchestrator does, faster than commands start. Any thread. */
final class ControllerApi {
  private static final int TRIES = 3_000;
  private static final long TRY_NS = 10_000_000L;

  private final Path socket;

  ControllerApi(Path socket) {
    this.socket = socket;
  }

  /** The answer's body; fails unless it was done. */
  String ask(String method, String target, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "%s /api/v1%s HTTP/1.1\r\nHost: c\r\nConnection: close\r\n".formatted(method, target)
            + "Content-Type: application/%s\r\n"
                .formatted(method.equals("PATCH") ? "merge-patch+json" : "json")
            + "Content-Length: "
            + bytes.length
            + "\r\n\r\n"
            + body;
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer out = StandardCharsets.UTF_8.encode(head);
      while (out.hasRemaining()) {
        channel.write(out);
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      ByteBuffer in = ByteBuffer.allocate(64 * 1024);
      while (channel.read(in) >= 0) {
        all.write(in.array(), 0, in.position());
        in.clear();
      }
      String answer = all.toString(StandardCharsets.UTF_8);
      assertThat(answer).as("%s %s", method, target).startsWith("HTTP/1.1 2");
      return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
  }

  /** Asks until the answer matches; returns it. */
  String await(String target, String regex) throws IOException {
    Pattern pattern = Pattern.compile(regex, Pattern.DOTALL);
    String last = "";
    for (int i = 0; i < TRIES; i++) {
      last = ask("GET", target, "");
      if (pattern.matcher(last).find()) {
        return last;
      }
      LockSupport.parkNanos(TRY_NS);
    }
    throw new AssertionError(target + " never matched " + regex + "; last: " + last);
  }
}
