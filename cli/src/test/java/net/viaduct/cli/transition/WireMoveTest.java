package net.viaduct.cli.transition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.cli.Refusal;
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
  private AnsweringApi api;
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
    api = new AnsweringApi(this::answer);
    around =
        new WireMove.Surroundings(
            api.client(), () -> nowNs.addAndGet(10_000_000_000L), new PrintWriter(told));
  }

  @AfterEach
  void close() throws IOException {
    api.close();
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
    parsed.move.run(around, new ToldMove(BEGUN));
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
    options.move.run(around, new ToldMove(begun));
    assertThat(note).doesNotExist();
    assertThat(questions).containsExactly("POST " + MOVE + "/activate");
  }

  @Test
  void shouldCheckWhatSomebodyActivatedJustBefore() {
    isMoved = true;
    EarlierSteps.Done done =
        new EarlierSteps.Done("02:00:00:00:00:01", Optional.of(new ToldMove(BEGUN)));
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
