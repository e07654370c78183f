package net.viaduct.controller.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is asked across objects, through real sockets on a real store. */
class ViewRoutesTest {
  private static final int HISTORY = 30;

  @TempDir Path directory;
  private RunningApi api;
  private SocketAddress socket;
  private SocketAddress loopback;

  @BeforeEach
  void start() throws IOException {
    api = RunningApi.start(directory, HISTORY);
    socket = api.socket();
    loopback = api.loopback();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private void change(String method, String target, String body) throws IOException {
    String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    Asked asked =
        Asked.of(socket, method, target, "Content-Type: " + type + "\r\n", body.replace('\'', '"'));
    assertThat(asked.status()).as(asked.body()).isBetween(200, 299);
  }

  private ObjectNode get(String target) throws IOException {
    Asked asked = Asked.of(socket, "GET", target, "", "");
    assertThat(asked.status()).as(asked.body()).isEqualTo(200);
    return asked.json();
  }

  private void fill() throws IOException {
    change(
        "POST",
        "/api/v1/apply",
        "{'networks':[{'name':'blue','vni':100},{'name':'red','vni':101}],"
            + "'hosts':[{'name':'h1','addresses':['10.77.0.1']},"
            + "{'name':'h2','addresses':['10.77.0.2']}],"
            + "'ports':[{'name':'vm1','network':'blue','mac':'02:00:00:00:00:01',"
            + "'ips':['10.0.0.1'],'host':'h1'},"
            + "{'name':'vm10','network':'blue','mac':'02:00:00:00:00:10',"
            + "'ips':['10.0.0.10','2001:db8::10'],'host':'h2'},"
            + "{'name':'vm2','network':'red','mac':'02:00:00:00:00:01'}],"
            + "'stations':[{'network':'blue','mac':'02:00:00:00:00:02','behind':'h1'},"
            + "{'network':'blue','mac':'02:00:00:00:00:03','direct':true}]}");
  }

  @Test
  void shouldCountPortsAndStationsByHostAndNetwork() throws IOException {
    assertThat(get("/api/v1/topology").get("hosts").size()).isZero();
    fill();
    ObjectNode all = get("/api/v1/topology");
    assertThat(all.get("members")).hasToString("[[0,0,1,1],[1,0,1,0]]");
    assertThat(all.at("/networks/0").toString())
        .contains("\"name\":\"blue\"", "\"vni\":100", "\"hosts\":2", "\"ports\":2");
    assertThat(all.at("/hosts/0").toString())
        .contains("\"name\":\"h1\"", "\"networks\":1", "\"ports\":1", "\"stations\":1");
    assertThat(all.get("portsWithoutHost").asInt()).isEqualTo(1);
    assertThat(all.get("stationsWithoutHost").asInt()).isEqualTo(1);
    change("PATCH", "/api/v1/ports/vm2", "{'host':'h2'}");
    change("DELETE", "/api/v1/ports/vm10", "");
    assertThat(get("/api/v1/topology").get("members")).hasToString("[[0,0,1,1],[1,1,1,0]]");
    ObjectNode red = get("/api/v1/topology?network=red");
    assertThat(red.at("/hosts/0/name").asString()).isEqualTo("h2");
    assertThat(red.get("members")).hasToString("[[0,0,1,0]]");
    assertThat(get("/api/v1/topology?host=h1").get("members")).hasToString("[[0,0,1,1]]");
    assertThat(get("/api/v1/topology?host=nobody").get("members")).isEmpty();
  }

  @Test
  void shouldCountHostsWithALegAmongTheMembersOfANetwork() throws IOException {
    fill();
    String legs =
        "{'legs':[{'host':'h2','device':'eth1','vlan':20},{'host':'h1','device':'eth1'}]}";
    change("PATCH", "/api/v1/networks/red", legs);
    change("PATCH", "/api/v1/ports/vm2", "{'host':'h2'}");
    assertThat(get("/api/v1/topology").get("members"))
        .hasToString("[[0,0,1,1],[1,0,1,0],[0,1,0,0],[1,1,1,0]]");
    ObjectNode red = get("/api/v1/topology?network=red");
    assertThat(red.get("members")).hasToString("[[0,0,0,0],[1,0,1,0]]");
    assertThat(red.at("/networks/0/hosts").asInt()).isEqualTo(2);
    assertThat(get("/api/v1/topology?host=h1").get("members")).hasToString("[[0,0,1,1],[0,1,0,0]]");
    change("PATCH", "/api/v1/networks/red", "{'legs':[]}");
    assertThat(get("/api/v1/topology?network=red").get("members")).hasToString("[[0,0,1,0]]");
  }

  /** Counting as changes come is judged by listing all and counting those. */
  @Test
  void shouldCountTheSameAsWhoListsAllWhateverChangesAndIsForgotten() throws IOException {
    fill();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      for (int i = random.nextInt(HISTORY * 2); i >= 0; i--) { // at times more than is remembered
        String name = "p" + random.nextInt(8);
        String host = random.nextInt(3) == 0 ? "" : ",'host':'h" + (1 + random.nextInt(2)) + "'";
        String network = random.nextBoolean() ? "blue" : "red";
        if (random.nextInt(4) == 0) {
          Asked.of(socket, "DELETE", "/api/v1/ports/" + name, "", "");
        } else {
          change(
              "PUT",
              "/api/v1/ports/" + name,
              String.format(
                  "{'name':'%s','network':'%s','mac':'02:00:00:00:01:0%s'%s}",
                  name, network, name.substring(1), host));
        }
      }
      Map<String, Integer> listed = new HashMap<>();
      for (JsonNode port : get("/api/v1/ports").get("items")) {
        if (port.has("host")) {
          listed.merge(
              port.get("host").asString() + port.get("network").asString(), 1, Integer::sum);
        }
      }
      ObjectNode topology = get("/api/v1/topology");
      Map<String, Integer> counted = new HashMap<>();
      for (JsonNode member : topology.get("members")) {
        String host = topology.get("hosts").get(member.get(0).asInt()).get("name").asString();
        String network = topology.get("networks").get(member.get(1).asInt()).get("name").asString();
        if (member.get(2).asInt() > 0) {
          counted.put(host + network, member.get(2).asInt());
        }
      }
      assertThat(counted).as("seed " + seed + " round " + round).isEqualTo(listed);
    }
  }

  private List<String> found(String text) throws IOException {
    List<String> found = new ArrayList<>();
    String query = URLEncoder.encode(text, StandardCharsets.UTF_8);
    for (JsonNode item : get("/api/v1/search?q=" + query).get("items")) {
      found.add(
          item.get("by").asString()
              + " "
              + item.get("kind").asString()
              + " "
              + item.get("name").asString());
    }
    return found;
  }

  @Test
  void shouldFindObjectsByWhateverIsKnownOfThem() throws IOException {
    fill();
    assertThat(found("100")).containsExactly("vni network blue");
    assertThat(found("VNI 101")).containsExactly("vni network red");
    assertThat(found("02:00:00:00:00:01")).containsExactly("mac port vm1", "mac port vm2");
    assertThat(found("02-00-00-00-00-02")).containsExactly("mac station blue/02:00:00:00:00:02");
    assertThat(found("0200.0000.0010")).containsExactly("mac port vm10");
    assertThat(found("02:00:00:00:00:1")).containsExactly("mac port vm10");
    assertThat(found("10.0.0.1"))
        .as("exactly that first")
        .containsExactly("ip port vm1", "ip port vm10");
    assertThat(found("2001:DB8:0::10")).containsExactly("ip port vm10");
    assertThat(found("10.77.")).containsExactly("underlay host h1", "underlay host h2");
    assertThat(found(" vm1 ")).containsExactly("name port vm1", "name port vm10");
    assertThat(found("b")).containsExactly("name network blue");
    assertThat(found("h2")).containsExactly("name host h2");
    assertThat(get("/api/v1/search?q=vm&limit=1").get("items").size()).isEqualTo(1);
    for (String nothing : new String[] {"", " ", "%", "é", "a/b", "..", "0", "99999999", ":"}) {
      assertThat(found(nothing)).as(nothing).isEmpty();
    }
  }

  @Test
  void shouldTellWhatBecameOfAnObjectAndWhoDidItToThoseWhoMayKnow() throws IOException {
    fill();
    change("PATCH", "/api/v1/ports/vm1", "{'host':'h2'}");
    change("DELETE", "/api/v1/ports/vm10", "");
    change("DELETE", "/api/v1/ports/vm1", "");
    JsonNode items = get("/api/v1/history?kind=port&name=vm1").get("items");
    assertThat(items.findValuesAsString("event")).containsExactly("delete", "put", "put");
    assertThat(items.at("/1/object/host").asString()).isEqualTo("h2");
    assertThat(items.at("/1/who").asString()).isEqualTo("local");
    assertThat(items.at("/1/at").asString()).startsWith("20");
    ObjectNode viewed =
        Asked.of(loopback, "GET", "/api/v1/history?kind=port&name=vm1&limit=2", "", "").json();
    assertThat(viewed.get("items").size()).isEqualTo(2);
    assertThat(viewed.at("/items/0").has("at")).isTrue();
    assertThat(viewed.at("/items/0").has("who")).isFalse();
    assertThat(get("/api/v1/history?kind=station&name=blue/02:00:00:00:00:02").get("items").size())
        .isEqualTo(1);
    assertThat(Asked.of(socket, "GET", "/api/v1/history?kind=token&name=x", "", "").status())
        .isEqualTo(400);
  }

  @Test
  void shouldListThoseWhoseNamesBeginWithSomething() throws IOException {
    fill();
    assertThat(get("/api/v1/ports?below=vm1").get("items").findValuesAsString("name"))
        .containsExactly("vm1", "vm10");
    assertThat(get("/api/v1/ports?network=blue&below=vm10").get("items").findValuesAsString("name"))
        .containsExactly("vm10");
    assertThat(
            get("/api/v1/stations?network=blue&below=blue/02:00:00:00:00:03")
                .get("items")
                .findValuesAsString("mac"))
        .containsExactly("02:00:00:00:00:03");
  }
}
