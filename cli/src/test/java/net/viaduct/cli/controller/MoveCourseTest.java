package net.viaduct.cli.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.cli.Refusal;
import net.viaduct.runtime.NanoClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** For whom a move of a port waits, by what a controller answers. */
class MoveCourseTest {
  private static final String MOVE = "/api/v1/ports/vm1/move";
  private static final String WAITS_FOR_H1 =
      """
      {"port":"vm1","from":"h1","to":"h2","step":"preparing","here":false,"waitsFor":["h1"]}\
      """;

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final AtomicLong nowNs = new AtomicLong();
  private final NanoClock hurrying = () -> nowNs.addAndGet(10_000_000_000L);
  private ServerSocket server;
  private MoveCourse course;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    String url = "http://127.0.0.1:" + server.getLocalPort();
    course = new MoveCourse("vm1", ControllerClient.of(url, "", null), hurrying);
    answers.put(MOVE, WAITS_FOR_H1);
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        byte[] question = new byte[4096];
        String[] words =
            new String(
                    question,
                    0,
                    Math.max(0, socket.getInputStream().read(question)),
                    StandardCharsets.UTF_8)
                .split(" ", 3);
        questions.add(words[0] + " " + words[1]);
        String body = answers.getOrDefault(words[1], "{\"detail\":\"no\"}");
        String head = answers.containsKey(words[1]) ? "200 OK" : "404 Not Found";
        socket
            .getOutputStream()
            .write(
                ("HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s".formatted(head, body.length(), body))
                    .getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void host(String name, String state) {
    answers.put("/api/v1/hosts/" + name, "{\"observed\":{\"state\":\"" + state + "\"}}");
  }

  @Test
  void shouldSayForWhichHostItWaitedInVain() {
    assertThatThrownBy(() -> course.prepare("h2", false))
        .isInstanceOf(Refusal.class)
        .hasMessageStartingWith("h1 is not ready for vm1 within 30 s, so it still is at h1")
        .hasMessageContaining("--at-once");
    assertThat(questions).doesNotContain("GET /api/v1/hosts/h1");
  }

  @Test
  void shouldNotWaitForADeadHostIfItIsToGoAtOnce() {
    host("h1", "away");
    course.prepare("h2", true);
    assertThat(course.isReady()).isFalse();
    assertThat(questions).doesNotContain("GET " + MOVE);
  }

  @Test
  void shouldWaitForAHostThatLivesAlsoIfItIsToGoAtOnce() {
    host("h1", "alive");
    assertThatThrownBy(() -> course.prepare("h2", true)).hasMessageStartingWith("h1 is not ready");
    answers.put(
        MOVE, WAITS_FOR_H1.replace("preparing", "ready").replace(",\"waitsFor\":[\"h1\"]", ""));
    course.prepare("h2", true);
    assertThat(course.isReady()).isTrue();
  }
}
