package net.viaduct.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.viaduct.host.client.ApiAnswer;
import net.viaduct.host.client.ApiClient;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.host.client.BodyReader;

/** The host on this machine that a command speaks to. */
public final class LocalHost {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration LONG_ANSWER_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration RELOAD_TIMEOUT = Duration.ofMinutes(2);

  private final Path socket;

  /** The host behind a socket. */
  public LocalHost(Path socket) {
    this.socket = socket;
  }

  /** Its socket. */
  public Path socket() {
    return socket;
  }

  /**
   * What it says about something, as JSON.
   *
   * @throws ApiSilent if it does not answer
   */
  public String json(String target) throws ApiSilent {
    ApiAnswer answer = new ApiClient(socket, TIMEOUT).get(target);
    if (!answer.isSuccess()) {
      throw new Refusal(ExitCode.FAILED, text(Json.parse(answer.body()), "detail"));
    }
    return answer.body();
  }

  /**
   * Reads what it says about something while it comes.
   *
   * @throws ApiSilent if it does not answer
   */
  void read(String target, BodyReader reader) throws ApiSilent {
    ApiAnswer answer = new ApiClient(socket, LONG_ANSWER_TIMEOUT).get(target, reader);
    if (!answer.isSuccess()) {
      throw new Refusal(ExitCode.FAILED, text(Json.parse(answer.body()), "detail"));
    }
  }

  /**
   * Ends something there, and what it says to that, as JSON.
   *
   * @throws ApiSilent if it does not answer
   */
  public String end(String target) throws ApiSilent {
    ApiAnswer answer = new ApiClient(socket, TIMEOUT).delete(target);
    if (!answer.isSuccess()) {
      throw new Refusal(ExitCode.FAILED, text(Json.parse(answer.body()), "detail"));
    }
    return answer.body();
  }

  /**
   * What it says about a question with parameters, as JSON.
   *
   * @throws ApiSilent if it does not answer
   */
  public String ask(String target, Map<String, String> form) throws ApiSilent {
    ApiAnswer answer = new ApiClient(socket, TIMEOUT).post(target, form);
    if (!answer.isSuccess()) {
      throw new Refusal(ExitCode.FAILED, text(Json.parse(answer.body()), "detail"));
    }
    return answer.body();
  }

  /**
   * Lets it read its configuration again.
   *
   * @return what it changed and warns of, as JSON
   * @throws ReloadFailed with what is wrong
   */
  String reload() throws ApiSilent {
    ApiAnswer answer = new ApiClient(socket, RELOAD_TIMEOUT).post("/v1/reload");
    if (answer.isSuccess()) {
      return answer.body();
    }
    Map<String, Object> body = Json.parse(answer.body());
    List<String> errors = texts(body, "errors");
    throw new ReloadFailed(errors.isEmpty() ? List.of(text(body, "detail")) : errors);
  }

  /**
   * Lets it announce its stations.
   *
   * @param network its name; empty for all
   * @param port its name; empty for all
   * @return how many; -1 if it goes on
   */
  int announce(String network, String port) throws ApiSilent {
    String target =
        "/v1/announce?network="
            + URLEncoder.encode(network, StandardCharsets.UTF_8)
            + "&port="
            + URLEncoder.encode(port, StandardCharsets.UTF_8);
    ApiAnswer answer = new ApiClient(socket, TIMEOUT).post(target);
    Map<String, Object> body = Json.parse(answer.body());
    if (!answer.isSuccess()) {
      throw new Refusal(ExitCode.FAILED, text(body, "detail"));
    }
    return body.get("stations") instanceof Number stations ? stations.intValue() : -1;
  }

  /** A configuration that was not applied. */
  static final class ReloadFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> errors;

    ReloadFailed(List<String> errors) {
      super(String.join("\n", errors));
      this.errors = errors;
    }

    List<String> errors() {
      return errors;
    }
  }

  private static String text(Map<String, Object> body, String key) {
    return String.valueOf(body.getOrDefault(key, "the host refused without a word"));
  }

  /** The texts that an object has under a key. */
  static List<String> texts(Map<String, Object> body, String key) {
    return body.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }
}
