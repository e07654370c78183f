package net.viaduct.controller.page;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Chromium's DevTools protocol: calls with answers, and events. Called by one thread; what comes in
 * is taken by a thread of the HTTP client.
 */
final class DevTools implements AutoCloseable {
  private static final JsonMapper MAPPER = new JsonMapper();
  private static final int MOST_WAIT_SECONDS = 60;

  private final HttpClient client;
  private final WebSocket socket;
  private final Incoming incoming;
  private final AtomicInteger numbers = new AtomicInteger();

  private DevTools(HttpClient client, WebSocket socket, Incoming incoming) {
    this.client = client;
    this.socket = socket;
    this.incoming = incoming;
  }

  static DevTools connect(String address) throws IOException, InterruptedException {
    HttpClient client = HttpClient.newHttpClient();
    Incoming incoming = new Incoming();
    try {
      WebSocket socket =
          client
              .newWebSocketBuilder()
              .buildAsync(URI.create(address), incoming)
              .get(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
      return new DevTools(client, socket, incoming);
    } catch (ExecutionException | TimeoutException e) {
      client.shutdownNow();
      throw new IOException("cannot talk to chromium at " + address, e);
    }
  }

  ObjectNode call(String session, String method, Map<String, Object> parameters) {
    int number = numbers.incrementAndGet();
    ObjectNode message = MAPPER.createObjectNode().put("id", number).put("method", method);
    if (!session.isEmpty()) {
      message.put("sessionId", session);
    }
    message.set("params", MAPPER.valueToTree(parameters));
    CompletableFuture<ObjectNode> answer = incoming.expect(number);
    try {
      socket.sendText(message.toString(), true).get(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
      ObjectNode got = answer.get(MOST_WAIT_SECONDS, TimeUnit.SECONDS);
      if (got.has("error")) {
        throw new IllegalStateException(method + ": " + got.get("error"));
      }
      return (ObjectNode) got.path("result");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(method + " was interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(method + " was not answered", e);
    }
  }

  String call(String session, String method, Map<String, Object> parameters, String field) {
    return call(session, method, parameters).path(field).asString();
  }

  List<ObjectNode> events() {
    synchronized (incoming.events) {
      return new ArrayList<>(incoming.events);
    }
  }

  @Override
  public void close() {
    socket.abort();
    client.shutdownNow();
  }

  /** What comes in. Called by a thread of the HTTP client; answers may be expected by another. */
  private static final class Incoming implements WebSocket.Listener {
    private final Map<Integer, CompletableFuture<ObjectNode>> expected = new ConcurrentHashMap<>();
    private final List<ObjectNode> events = new ArrayList<>();
    private final StringBuilder parts = new StringBuilder();

    CompletableFuture<ObjectNode> expect(int number) {
      CompletableFuture<ObjectNode> answer = new CompletableFuture<>();
      expected.put(number, answer);
      return answer;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        ObjectNode message = (ObjectNode) MAPPER.readTree(parts.toString());
        parts.setLength(0);
        CompletableFuture<ObjectNode> answer = expected.remove(message.path("id").asInt(-1));
        if (answer != null) {
          answer.complete(message);
        } else {
          synchronized (events) {
            events.add(message);
          }
        }
      }
      socket.request(1);
      return null;
    }
  }
}
