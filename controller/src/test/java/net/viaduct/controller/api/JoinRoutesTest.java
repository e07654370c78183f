package net.viaduct.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Join tokens by the API of a controller that lets hosts in. */
class JoinRoutesTest {
  private static final String TOKENS = "/api/v1/join-tokens";

  @TempDir Path directory;
  private RunningApi api;
  private SocketAddress socket;

  @BeforeEach
  void start() throws IOException {
    api = RunningApi.withHosts(directory);
    socket = api.socket();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Asked post(String body) throws IOException {
    String type = "Content-Type: application/json\r\n";
    return Asked.of(socket, "POST", TOKENS, type, body.replace('\'', '"'));
  }

  @Test
  void shouldTellHowOftenATokenCanBeUsed() throws IOException {
    Asked wrong = post("{'uses':1000001}");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.json().get("detail").asString())
        .contains("/uses", "a number of uses is 1 to 1000000")
        .doesNotContain("seconds");
    assertThat(post("{'uses':1000000}").status()).isEqualTo(201);
  }

  @Test
  void shouldTellInTheAuditLogWhoMadeAndDeletedAToken() throws IOException {
    String id = post("{'uses':3,'host':'h1'}").json().get("id").asString();
    Asked.of(socket, "DELETE", TOKENS + "/" + id, "", "");
    assertThat(Asked.of(socket, "GET", "/api/v1/audit", "", "").json().get("items"))
        .hasSize(2)
        .allSatisfy(entry -> {
          assertThat(entry.get("who").asString()).isEqualTo("local");
          assertThat(entry.get("changes").get(0).asString()).contains("join token " + id);
        });
  }
}
