package net.viaduct.cli.transition;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.BinaryOperator;
import net.viaduct.cli.controller.ControllerClient;

/** A controller whose answers a test makes up. */
final class AnsweringApi implements AutoCloseable {
  private final ServerSocket server;
  private final BinaryOperator<String> answers;

  /**
   * Listens on loopback.
   *
   * @param answers makes JSON of a method and a target
   */
  AnsweringApi(BinaryOperator<String> answers) throws IOException {
    this.answers = answers;
    this.server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  ControllerClient client() {
    return ControllerClient.of("http://127.0.0.1:" + server.getLocalPort(), "", null);
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        byte[] question = new byte[4096];
        int length = Math.max(0, socket.getInputStream().read(question));
        String[] words = new String(question, 0, length, StandardCharsets.UTF_8).split(" ", 3);
        String body = answers.apply(words[0], words[1]);
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
