package net.viaduct.cli.transition;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is taken for done already, by what a controller answers. */
class EarlierStepsTest {
  private static final String TARGET = "/api/v1/networks/blue/transition";
  private static final String HISTORY = "/api/v1/history?kind=port&limit=2&name=vm1";
  private static final String MAC = "02:00:00:00:00:0a";

  private final Map<String, String> answers = new HashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private AnsweringApi api;
  private EarlierSteps earlier;

  @BeforeEach
  void open() throws IOException {
    api =
        new AnsweringApi((method, target) -> {
          asked.add(method + " " + target);
          return answers.getOrDefault(target, "{}").replace('\'', '"');
        });
    earlier = new EarlierSteps(api.client(), "blue", TARGET);
  }

  @AfterEach
  void close() throws IOException {
    api.close();
  }

  private void wire(String stations, String moves, String ports) {
    answers.put(
        TARGET, "{'stations':[%s],'moves':[%s],'ports':[%s]}".formatted(stations, moves, ports));
  }

  private static String move(String kind, String step) {
    return "{'port':'vm1','mac':'%s','kind':'%s','step':'%s','answered':false}"
        .formatted(MAC, kind, step);
  }

  private static String station(String state) {
    return "{'mac':'%s','state':'%s'}".formatted(MAC, state);
  }

  @Test
  void shouldKnowAMachineThatIsAtItsHostAlready() {
    wire("", "", "{'name':'vm1','mac':'" + MAC + "','host':'h3'}");
    EarlierSteps.Done done = earlier.offWire("02:00:00:00:00:0A", "h3").orElseThrow();
    assertThat(done.mac()).isEqualTo(MAC);
    assertThat(done.move()).as("the controller has forgotten it").isEmpty();
    assertThat(earlier.offWire(MAC, "h4")).as("it is elsewhere").isEmpty();
    assertThat(earlier.offWire("02:00:00:00:00:0b", "h3")).isEmpty();
    assertThat(asked).containsOnly("GET " + TARGET);
  }

  @Test
  void shouldGoOnWithTheMoveThatTookAMachineOffTheWire() {
    String port = "{'name':'vm1','mac':'" + MAC + "','host':'h3'}";
    wire("", move("onto-wire", "moved") + "," + move("off-wire", "moved"), port);
    assertThat(earlier.offWire(MAC, "h3").orElseThrow().move().orElseThrow().values())
        .containsEntry("kind", "off-wire")
        .containsEntry("port", "vm1")
        .containsEntry("answered", false);
    wire("", move("off-wire", "ready"), port);
    assertThat(earlier.offWire(MAC, "h3").orElseThrow().move()).as("another one").isEmpty();
  }

  @Test
  void shouldKnowAMachineThatIsBackByItsAddress() {
    wire(station("direct"), "", "");
    assertThat(earlier.ontoWire(MAC).orElseThrow().mac()).isEqualTo(MAC);
    wire(station("heard"), "", "");
    assertThat(earlier.ontoWire(MAC)).as("nobody said that it is there").isEmpty();
    wire(station("moving"), move("onto-wire", "ready"), "");
    assertThat(earlier.ontoWire(MAC)).isEmpty();
    wire(station("moving"), move("onto-wire", "moved"), "");
    assertThat(earlier.ontoWire(MAC).orElseThrow().move()).isPresent();
  }

  private void history(String first, String network) {
    answers.put(
        HISTORY,
        "{'items':[{'event':'%s'},{'event':'put','object':{'mac':'%s','network':'%s'}}]}"
            .formatted(first, MAC, network));
  }

  @Test
  void shouldKnowAMachineThatIsBackByThePortThatItHad() {
    wire(station("direct"), "", "");
    history("delete", "blue");
    assertThat(earlier.ontoWire("vm1").orElseThrow().mac()).isEqualTo(MAC);
    assertThat(asked).containsExactly("GET " + HISTORY, "GET " + TARGET);
    history("put", "blue");
    assertThat(earlier.ontoWire("vm1")).as("the port is there").isEmpty();
    history("delete", "red");
    assertThat(earlier.ontoWire("vm1")).as("it was of another network").isEmpty();
    answers.put(HISTORY, "{'items':[{'event':'delete'}]}");
    assertThat(earlier.ontoWire("vm1")).as("what it was is forgotten").isEmpty();
  }
}
