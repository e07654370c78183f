package net.viaduct.cli.controller;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Json;
import net.viaduct.cli.Refusal;
import org.jspecify.annotations.Nullable;

/**
 * Asks a controller: a connection for each question. Small, because the JDK's HTTP client does not
 * speak to Unix sockets and costs a command more than all the rest. Used by the command's thread.
 */
public final class ControllerClient {
  private static final int NOT_LET_IN = 401;
  private static final int FORBIDDEN = 403;

  private final List<URI> places;
  private final String token;
  private final @Nullable Path signers;

  private ControllerClient(List<URI> places, String token, @Nullable Path signers) {
    this.places = places;
    this.token = token;
    this.signers = signers;
  }

  /**
   * A client.
   *
   * @param urls of controllers of one store, with commas between them: each is asked if those
   *     before it are not there
   * @param token that it shows; empty: none
   * @param signers of the controllers' certificates; null: those that the JDK trusts
   */
  public static ControllerClient of(String urls, String token, @Nullable Path signers) {
    List<URI> places = Stream.of(urls.split(",", -1)).map(ControllerClient::place).toList();
    return new ControllerClient(places, token, signers);
  }

  private static URI place(String url) {
    URI uri;
    try {
      uri = URI.create(url.strip());
    } catch (IllegalArgumentException e) {
      throw new Refusal(ExitCode.USED_WRONGLY, "'" + url + "' is not a URL: " + e.getMessage());
    }
    String scheme = String.valueOf(uri.getScheme());
    boolean right =
        scheme.equals("unix")
            ? uri.getSchemeSpecificPart().startsWith("/")
            : (scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null;
    if (!right) {
      throw new Refusal(
          ExitCode.USED_WRONGLY,
          "'"
              + url
              + "' is not a controller; one is https://NAME:PORT, http://127.0.0.1:PORT or"
              + " unix:/PATH");
    }
    return uri;
  }

  /**
   * Asks, and has the answer.
   *
   * @param body null if the question has none
   * @throws Refusal if it is not done, with what the controller says
   */
  public Map<String, Object> ask(
      String method, String target, @Nullable Map<String, ? extends @Nullable Object> body) {
    Refusal silence = null;
    for (URI where : places) {
      ControllerConnection connection;
      try {
        connection = ControllerConnection.open(where, signers);
      } catch (IOException e) {
        silence = silence == null ? silence(where, e) : silence;
        continue; // nothing was asked for, so another one can be
      }
      try (connection) {
        return answer(connection.exchange(request(where, method, target, body)));
      } catch (IOException e) {
        throw silence(where, e);
      }
    }
    throw Objects.requireNonNull(silence, "there is a place to ask");
  }

  private byte[] request(
      URI where,
      String method,
      String target,
      @Nullable Map<String, ? extends @Nullable Object> body) {
    byte[] bytes = body == null ? new byte[0] : Json.write(body).getBytes(StandardCharsets.UTF_8);
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: ");
    head.append(where.getHost() == null ? "localhost" : where.getHost());
    head.append("\r\nConnection: close\r\nContent-Length: ").append(bytes.length).append("\r\n");
    if (body != null) {
      boolean patch = method.equals("PATCH");
      head.append("Content-Type: application/").append(patch ? "merge-patch+json" : "json");
      head.append("\r\n");
    }
    if (!token.isEmpty()) {
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    request.writeBytes(bytes);
    return request.toByteArray();
  }

  private static Refusal silence(URI where, IOException e) {
    if (e instanceof SSLException) {
      return new Refusal(
          ExitCode.FAILED, "no trust between this command and " + where + ": " + e.getMessage());
    }
    if (where.getScheme().equals("unix") && !Files.exists(Path.of(where.getSchemeSpecificPart()))) {
      return new Refusal(
          ExitCode.FAILED,
          "there is no "
              + where.getSchemeSpecificPart()
              + ": is a controller up here? (viaduct controller; or name one with --controller)");
    }
    return new Refusal(
        ExitCode.FAILED, "no controller answers at " + where + ": " + e.getMessage());
  }

  private static Map<String, Object> answer(String text) throws IOException {
    int end = text.indexOf("\r\n\r\n");
    if (!text.startsWith("HTTP/1.1 ") || end < 12 || !text.substring(9, 12).matches("[0-9]{3}")) {
      throw new IOException("what answers is not a controller");
    }
    int status = Integer.parseInt(text.substring(9, 12));
    Map<String, Object> body = Json.parse(text.substring(end + 4));
    if (status >= 200 && status < 300) {
      return body;
    }
    StringBuilder sentence = new StringBuilder(String.valueOf(body.get("detail")));
    if (body.get("errors") instanceof List<?> errors && errors.size() > 1) {
      sentence.setLength(0);
      sentence.append("not done:");
      for (Object error : errors) {
        if (error instanceof Map<?, ?> one) {
          sentence.append("\n  ").append(one.get("pointer")).append(": ").append(one.get("detail"));
        }
      }
    }
    boolean rights = status == NOT_LET_IN || status == FORBIDDEN;
    throw new Refusal(rights ? ExitCode.NOT_PERMITTED : ExitCode.FAILED, sentence.toString());
  }
}
