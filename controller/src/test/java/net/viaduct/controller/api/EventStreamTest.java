package net.viaduct.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.json.Documents;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Those who listen to changes and do not read, or who are many. */
@Timeout(120)
class EventStreamTest {
  private static final String JSON = "Content-Type: application/json\r\n";

  /** Some 2.5 MB a revision: the system's buffers of a connection hold one or two. */
  private static final int OBJECTS = 1_000;

  private static final int LABELS = 20;
  private static final int REVISIONS = 5;
  private static final int MOST_OF_ONE = 64;

  /** A file forgets a thousand revisions at once. */
  private static final int FORGOTTEN_BEHIND = 1_010;

  @TempDir Path directory;

  /** A connection that listens. */
  private static final class Ear implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader lines;

    Ear(SocketAddress where, String target, String headers) throws IOException {
      channel = SocketChannel.open();
      channel.setOption(StandardSocketOptions.SO_RCVBUF, 4_096);
      channel.connect(where);
      // by the old version, what is told comes as it is, without chunks
      String request = "GET " + target + " HTTP/1.0\r\nHost: localhost\r\n" + headers + "\r\n";
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      lines =
          new BufferedReader(
              new InputStreamReader(channel.socket().getInputStream(), StandardCharsets.UTF_8));
    }

    /** What it was answered, once its places are taken or refused. */
    int status() throws IOException {
      return Integer.parseInt(line().substring(9, 12));
    }

    String line() throws IOException {
      String line = lines.readLine();
      if (line == null) {
        throw new IOException("it ended without a word");
      }
      return line;
    }

    /** The names of the events up to one that has such a line. */
    List<String> eventsUntil(String... last) throws IOException {
      List<String> events = new ArrayList<>();
      while (true) {
        String line = line();
        if (line.startsWith("event: ")) {
          events.add(line.substring("event: ".length()));
        }
        if (List.of(last).contains(line)) {
          return events;
        }
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private static void changeAll(RunningApi api) throws IOException {
    for (int revision = 1; revision <= REVISIONS; revision++) {
      ObjectNode document = Documents.object();
      ArrayNode hosts = document.putArray("hosts");
      for (int i = 0; i < OBJECTS; i++) {
        ObjectNode host = hosts.addObject().put("name", "h" + i);
        host.putArray("addresses").add("10.1." + i / 250 + "." + (i % 250 + 1));
        ObjectNode labels = host.putObject("labels");
        for (int n = 0; n < LABELS; n++) {
          labels.put("l" + n + "x".repeat(50), "v" + revision + "x".repeat(50));
        }
      }
      Asked applied =
          Asked.of(api.socket(), "POST", "/api/v1/apply", JSON, Documents.write(document));
      assertThat(applied.status()).as(applied.body()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("Slow readers are bounded: one that reads nothing gets all from the history later")
  void shouldGiveAllToAListenerThatReadsLater() throws IOException {
    try (RunningApi api = RunningApi.start(directory, 100);
        Ear slow = new Ear(api.loopback(), "/api/v1/watch?revision=0&kinds=host", "")) {
      changeAll(api);
      try (Ear other = new Ear(api.loopback(), "/api/v1/watch?revision=0&kinds=host", "")) {
        other.eventsUntil("id: " + REVISIONS); // nobody waits for the slow one
      }
      assertThat(slow.eventsUntil("id: " + REVISIONS))
          .hasSize(OBJECTS * REVISIONS)
          .containsOnly("put");
    }
  }

  @Test
  @DisplayName("Slow readers are resynchronised: one that falls behind the history is told so")
  void shouldEndTheStreamOfAListenerThatFallsBehindTheHistory() throws IOException {
    try (RunningApi api = RunningApi.start(directory, 1);
        Ear slow = new Ear(api.loopback(), "/api/v1/watch?revision=0&kinds=host", "")) {
      changeAll(api);
      for (int i = 0; i < FORGOTTEN_BEHIND / 2; i++) {
        Asked.of(api.socket(), "POST", "/api/v1/networks", JSON, "{\"name\":\"blue\"}");
        Asked.of(api.socket(), "DELETE", "/api/v1/networks/blue", "", "");
      }
      List<String> events = slow.eventsUntil("event: end");
      assertThat(events).as("nothing kept the rest for it").hasSizeLessThan(OBJECTS * REVISIONS);
      assertThat(slow.line()).contains("data:", "revision");
      Asked listed = Asked.of(api.loopback(), "GET", "/api/v1/hosts", "", "");
      String revision = listed.json().get("revision").asString();
      try (Ear anew = new Ear(api.loopback(), "/api/v1/watch?revision=" + revision, "")) {
        assertThat(anew.status()).isEqualTo(200);
      }
    }
  }

  @Test
  void shouldLeaveRoomForOthersWhenOneListensOften() throws IOException {
    try (RunningApi api = RunningApi.start(directory, 100)) {
      List<Ear> ears = new ArrayList<>();
      for (int i = 0; i < MOST_OF_ONE; i++) {
        ears.add(new Ear(api.loopback(), "/api/v1/watch", ""));
        assertThat(ears.getLast().status()).isEqualTo(200);
      }
      assertThat(listen(api)).isEqualTo(429);
      Asked token =
          Asked.of(
              api.socket(),
              "POST",
              "/api/v1/tokens",
              JSON,
              "{\"name\":\"anna\",\"role\":\"viewer\"}");
      String anna = "Authorization: Bearer " + token.json().get("token").asString() + "\r\n";
      try (Ear other = new Ear(api.loopback(), "/api/v1/watch", anna)) {
        assertThat(other.status()).as("another one").isEqualTo(200);
      }
      ears.removeFirst().close();
      HostsRig.await("there is a place again", () -> hasAPlaceAfterAChange(api));
      for (Ear ear : ears) {
        ear.close();
      }
    }
  }

  private static int listen(RunningApi api) throws IOException {
    try (Ear one = new Ear(api.loopback(), "/api/v1/watch", "")) {
      return one.status();
    }
  }

  /** Who has gone is noticed when there is something to tell. */
  private static boolean hasAPlaceAfterAChange(RunningApi api) {
    try {
      Asked.of(api.socket(), "POST", "/api/v1/networks", JSON, "{\"name\":\"blue\"}");
      Asked.of(api.socket(), "DELETE", "/api/v1/networks/blue", "", "");
      return listen(api) == 200;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
