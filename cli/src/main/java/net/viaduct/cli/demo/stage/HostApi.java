package net.viaduct.cli.demo.stage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.host.client.ApiAnswer;
import net.viaduct.host.client.ApiClient;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.host.view.CountersView;
import net.viaduct.host.view.StationView;
import net.viaduct.host.view.StationsPage;
import net.viaduct.io.IoFailure;
import tools.jackson.databind.json.JsonMapper;

/** Asks the local API of a host of the demo. Any thread. */
public final class HostApi {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final long PAUSE_NS = 10_000_000;
  private static final JsonMapper JSON = new JsonMapper();

  private final Path socket;
  private final ApiClient client;

  /** An API at a Unix socket. */
  public HostApi(Path socket) {
    this.socket = socket;
    client = new ApiClient(socket, TIMEOUT);
  }

  private record CountersAnswer(List<CountersView> counters) {}

  /** Whether the host is ready. */
  public boolean isUp() {
    try {
      return Files.exists(socket) && client.get("/v1/status").isSuccess();
    } catch (ApiSilent _) {
      return false;
    }
  }

  /** Lets some time go by between two looks. */
  public void pause() {
    LockSupport.parkNanos(PAUSE_NS);
  }

  /** Where its stations are. */
  public List<StationView> stations() {
    return JSON.readValue(get("/v1/stations"), StationsPage.class).stations();
  }

  /** What it has counted. */
  public List<CountersView> counters() {
    return JSON.readValue(get("/v1/counters"), CountersAnswer.class).counters();
  }

  /** Has the host read its configuration again. */
  public void reload() {
    ask("/v1/reload", client::post);
  }

  private String get(String target) {
    return ask(target, client::get);
  }

  private interface Question {
    ApiAnswer ask(String target) throws ApiSilent;
  }

  private static String ask(String target, Question question) {
    String call = "ask for " + target;
    try {
      ApiAnswer answer = question.ask(target);
      if (!answer.isSuccess()) {
        throw new IoFailure(call, "EPROTO", answer.body());
      }
      return answer.body();
    } catch (ApiSilent e) {
      throw new IoFailure(call, "ECONNREFUSED", String.valueOf(e.getMessage()));
    }
  }
}
