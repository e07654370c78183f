package net.viaduct.cli.transition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.cli.Refusal;
import net.viaduct.cli.controller.ControllerClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What is done with a machine that comes off the wire, by what a controller answers. */
@DisplayName("P29: a machine is checked before and after, and goes back if it is not reached")
class WireMoveTest {
  private static final String MOVE = "/api/v1/ports/vm1/move";
  private static final Map<String, Object> BEGUN =
      Map.of(
          "port", "vm1",
          "kind", "off-wire",
          "mac", "02:00:00:00:00:01",
          "from", "h1",
          "to", "h3",
          "device", "veth1",
          "network", "blue");

  @TempDir private Path directory;
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final AtomicLong nowNs = new AtomicLong();
  private final StringWriter told = new StringWriter();
  private ServerSocket server;
  private WireMove.Surroundings around;
  private volatile boolean answersBefore = true;
  private volatile boolean answersAfter = true;
  private volatile boolean isHeard = true;
  private volatile boolean isMoved;

  /** What picocli fills in. */
  @CommandLine.Command
  static final class Options {
    @CommandLine.Mixin private final WireMove move = new WireMove();
  }

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    String url = "http://127.0.0.1:" + server.getLocalPort();
    around =
        new WireMove.Surroundings(
            ControllerClient.of(url, "", null),
            () -> nowNs.addAndGet(10_000_000_000L),
            new PrintWriter(told));
  }

  @AfterEach
  void close() throws IOException {
    server.close();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        byte[] question = new byte[4096];
        int length = Math.max(0, socket.getInputStream().read(question));
        String[] words = new String(question, 0, length, StandardCharsets.UTF_8).split(" ", 3);
        String body = answer(words[0], words[1]);
        String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n";
        socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        if (!server.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private String answer(String method, String target) {
    if (!method.equals("GET")) {
      questions.add(method + " " + target);
    }
    isMoved |= target.startsWith(MOVE + "/activate");
    return "{\"port\":\"vm1\",\"step\":\"%s\",\"here\":%s,\"answered\":%s}"
        .formatted(isMoved ? "moved" : "ready", isHeard, isMoved ? answersAfter : answersBefore);
  }

  private void run(String... options) {
    Options parsed = new Options();
    new CommandLine(parsed).parseArgs(options);
    parsed.move.run(around, BEGUN);
  }

  @Test
  void shouldComeOffTheWire() throws IOException {
    Path note = directory.resolve("note");
    run("--run", "echo $VIADUCT_MAC $VIADUCT_TO $VIADUCT_DEVICE $VIADUCT_KIND > " + note);
    assertThat(questions).containsExactly("POST " + MOVE + "/activate");
    assertThat(Files.readString(note)).isEqualTo("02:00:00:00:00:01 h3 veth1 off-wire\n");
    assertThat(told.toString()).contains("02:00:00:00:00:01 is at h3");
  }

  @Test
  void shouldDoNothingWithAMachineThatDoesNotAnswer() {
    answersBefore = false;
    Path note = directory.resolve("note");
    assertThatThrownBy(() -> run("--run", "touch " + note))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("does not answer h1");
    assertThat(questions).containsExactly("DELETE " + MOVE);
    assertThat(note).doesNotExist();
  }

  @Test
  void shouldStayWhereItIsWhenItIsNotHeardOrTheCommandFails() {
    Path note = directory.resolve("back");
    assertThatThrownBy(() -> run("--run", "false", "--run-back", "touch " + note))
        .hasMessageContaining("'false' failed, so it stays where it was");
    assertThat(note).exists();
    isHeard = false;
    assertThatThrownBy(() -> run("--run", "true"))
        .hasMessageContaining("was not heard at h3 within 60 s");
    assertThat(questions).containsExactly("DELETE " + MOVE, "DELETE " + MOVE);
  }

  @Test
  void shouldGoBackByItselfWhenItIsNotReachedAfterwards() {
    answersAfter = false;
    Path note = directory.resolve("back");
    assertThatThrownBy(() -> run("--run", "true", "--run-back", "touch " + note))
        .hasMessageContaining("does not answer h1 from its new place");
    assertThat(questions)
        .containsExactly(
            "POST " + MOVE + "/activate",
            "POST /api/v1/ports/vm1/onto-wire",
            "POST " + MOVE + "/activate?atOnce=true");
    assertThat(note).exists();
  }

  @Test
  void shouldNotAttachAgainWhatIsHeardThereAlready() {
    Path note = directory.resolve("note");
    Options options = new Options();
    new CommandLine(options).parseArgs("--run", "touch " + note);
    Map<String, Object> begun = new HashMap<>(BEGUN);
    begun.put("here", true);
    options.move.run(around, begun);
    assertThat(note).doesNotExist();
    assertThat(questions).containsExactly("POST " + MOVE + "/activate");
  }

  @Test
  void shouldCheckWhatSomebodyActivatedJustBefore() {
    isMoved = true;
    EarlierSteps.Done done = new EarlierSteps.Done("02:00:00:00:00:01", Optional.of(BEGUN));
    new Options().move.end(around, done, "h3", "blue");
    assertThat(questions).isEmpty();
    assertThat(told.toString()).contains("02:00:00:00:00:01 is at h3 already");
    answersAfter = false;
    assertThatThrownBy(() -> new Options().move.end(around, done, "h3", "blue"))
        .hasMessageContaining("does not answer h1 from its new place");
  }

  @Test
  void shouldAskNobodyIfThatIsNotWanted() {
    answersBefore = false;
    answersAfter = false;
    run("--run", "true", "--no-check");
    assertThat(questions).containsExactly("POST " + MOVE + "/activate");
  }
}
