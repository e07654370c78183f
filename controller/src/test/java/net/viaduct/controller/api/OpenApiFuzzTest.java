package net.viaduct.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.viaduct.controller.json.Documents;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * The whole API, as its own document describes it, asked wrongly: by those who may not, and by
 * those who may with one thing that is not as described.
 */
class OpenApiFuzzTest {
  private static final int REQUESTS = 2_000;

  @TempDir Path directory;
  private RunningApi api;
  private SocketAddress socket;
  private SocketAddress loopback;
  private long seed;
  private Random random;
  private WrongRequests requests;
  private final Map<String, String> tokens = new TreeMap<>();

  @BeforeEach
  void start() throws IOException {
    api = RunningApi.withHosts(directory);
    socket = api.socket();
    loopback = api.loopback();
    seed = System.nanoTime();
    random = new Random(seed);
    requests =
        new WrongRequests(
            Asked.of(socket, "GET", "/api/v1/openapi.json", "", "").json(), new Random(seed));
    create("networks", "{'name':'blue','vni':100}");
    create("hosts", "{'name':'h1','addresses':['10.77.0.1']}");
    create("groups", "{'name':'g1'}");
    create("ports", "{'name':'vm1','network':'blue','mac':'02:00:00:00:00:01'}");
    create("stations", "{'network':'blue','mac':'02:00:00:00:00:02','direct':true}");
    for (String role : List.of("viewer", "operator")) {
      String made = create("tokens", "{'name':'" + role + "','role':'" + role + "'}");
      tokens.put(role, Documents.parseObject(made).get("token").asString());
    }
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private String create(String what, String body) throws IOException {
    Asked made =
        Asked.of(
            socket,
            "POST",
            "/api/v1/" + what,
            "Content-Type: application/json\r\n",
            body.replace('\'', '"'));
    assertThat(made.status()).as(made.body()).isEqualTo(201);
    return made.body();
  }

  private long revision() throws IOException {
    return Asked.of(socket, "GET", "/api/v1/status", "", "").json().get("revision").asLong();
  }

  private static String type(WrongRequests.Operation operation) {
    String type = operation.method().equals("PATCH") ? "merge-patch+json" : "json";
    return operation.hasBody() ? "Content-Type: application/" + type + "\r\n" : "";
  }

  private String rightBody(WrongRequests.Operation operation) {
    return operation.hasBody() ? Documents.write(requests.rightBody(operation)) : "";
  }

  @Test
  void shouldChangeNothingWhenThousandsOfRequestsAreMalformedOrNotAllowed() throws IOException {
    long before = revision();
    List<WrongRequests.Operation> operations = requests.operations();
    Map<String, Integer> answers = new TreeMap<>();
    for (int i = 0; i < REQUESTS; i++) {
      WrongRequests.Operation operation = operations.get(i % operations.size());
      int status =
          switch (random.nextInt(operation.hasBody() ? 6 : 3)) {
            case 0 -> byAStranger(operation);
            case 1 -> byOneWhoMayLess(operation);
            case 2 -> withAWrongQuery(operation);
            case 3 -> withAWrongDocument(operation);
            default -> withOneThingThatIsNotAllowed(operation);
          };
      answers.merge(String.valueOf(status), 1, Integer::sum);
    }
    assertThat(revision()).as("seed %d: %s", seed, answers).isEqualTo(before);
    assertThat(answers.keySet()).contains("400", "401", "403", "415", "422");
  }

  private int byAStranger(WrongRequests.Operation operation) throws IOException {
    String token = tokens.get("operator");
    int kept = token.length() - 1 - random.nextInt(20);
    String forged = token.substring(0, kept) + (token.charAt(kept) == 'A' ? 'B' : 'A');
    String headers = type(operation) + "Authorization: Bearer " + forged + "\r\n";
    return refused(
        loopback, operation, WrongRequests.target(operation), headers, rightBody(operation), 401);
  }

  private int byOneWhoMayLess(WrongRequests.Operation operation) throws IOException {
    if (operation.role().equals("viewer")) {
      return byAStranger(operation);
    }
    String less = operation.role().equals("admin") && random.nextBoolean() ? "operator" : "viewer";
    String headers =
        type(operation)
            + (less.equals("viewer") && random.nextBoolean()
                ? "" // whoever is on this machine may look
                : "Authorization: Bearer " + tokens.get(less) + "\r\n");
    return refused(
        loopback, operation, WrongRequests.target(operation), headers, rightBody(operation), 403);
  }

  private int withAWrongQuery(WrongRequests.Operation operation) throws IOException {
    String query =
        List.of(
                "?nothing=1",
                "?limit=0",
                "?limit=x",
                "?dry-run=2",
                "?revision=-1",
                "?%zz=1",
                "?cursor=x&cursor=x")
            .get(random.nextInt(7));
    return refused(
        socket,
        operation,
        WrongRequests.target(operation) + query,
        type(operation),
        rightBody(operation),
        400);
  }

  private int withAWrongDocument(WrongRequests.Operation operation) throws IOException {
    String right = rightBody(operation);
    return switch (random.nextInt(4)) {
      case 0 ->
          refused(
              socket,
              operation,
              WrongRequests.target(operation),
              "Content-Type: text/plain\r\n",
              right,
              415);
      case 1 ->
          refused(
              socket,
              operation,
              WrongRequests.target(operation),
              type(operation),
              right.substring(0, random.nextInt(right.length())),
              422);
      case 2 ->
          refused(
              socket,
              operation,
              WrongRequests.target(operation),
              type(operation),
              "[" + right + "]",
              422);
      default ->
          refused(
              socket,
              operation,
              WrongRequests.target(operation),
              type(operation),
              "{\"a\":".repeat(100) + right + "}".repeat(100),
              422);
    };
  }

  private int withOneThingThatIsNotAllowed(WrongRequests.Operation operation) throws IOException {
    ObjectNode body = requests.rightBody(operation);
    String what = requests.breakOne(operation, body);
    Asked asked =
        Asked.of(
            socket,
            operation.method(),
            WrongRequests.target(operation),
            type(operation),
            Documents.write(body));
    assertThat(asked.status())
        .as("seed %d: %s: %s: %s: %s", seed, operation, what, body, asked.body())
        .isEqualTo(422);
    return asked.status();
  }

  private int refused(
      SocketAddress where,
      WrongRequests.Operation operation,
      String target,
      String headers,
      String body,
      int expected)
      throws IOException {
    Asked asked = Asked.of(where, operation.method(), target, headers, body);
    assertThat(asked.status())
        .as(
            "seed %d: %s %s: %s %s: %s",
            seed, operation.method(), target, headers, body, asked.body())
        .isEqualTo(expected);
    assertThat(asked.head()).contains("Content-Type: application/problem+json");
    return asked.status();
  }

  @Test
  void shouldTakeTheSameRequestsWhenNothingIsWrongWithThem() throws IOException {
    for (WrongRequests.Operation operation : requests.operations()) {
      if (operation.hasBody()) {
        Asked asked =
            Asked.of(
                socket,
                operation.method(),
                WrongRequests.target(operation)
                    + (operation.path().endsWith("apply") ? "?dry-run=true" : ""),
                type(operation),
                rightBody(operation));
        assertThat(asked.status())
            .as("%s: %s", operation, asked.body())
            .isIn(200, 201, 409, 422); // as it must fit to what there is
        assertThat(asked.body()).as("%s", operation).doesNotContain("\"errors\"");
      }
    }
  }
}
