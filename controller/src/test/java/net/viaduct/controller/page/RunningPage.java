package net.viaduct.controller.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import net.viaduct.controller.Controller;
import net.viaduct.runtime.SystemClock;

/** A controller on a store, and an administrator who changes something. Used by one thread. */
final class RunningPage implements AutoCloseable {
  final String origin;
  private final String token;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Controller controller;

  RunningPage(Path file, String token, int port) throws IOException {
    this.token = token;
    controller =
        Controller.start(
            Installation.config(file, port), new SystemClock(), Clock.systemUTC(), "1");
    origin = "http://127.0.0.1:" + port();
  }

  int port() {
    return controller.server().port(false);
  }

  /** Asks the API as an administrator. */
  HttpResponse<String> ask(String method, String path, String json)
      throws IOException, InterruptedException {
    String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(origin + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(json.replace('\'', '"')))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
    return response;
  }

  @Override
  public void close() {
    client.shutdownNow();
    controller.close();
  }
}
