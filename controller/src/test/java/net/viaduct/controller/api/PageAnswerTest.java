package net.viaduct.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the page's files are given out, through real sockets. */
class PageAnswerTest {
  @TempDir Path directory;
  private RunningApi api;
  private SocketAddress socket;
  private SocketAddress loopback;

  @BeforeEach
  void start() throws IOException {
    api = RunningApi.start(directory, 1_000);
    socket = api.socket();
    loopback = api.loopback();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  @Test
  void shouldGiveThePageToAnybodyWithWhatABrowserMayDo() throws IOException {
    String wrong = "Authorization: Bearer viaduct.none.wrong\r\n";
    Asked page = Asked.of(loopback, "GET", "/", wrong, "");
    assertThat(page.status()).isEqualTo(200);
    assertThat(page.body()).contains("/page/main.js").doesNotContain("<script>", "style=");
    assertThat(page.head())
        .contains(
            "Content-Security-Policy: default-src 'none'; script-src 'self';",
            "frame-ancestors 'none'",
            "X-Content-Type-Options: nosniff",
            "Content-Type: text/html");
    String tag = page.head().replaceFirst("(?s).*ETag: (\\S+).*", "$1");
    assertThat(Asked.of(loopback, "GET", "/", "If-None-Match: " + tag + "\r\n", "").status())
        .isEqualTo(304);
    assertThat(Asked.of(loopback, "GET", "/page/main.js", "", "").head())
        .contains("text/javascript");
    Asked icon = Asked.of(loopback, "GET", "/favicon.ico", "", "");
    assertThat(icon.status()).isEqualTo(200);
    assertThat(icon.head()).contains("image/svg+xml");
    assertThat(icon.body()).startsWith("<svg");
    assertThat(Asked.of(loopback, "HEAD", "/", "", "").body()).isEmpty();
    assertThat(Asked.of(loopback, "GET", "/page/../index.html", "", "").status()).isNotEqualTo(200);
    assertThat(Asked.of(loopback, "GET", "/page/index.html", "", "").status()).isEqualTo(404);
    assertThat(Asked.of(loopback, "POST", "/", "", "").status()).isEqualTo(404);
  }

  /** A page of others could have its own name lead to this machine (DNS rebinding). */
  @Test
  void shouldRefuseAtTheLoopbackDoorWhatIsMeantForAnotherName() throws IOException {
    String target = "/api/v1/status";
    assertThat(Asked.ofHost(loopback, "evil.example", target).status()).isEqualTo(421);
    assertThat(Asked.ofHost(loopback, "evil.example", "/").status()).isEqualTo(421);
    assertThat(Asked.ofHost(socket, "evil.example", target).status()).isEqualTo(200);
    assertThat(Asked.of(loopback, "GET", target, "", "").status()).isEqualTo(200);
  }
}
