package net.viaduct.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.json.DefinitionReader;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the answer to a change of a port says about what its host cannot do. */
class WarningsTest {
  @TempDir Path directory;

  private static ObjectNode document(String json) {
    return Documents.parseObject(json.replace('\'', '"'));
  }

  private static List<String> words(JsonNode json) {
    return json.path("warnings").valueStream().map(JsonNode::asString).toList();
  }

  private static Definition create(Registry registry, Kind kind, String json) {
    return registry
        .create(DefinitionReader.read(kind, document(json)), HostsRig.OPERATOR)
        .definition();
  }

  private static List<String> warnings(
      Store store, Registry registry, Optional<Reachability> reachability, Definition changed) {
    ObjectNode json = Documents.object();
    new Warnings(store, registry, reachability).add(changed, json);
    return words(json);
  }

  @Test
  void shouldTellWhatDoesNotFitTheUnderlayOfAHostThatSaysWhatDoes() {
    try (Store store = SqliteStore.open(directory.resolve("c.db"), 100)) {
      Registry registry = new Registry(store, new Audit(Clock.systemUTC(), 1), 5_000, 5_999);
      create(registry, Kind.HOST, "{'name':'h1','addresses':['10.77.0.1']}");
      create(registry, Kind.NETWORK, "{'name':'blue','vni':100,'mtuBytes':9000}");
      String port = "{'name':'vm1','network':'blue','mac':'02:00:00:00:00:01','host':'h1'}";
      Definition vm1 = create(registry, Kind.PORT, port);
      assertThat(warnings(store, registry, Optional.empty(), vm1)).as("it says nothing").isEmpty();
      String state = document("{'abilities':{'largestMtuBytes':1450}}").toString();
      store.commit(new Transaction(List.of(), List.of(new Operation.Put("host-state/h1", state))));
      assertThat(warnings(store, registry, Optional.empty(), vm1))
          .containsExactly(
              "network blue has an MTU of 9000 bytes, and frames of more than 1450 do not fit into"
                  + " the underlay of host h1");
    }
  }

  @Test
  void shouldTellOfAGroupThatAHostCannotHear() {
    try (Store store = SqliteStore.open(directory.resolve("c.db"), 100)) {
      Registry registry = new Registry(store, new Audit(Clock.systemUTC(), 1), 5_000, 5_999);
      create(registry, Kind.HOST, "{'name':'h6','addresses':['2001:db8::6']}");
      create(registry, Kind.NETWORK, "{'name':'red','vni':200,'flood':{'group':'239.1.1.1'}}");
      String port = "{'name':'vm6','network':'red','mac':'02:00:00:00:00:06','host':'h6'}";
      assertThat(warnings(store, registry, Optional.empty(), create(registry, Kind.PORT, port)))
          .singleElement()
          .asString()
          .startsWith("host h6 has no underlay address of the family of group 239.1.1.1");
    }
  }

  @Test
  void shouldNameSomeOfManyHostsAndWaitForNobody() {
    try (Store store = SqliteStore.open(directory.resolve("c.db"), 100)) {
      Registry registry = new Registry(store, new Audit(Clock.systemUTC(), 1), 5_000, 5_999);
      create(registry, Kind.HOST, "{'name':'h6','addresses':['2001:db8::6']}");
      create(registry, Kind.NETWORK, "{'name':'blue','vni':100}");
      String port = "{'name':'vm6','network':'blue','mac':'02:00:00:00:00:06','host':'h6'}";
      Definition vm6 = create(registry, Kind.PORT, port);
      List<String> others = List.of("a", "b", "c", "d", "e");
      assertThat(
              warnings(
                  store,
                  registry,
                  Optional.of((_, _) -> CompletableFuture.completedFuture(others)),
                  vm6))
          .containsExactly(
              "host h6 and a, b, c and 2 more, in network blue, have no underlay addresses of the"
                  + " same family: they do not reach each other");
      Optional<Reachability> silent = Optional.of((_, _) -> new CompletableFuture<>());
      assertThat(warnings(store, registry, silent, vm6)).isEmpty();
    }
  }

  @Test
  @DisplayName("A host of another family than the others of a network is named with the answer")
  void shouldTellWhoDoesNotReachEachOtherWithTheAnswer() throws IOException {
    try (RunningApi api = RunningApi.withHosts(directory)) {
      ask(api, "POST", "/hosts", "{'name':'h1','addresses':['10.77.0.1']}");
      ask(api, "POST", "/hosts", "{'name':'h2','addresses':['10.77.0.2','2001:db8::2']}");
      ask(api, "POST", "/hosts", "{'name':'h6','addresses':['2001:db8::6']}");
      ask(api, "POST", "/networks", "{'name':'blue','vni':100}");
      String port = "{'name':'vm%s','network':'blue','mac':'02:00:00:00:00:0%s','host':'h%s'}";
      for (String number : List.of("1", "2")) {
        JsonNode made = ask(api, "POST", "/ports", port.formatted(number, number, number));
        assertThat(words(made)).isEmpty();
      }
      ask(api, "POST", "/ports", port.formatted("6", "6", "6"));
      String patch = "{'host':'h6'}";
      HostsRig.await(
          "hosts are told of the ports", () -> !words(patched(api, "vm6", patch)).isEmpty());
      assertThat(words(patched(api, "vm6", patch)))
          .containsExactly(
              "host h6 and h1, in network blue, have no underlay addresses of the same family: they"
                  + " do not reach each other");
      JsonNode shown = Asked.of(api.socket(), "GET", "/api/v1/ports/vm6", "", "").json();
      assertThat(words(shown)).as("only with the answer to a change").isEmpty();
      assertThat(words(patched(api, "vm6", "{'host':'h2','warnings':['x']}")))
          .as("and what was told may be sent back")
          .isEmpty();
    }
  }

  private static JsonNode patched(RunningApi api, String port, String body) {
    try {
      return ask(api, "PATCH", "/ports/" + port, body);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode ask(RunningApi api, String method, String target, String body)
      throws IOException {
    String type = method.equals("PATCH") ? "merge-patch+json" : "json";
    Asked answer =
        Asked.of(
            api.socket(),
            method,
            "/api/v1" + target,
            "Content-Type: application/" + type + "\r\n",
            body.replace('\'', '"'));
    assertThat(answer.status()).as(answer.body()).isBetween(200, 201);
    return answer.json();
  }
}
