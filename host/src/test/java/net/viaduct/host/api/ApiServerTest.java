package net.viaduct.host.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import net.viaduct.host.client.ApiAnswer;
import net.viaduct.host.client.ApiClient;
import net.viaduct.host.client.ApiSilent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The local API through a real Unix socket. */
class ApiServerTest {
  @TempDir Path directory;
  private Path socket;
  private ApiServer server;
  private ApiClient client;

  @BeforeEach
  void start() {
    socket = directory.resolve("run/h1.sock");
    server = ApiServer.start(socket, Optional.empty(), new FixedHost());
    client = new ApiClient(socket, Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() {
    server.close();
    assertThat(socket).doesNotExist();
  }

  @Test
  void shouldAnswerWithJsonWhenAskedForPorts() throws ApiSilent {
    ApiAnswer answer = client.get("/v1/ports");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .isEqualTo(
            "{\"ports\":[{\"name\":\"vm1\",\"network\":\"blue\",\"vni\":100,\"kind\":\"tap\","
                + "\"vlan\":null,\"state\":\"attached\",\"heldBack\":null,\"link\":\"UP\",\"mtuBytes\":1450,\"stations\":1,\"queues\":1,\"queuesMissing\":null,\"portGroup\":null,\"traffic\":{\"receivedFrames\":10,"
                + "\"receivedBytes\":1000,\"receivedDatagrams\":11,\"sentFrames\":20,\"sentBytes\":2000,"
                + "\"sentDatagrams\":22,\"drops\":3}}]}");
  }

  @Test
  void shouldAnswerForEveryThing() throws ApiSilent {
    for (String thing :
        new String[] {
          "status",
          "networks",
          "ports",
          "stations",
          "remotes",
          "flood",
          "groups",
          "drops",
          "counters"
        }) {
      assertThat(client.get("/v1/" + thing).status()).as(thing).isEqualTo(200);
    }
  }

  @Test
  void shouldWriteTimesAsIso8601() throws ApiSilent {
    assertThat(client.get("/v1/status").body()).contains("\"startedAt\":\"1970-01-01T00:00:00Z\"");
  }

  @Test
  void shouldPageThroughStations() throws ApiSilent {
    ApiAnswer first = client.get("/v1/stations?limit=1");
    assertThat(first.body()).contains("02:00:00:00:00:01").contains("\"next\":\"1\"");
    ApiAnswer second = client.get("/v1/stations?limit=1&cursor=1");
    assertThat(second.body()).contains("02:00:00:00:00:02").contains("\"next\":null");
  }

  @Test
  void shouldAnswerWithAProblemWhenAskedWrongly() throws ApiSilent {
    ApiAnswer unknown = client.get("/v1/prots");
    assertThat(unknown.status()).isEqualTo(404);
    assertThat(unknown.body())
        .startsWith(
            "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"there is"
                + " no /v1/prots; there is /v1/status, /v1/controller,")
        .contains("/v1/neighbours, /v1/flaps,", "/v1/announce, /v1/reload");
    assertThat(client.post("/v1/announce?network=blue").body()).isEqualTo("{\"stations\":2}");
    ApiAnswer refused = client.post("/v1/announce?network=red");
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.body()).contains("there is no network 'red'");
    assertThat(client.get("/v1/reload").status()).isEqualTo(405);
    assertThat(client.get("/v1/stations?limit=0").body())
        .contains("limit: '0' is out of range; a page has 1 to 67108864");
    assertThat(client.get("/v1/stations?cursor=x").body()).contains("cursor: 'x' is none");
    assertThat(client.get("/v1/ports?limit=1").body()).contains("has no parameter 'limit'");
    assertThat(client.get("/v1/stations?limit=1&limit=2").body()).contains("comes twice");
    assertThat(client.get("/v1/stations?limit=%zz").status()).isEqualTo(400);
  }

  @Test
  void shouldTellAllThatIsWrongWhenAReloadIsRefused() throws ApiSilent {
    ApiAnswer answer = client.post("/v1/reload");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.body()).contains("\"errors\":[\"v.yaml:1:1: first\",\"v.yaml:2:1: second\"]");
  }

  @Test
  void shouldTellTheCauseWhenTheHostFails() throws ApiSilent {
    ApiAnswer answer = client.get("/v1/errors");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("the log of errors is broken");
  }

  @Test
  void shouldRefuseWhatIsNotAnHonestRequest() throws IOException {
    assertThat(raw("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400").contains("about:blank");
    String longHeader =
        "GET /v1/ports HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(20_000) + "\r\n\r\n";
    assertThat(raw(longHeader)).startsWith("HTTP/1.1 431").contains("about:blank");
    String longBody = "POST /v1/reload HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n";
    assertThat(raw(longBody)).startsWith("HTTP/1.1 413").contains("about:blank");
  }

  private String raw(String request) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        InputStream in = Channels.newInputStream(channel)) {
      channel.write(StandardCharsets.US_ASCII.encode(request));
      channel.shutdownOutput();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void shouldBeReadableByOwnerAndGroupOnly() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
        .isEqualTo("rw-rw----");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())))
        .isEqualTo("rwxr-x---");
  }

  @Test
  void shouldRefuseASecondOneOnTheSameSocket() throws ApiSilent {
    assertThatThrownBy(() -> ApiServer.start(socket, Optional.empty(), new FixedHost()))
        .isInstanceOf(ApiUnavailable.class)
        .hasMessage(
            "somebody answers on "
                + socket
                + " already: this host is up; stop it first, or give this one another 'host' or"
                + " 'api: { socket: ... }'");
    assertThat(client.get("/v1/status").status()).as("the first one goes on").isEqualTo(200);
  }

  @Test
  void shouldReplaceASocketWhenItsProcessIsDead() throws IOException {
    Path stale = directory.resolve("stale.sock");
    try (ServerSocketChannel left = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      left.bind(UnixDomainSocketAddress.of(stale));
    }
    assertThat(stale).exists();
    try (ApiServer second = ApiServer.start(stale, Optional.empty(), new FixedHost())) {
      assertThat(second.socket()).isEqualTo(stale);
      assertThat(new ApiClient(stale, Duration.ofSeconds(20)).get("/v1/status").status())
          .isEqualTo(200);
    }
    assertThat(stale).doesNotExist();
  }

  @Test
  void shouldLeaveAFileAloneThatIsNoSocket() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "dear to somebody");
    assertThatThrownBy(() -> ApiServer.start(file, Optional.empty(), new FixedHost()))
        .hasMessage(file + " is not a socket; it is left alone");
    assertThat(file).hasContent("dear to somebody");
  }

  @Test
  void shouldSayThatThereIsNoSuchGroup() {
    Path other = directory.resolve("other.sock");
    assertThatThrownBy(() -> ApiServer.start(other, Optional.of("no-such-group"), new FixedHost()))
        .hasMessage("there is no group 'no-such-group' on this host");
    assertThat(other).doesNotExist();
  }

  @Test
  void shouldSayThatTheHostHangsWhenNobodyAnswersInTime() throws IOException {
    Path silent = directory.resolve("silent.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(silent));
      assertThatThrownBy(() -> new ApiClient(silent, Duration.ofMillis(50)).get("/v1/status"))
          .isInstanceOf(ApiSilent.class)
          .hasMessage("no answer on " + silent + " within 50 ms: the host hangs");
    }
    assertThatThrownBy(() -> new ApiClient(silent, Duration.ofSeconds(20)).get("/v1/status"))
        .hasMessageContaining("nobody answers on " + silent);
    Files.delete(silent);
    assertThatThrownBy(() -> new ApiClient(silent, Duration.ofSeconds(20)).get("/v1/status"))
        .hasMessage("there is no " + silent + ": is the host up? (viaduct up)");
  }

  @Test
  void shouldSayThatItIsNoHostWhenSomethingElseAnswers() throws Exception {
    Path other = directory.resolve("else.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(other));
      Thread answering = Thread.ofVirtual().start(() -> answer(listener));
      assertThatThrownBy(() -> new ApiClient(other, Duration.ofSeconds(20)).get("/v1/status"))
          .hasMessage("what answers is not the local API of a host");
      answering.join();
    }
  }

  private static void answer(ServerSocketChannel listener) {
    try (SocketChannel channel = listener.accept()) {
      channel.write(ByteBuffer.wrap("+OK hello\r\n".getBytes(StandardCharsets.US_ASCII)));
      channel.read(ByteBuffer.allocate(1024));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
