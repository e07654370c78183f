package net.viaduct.host.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.URLEncoder;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Asks the local API of a host over its Unix socket: a connection for each question. Small, because
 * the JDK's HTTP client does not speak to Unix sockets, and a larger one costs a command that lasts
 * a tenth of a second more than all the rest. Safe from any thread.
 */
public final class ApiClient {
  /** More than any answer that is not read while it comes. */
  private static final int MOST_BYTES = 64 << 20;

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final Path socket;
  private final Duration timeout;

  /**
   * A client.
   *
   * @param socket where the host listens
   * @param timeout how long an answer may take in all
   */
  public ApiClient(Path socket, Duration timeout) {
    this.socket = socket;
    this.timeout = timeout;
  }

  /** Asks for something: {@code /v1/ports}. */
  public ApiAnswer get(String target) throws ApiSilent {
    return ask("GET", target, Map.of());
  }

  /**
   * The same for what may be long: it is read while it comes.
   *
   * @return the answer without its body if it is what was asked for, else the whole problem
   */
  public ApiAnswer get(String target, BodyReader reader) throws ApiSilent {
    return ask(channel -> {
      send(channel, request("GET", target, ""));
      InputStream in = new BufferedInputStream(Channels.newInputStream(channel), BUFFER_BYTES);
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        head.write(b);
        if (b == '\n' && head.toString(StandardCharsets.UTF_8).endsWith(END_OF_HEAD)) {
          break;
        }
      }
      ApiAnswer answer = ApiAnswer.parse(head.toByteArray());
      if (!answer.isSuccess()) {
        return new ApiAnswer(
            answer.status(), new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
      }
      reader.read(in);
      return answer;
    });
  }

  /** Asks to do something: {@code /v1/reload}. */
  public ApiAnswer post(String target) throws ApiSilent {
    return ask("POST", target, Map.of());
  }

  /** The same with parameters that may be long, as a form. */
  public ApiAnswer post(String target, Map<String, String> form) throws ApiSilent {
    return ask("POST", target, form);
  }

  /** Asks to end something. */
  public ApiAnswer delete(String target) throws ApiSilent {
    return ask("DELETE", target, Map.of());
  }

  /** What is said and heard over a connection. */
  private interface Exchange {
    ApiAnswer over(SocketChannel channel) throws IOException, ApiSilent;
  }

  private ApiAnswer ask(String method, String target, Map<String, String> form) throws ApiSilent {
    String body =
        form.entrySet().stream()
            .map(entry -> encoded(entry.getKey()) + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    return ask(channel -> {
      send(channel, request(method, target, body));
      return ApiAnswer.parse(receive(channel));
    });
  }

  private static String request(String method, String target, String body) {
    return method
        + " "
        + target
        + " HTTP/1.1\r\nHost: localhost\r\n"
        + (body.isEmpty() ? "" : "Content-Type: application/x-www-form-urlencoded\r\n")
        + "Content-Length: "
        + body.length()
        + "\r\nConnection: close\r\n\r\n"
        + body;
  }

  private ApiAnswer ask(Exchange exchange) throws ApiSilent {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      Thread deadline = Thread.ofPlatform().daemon().start(() -> closeLater(channel));
      try {
        return exchange.over(channel);
      } finally {
        deadline.interrupt();
      }
    } catch (ClosedChannelException _) {
      throw new ApiSilent(
          "no answer on " + socket + " within " + timeout.toMillis() + " ms: the host hangs",
          false);
    } catch (ApiSilent silent) {
      throw silent;
    } catch (IOException e) {
      throw silence(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private void send(SocketChannel channel, String request) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
    ByteBuffer out = StandardCharsets.US_ASCII.encode(request);
    while (out.hasRemaining()) {
      channel.write(out);
    }
  }

  private static byte[] receive(SocketChannel channel) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES);
    while (channel.read(in) >= 0) {
      answer.write(in.array(), 0, in.position());
      in.clear();
      if (answer.size() > MOST_BYTES) {
        throw new IOException("an answer of more than " + (MOST_BYTES >> 20) + " MiB");
      }
    }
    return answer.toByteArray();
  }

  /** A socket in blocking mode knows no timeout; closing it ends whatever waits. */
  private void closeLater(SocketChannel channel) {
    try {
      Thread.sleep(timeout);
      channel.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the answer was in time
    } catch (IOException _) {
      Thread.currentThread().interrupt(); // closed all the same
    }
  }

  private ApiSilent silence(IOException e) {
    if (!Files.exists(socket)) {
      Path directory = socket.toAbsolutePath().getParent();
      boolean hidden =
          directory != null && Files.exists(directory) && !Files.isExecutable(directory);
      return hidden
          ? new ApiSilent("you may not look into " + directory, true)
          : new ApiSilent("there is no " + socket + ": is the host up? (viaduct up)", false);
    }
    if (!Files.isWritable(socket)) {
      return new ApiSilent("you may not use " + socket + "; its owner and its group may", true);
    }
    return new ApiSilent(
        "nobody answers on " + socket + " (" + e.getMessage() + "): is the host up? (viaduct up)",
        false);
  }
}
