package net.viaduct.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.controller.Controller;
import net.viaduct.controller.ControllerConfig;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.json.FieldNames;
import net.viaduct.controller.model.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** The API through real sockets, on a real store. */
class ControllerServerTest {
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final String PATCH = "Content-Type: application/merge-patch+json\r\n";

  @TempDir Path directory;
  private Controller controller;
  private SocketAddress socket;
  private SocketAddress loopback;

  @BeforeEach
  void start() throws IOException {
    start(100_000);
  }

  private void start(int requests) throws IOException {
    RunningApi api =
        RunningApi.start(RunningApi.config(directory, 100_000, requests), Optional.empty());
    controller = api.controller();
    socket = api.socket();
    loopback = api.loopback();
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  private Asked post(String target, String body) throws IOException {
    return Asked.of(socket, "POST", target, JSON, body.replace('\'', '"'));
  }

  private Asked get(String target) throws IOException {
    return Asked.of(socket, "GET", target, "", "");
  }

  private String token(String role) throws IOException {
    Asked made = post("/api/v1/tokens", "{'name':'t-" + role + "','role':'" + role + "'}");
    assertThat(made.status()).isEqualTo(201);
    return "Authorization: Bearer " + made.json().get("token").asString() + "\r\n";
  }

  private long revision() throws IOException {
    return get("/api/v1/status").json().get("revision").asLong();
  }

  @Test
  void shouldShowWhatWasCreatedChangedAndDeleted() throws IOException {
    Asked made = post("/api/v1/networks", "{'name':'blue','subnets':['10.0.0.0/24']}");
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.head()).contains("Location: /api/v1/networks/blue").contains("ETag: \"1\"");
    assertThat(made.json().get("vni").asInt()).isEqualTo(5_000);
    assertThat(get("/api/v1/networks/blue").json()).isEqualTo(made.json());
    assertThat(get("/api/v1/networks").json().get("items").get(0)).isEqualTo(made.json());
    Asked patched =
        Asked.of(socket, "PATCH", "/api/v1/networks/blue", PATCH, "{\"mtuBytes\":1400}");
    assertThat(patched.json().get("mtuBytes").asInt()).isEqualTo(1_400);
    assertThat(patched.json().get("subnets")).isEqualTo(made.json().get("subnets"));
    String stale = JSON + "If-Match: \"1\"\r\n";
    assertThat(
            Asked.of(socket, "PUT", "/api/v1/networks/blue", stale, "{\"name\":\"blue\"}").status())
        .isEqualTo(412);
    assertThat(Asked.of(socket, "PUT", "/api/v1/networks/blue", JSON, made.body()).status())
        .as("an object that was read before carries its revision")
        .isEqualTo(412);
    assertThat(Asked.of(socket, "DELETE", "/api/v1/networks/blue", "", "").status()).isEqualTo(200);
    assertThat(get("/api/v1/networks/blue").status()).isEqualTo(404);
    assertThat(get("/api/v1/audit").json().get("items").size()).isEqualTo(3);
  }

  @Test
  void shouldTellMistakesAsProblems() throws IOException {
    Asked wrong = post("/api/v1/ports", "{'name':'vm1','mac':'x','speed':1}");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.head()).contains("Content-Type: application/problem+json");
    assertThat(wrong.json().get("errors").findValuesAsString("pointer"))
        .containsExactly("/network", "/mac", "/speed");
    post("/api/v1/networks", "{'name':'blue'}");
    post("/api/v1/ports", "{'name':'vm1','network':'blue','mac':'02:00:00:00:00:01'}");
    Asked used = Asked.of(socket, "DELETE", "/api/v1/networks/blue", "", "");
    assertThat(used.status()).isEqualTo(409);
    assertThat(used.json().get("others").get(0).asString()).isEqualTo("port vm1");
    assertThat(get("/api/v1/nothing").status()).isEqualTo(404);
    assertThat(Asked.of(socket, "DELETE", "/api/v1/networks", "", "").status()).isEqualTo(405);
    assertThat(get("/api/v1/networks?limt=1").status()).isEqualTo(400);
    assertThat(Asked.of(socket, "POST", "/api/v1/networks", "", "{}").status()).isEqualTo(415);
    assertThat(post("/api/v1/networks", "{'name':'" + "x".repeat(300_000) + "'}").status())
        .isEqualTo(413);
  }

  @Test
  void shouldListByPagesAndByWhatTheyReferTo() throws IOException {
    post("/api/v1/networks", "{'name':'blue'}");
    post("/api/v1/networks", "{'name':'red'}");
    for (int i = 10; i < 30; i++) {
      String network = i % 2 == 0 ? "blue" : "red";
      post(
          "/api/v1/ports",
          "{'name':'p" + i + "','network':'" + network + "','mac':'02:00:00:00:00:" + i + "'}");
    }
    List<String> names = new ArrayList<>();
    String cursor = "";
    do {
      ObjectNode page = get("/api/v1/ports?limit=3&network=blue" + cursor).json();
      names.addAll(page.findValuesAsString("name"));
      cursor = page.has("cursor") ? "&cursor=" + page.get("cursor").asString() : "";
      Asked.of(socket, "DELETE", "/api/v1/ports/p28", "", "");
    } while (!cursor.isEmpty());
    assertThat(names).hasSize(10).startsWith("p10", "p12").endsWith("p28");
  }

  @Test
  void shouldLetEachRoleDoItsOwn() throws IOException {
    String viewer = token("viewer");
    String operator = token("operator");
    String network = "{\"name\":\"blue\"}";
    assertThat(Asked.of(loopback, "POST", "/api/v1/networks", JSON, network).status())
        .as("whoever is on this machine may look only")
        .isEqualTo(403);
    assertThat(Asked.of(loopback, "POST", "/api/v1/networks", JSON + viewer, network).status())
        .isEqualTo(403);
    assertThat(Asked.of(loopback, "POST", "/api/v1/networks", JSON + operator, network).status())
        .isEqualTo(201);
    assertThat(Asked.of(loopback, "GET", "/api/v1/tokens", operator, "").status()).isEqualTo(403);
    assertThat(Asked.of(loopback, "GET", "/api/v1/networks", operator + "X: y\r\n", "").status())
        .isEqualTo(200);
    String forged = operator.substring(0, operator.length() - 3) + "x\r\n";
    assertThat(Asked.of(loopback, "GET", "/api/v1/networks", forged, "").status()).isEqualTo(401);
    Asked.of(socket, "DELETE", "/api/v1/tokens/t-operator", "", "");
    assertThat(Asked.of(loopback, "GET", "/api/v1/networks", operator, "").status()).isEqualTo(401);
    assertThat(get("/api/v1/tokens").body()).doesNotContain("sha256").contains("t-viewer");
  }

  @Test
  void shouldRefuseWhoAsksTooOften() throws IOException {
    controller.close();
    start(3);
    int refused = 0;
    for (int i = 0; i < 40 && refused == 0; i++) {
      refused += get("/api/v1/status").status() == 429 ? 1 : 0;
    }
    assertThat(refused).isEqualTo(1);
  }

  @Test
  void shouldTellChangesAsTheyHappenAndGoOnWhereAListenerLeft()
      throws IOException, InterruptedException {
    post("/api/v1/networks", "{'name':'blue'}");
    URI uri =
        URI.create(
            "http://127.0.0.1:" + controller.server().port(false) + "/api/v1/watch?kinds=network");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(uri).header("Last-Event-ID", "0").build();
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      assertThat(response.statusCode()).isEqualTo(200);
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        assertThat(event(lines)).contains("event: put", "\"name\":\"blue\"");
        post("/api/v1/hosts", "{'name':'h1','addresses':['10.0.0.1']}");
        Asked.of(socket, "DELETE", "/api/v1/networks/blue", "", "");
        assertThat(event(lines)).contains("event: delete", "\"name\":\"blue\"", "\"revision\":3");
      }
    }
    assertThat(get("/api/v1/watch?revision=99").status()).isEqualTo(410);
  }

  @Test
  @Timeout(60)
  void shouldEndTheStreamOfWhoseTokenIsDeleted() throws IOException, InterruptedException {
    String viewer = token("viewer");
    URI uri = URI.create("http://127.0.0.1:" + controller.server().port(false) + "/api/v1/watch");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(uri)
              .header("Authorization", viewer.replaceFirst("Authorization: ", "").trim())
              .build();
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
        post("/api/v1/networks", "{'name':'blue'}");
        assertThat(event(lines)).contains("event: put", "\"name\":\"blue\"");
        Asked.of(socket, "DELETE", "/api/v1/tokens/t-viewer", "", "");
        assertThat(event(lines)).contains("event: end", "taken away");
        assertThat(event(lines)).as("there is no more").isEmpty();
      }
    }
  }

  @Test
  void shouldLeaveTheSocketOfAnotherControllerAloneWhenItCannotStart() throws IOException {
    ControllerConfig other = RunningApi.config(directory.resolve("other"), 100, 100);
    ControllerConfig sameSocket =
        new ControllerConfig(
            other.store(),
            other.history(),
            Optional.of(directory.resolve("c.sock")),
            OptionalInt.empty(),
            Optional.empty(),
            other.firstVni(),
            other.lastVni(),
            other.requestsPerSecond(),
            other.requestsAtOnce());
    assertThatThrownBy(() -> RunningApi.start(sameSocket, Optional.empty()))
        .hasMessageContaining("somebody answers on");
    assertThat(get("/api/v1/status").status()).as("the first one still answers").isEqualTo(200);
  }

  /** The next event with data; an id alone is none. */
  private static String event(BufferedReader lines) throws IOException {
    StringBuilder text = new StringBuilder();
    String line = lines.readLine();
    while (line != null && !(line.isEmpty() && text.indexOf("data:") >= 0)) {
      text.append(line).append('\n');
      line = lines.readLine();
    }
    return text.toString();
  }

  @Test
  void shouldApplyADocumentAndTellTheDifference() throws IOException {
    String document =
        "{'networks':[{'name':'blue','vni':7}],'ports':[{'name':'vm1','network':'blue',"
            + "'mac':'02:00:00:00:00:01'}]}";
    assertThat(post("/api/v1/apply?dry-run=true", document).json().get("differences").size())
        .isEqualTo(2);
    assertThat(revision()).isZero();
    assertThat(post("/api/v1/apply", document).json().get("differences").size()).isEqualTo(2);
    assertThat(post("/api/v1/apply", document).json().get("differences").size()).isZero();
    Asked pruned = post("/api/v1/apply?prune=true", "{'ports':[],'networks':[]}");
    assertThat(pruned.json().get("differences").findValuesAsString("action"))
        .containsExactly("delete", "delete");
  }

  @Test
  void shouldPromiseOfPruningWhatIsDoneAndNothingElse() throws IOException {
    post(
        "/api/v1/apply",
        "{'networks':[{'name':'blue','vni':7},{'name':'red','vni':8}],'ports':[{'name':'vm1',"
            + "'network':'red','mac':'02:00:00:00:00:01'},{'name':'vm2','network':'blue',"
            + "'mac':'02:00:00:00:00:02'}]}");
    long before = revision();
    String vm2 = "{'name':'vm2','network':'blue','mac':'02:00:00:00:00:02'}";
    List<String> refused =
        List.of(
            "{'networks':[{'name':'green','vni':9},{'name':'blue'}]}", // vm1 stays in red
            "{'networks':[{'name':'blue'}],'ports':[" + vm2.replace("blue", "red") + "]}");
    for (String document : refused) {
      for (String dry : List.of("true", "false")) {
        Asked asked = post("/api/v1/apply?prune=true&dry-run=" + dry, document);
        assertThat(asked.status()).as(document).isEqualTo(409);
        assertThat(asked.json().get("detail").asString()).contains("network red is in use by port");
      }
    }
    assertThat(revision()).as("nothing was changed").isEqualTo(before);
    String moves = "{'networks':[{'name':'red'}],'ports':[" + vm2.replace("blue", "red") + "]}";
    Asked promised = post("/api/v1/apply?prune=true&dry-run=true", moves);
    assertThat(promised.json().get("differences").size()).isEqualTo(3);
    assertThat(post("/api/v1/apply?prune=true", moves).json().get("differences"))
        .isEqualTo(promised.json().get("differences"));
  }

  @Test
  void shouldDescribeEachRouteAndEachFieldInTheOpenApiDocument() throws IOException {
    ObjectNode document = get("/api/v1/openapi.json").json();
    Set<String> operations = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .propertyNames()
                .forEach(method ->
                    operations.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey())));
    assertThat(operations).hasSize(51).contains("GET /api/v1/ports/{name}", "POST /api/v1/apply");
    for (String operation : operations) {
      String[] parts = operation.split(" ", 2);
      String path = parts[1].replaceAll("\\{[a-z]+}", "none");
      if (!path.equals("/api/v1/watch")) {
        assertThat(Asked.of(socket, parts[0], path, JSON, "{").status())
            .as(operation)
            .isNotIn(405, 500, 501)
            .isNotZero();
      }
    }
    for (Kind kind : Kind.values()) {
      Set<String> described =
          new TreeSet<>(
              document
                  .at("/components/schemas/" + KindSchemas.nameOf(kind) + "/properties")
                  .propertyNames());
      described.removeAll(Set.of("created", "revision", "observed", "warnings"));
      assertThat(described)
          .as("fields of " + kind)
          .containsExactlyInAnyOrderElementsOf(FieldNames.of(kind));
    }
    assertThat(document.findValuesAsString("$ref"))
        .allSatisfy(it -> assertThat(document.at(it.substring(1)).isMissingNode()).isFalse());
  }

  @Test
  void shouldChangeNothingWhenAThousandRequestsAreMalformedOrNotAllowed() throws IOException {
    post("/api/v1/networks", "{'name':'blue','vni':100}");
    String viewer = token("viewer");
    long before = revision();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String> paths = new ArrayList<>();
    get("/api/v1/openapi.json").json().get("paths").propertyNames().forEach(paths::add);
    paths.remove("/api/v1/watch");
    for (int i = 0; i < 1_000; i++) {
      String path = paths.get(random.nextInt(paths.size())).replaceAll("\\{[a-z]+}", name(random));
      String method = List.of("GET", "POST", "PUT", "PATCH", "DELETE", "X").get(random.nextInt(6));
      boolean allowed = i % 3 == 0;
      String headers =
          (method.equals("PATCH") ? PATCH : JSON)
              + (allowed
                  ? ""
                  : i % 3 == 1 ? viewer : "Authorization: Bearer " + name(random) + "\r\n");
      String body = allowed ? broken(random) : "{\"name\":\"n" + i + "\"}";
      Asked asked =
          Asked.of(
              allowed ? socket : loopback,
              allowed && method.equals("DELETE") ? "X" : method,
              path,
              headers,
              body);
      assertThat(asked.status())
          .as("seed %d: %s %s %s", seed, method, path, body)
          .isNotIn(201, 202, 204, 500);
    }
    assertThat(revision()).as("seed " + seed).isEqualTo(before);
  }

  private static String name(Random random) {
    return List.of("blue", "%00", "a%2Fb", "x".repeat(100), "%F0%9F%98%80", "-", "..", "nothing")
        .get(random.nextInt(8));
  }

  private static String broken(Random random) {
    String right =
        Documents.write(
            Documents.object().put("name", "x" + random.nextInt()).put("vni", 5).put("mac", "02"));
    return switch (random.nextInt(5)) {
      case 0 -> right.substring(0, random.nextInt(right.length()));
      case 1 -> right.replace(':', (char) ('!' + random.nextInt(20)));
      case 2 -> "{\"name\":" + random.nextLong() + "}";
      case 3 -> "{\"unknown\":{}}";
      default -> "[" + right + "]";
    };
  }
}
