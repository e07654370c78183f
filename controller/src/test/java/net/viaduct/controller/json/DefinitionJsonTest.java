package net.viaduct.controller.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Kind;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The model to JSON and back, and what is told of mistakes. */
class DefinitionJsonTest {
  private static final String FULL_NETWORK =
      """
      {"name":"blue","vni":100,"vniShared":true,"subnets":["10.0.0.0/24","2001:db8::/64"],
       "flood":{"group":"239.1.1.1"},"mtuBytes":1400,"unknown":"drop",
       "whenAway":{"do":"learn","afterSeconds":30},"labels":{"a":"b"}}\
      """;

  private static Definition read(Kind kind, String json) {
    return DefinitionReader.read(kind, Documents.parseObject(json));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "NETWORK | {'name':'blue'}",
        "NETWORK | {'name':'blue','vni':7,'flood':'members','subnets':['10.0.0.0/8']}",
        "HOST    | {'name':'h1','addresses':['10.0.0.1','2001:db8::1'],'udpPort':8472}",
        "PORT    | {'name':'vm1','network':'blue','mac':'02:00:00:00:00:01'}",
        "PORT    |"
            + " {'name':'a-name-that-is-long','network':'b','mac':'02:00:00:00:00:01','ips':['::1'],"
            + "'host':'h1','device':'tap1','group':'web','up':false,'labels':{'x':''}}",
        "STATION | {'network':'blue','mac':'02:00:00:00:00:01','behind':'h1'}",
        "STATION | {'network':'blue','mac':'02:00:00:00:00:01','direct':true,'ips':['10.0.0.1']}",
        "GROUP   | {'name':'web'}",
        "GROUP   | {'name':'web','sendBitsPerSecond':1000000,'receiveBitsPerSecond':8000,'dscp':46,"
            + "'stations':4,'securityGroups':['a','b']}"
      })
  void shouldReadTheSameAgainWhenItWasWritten(Kind kind, String json) {
    Definition definition = read(kind, json.replace('\'', '"'));
    assertThat(read(kind, Documents.write(DefinitionWriter.write(definition))))
        .isEqualTo(definition);
  }

  @Test
  void shouldReadEveryFieldOfANetwork() {
    Definition definition = read(Kind.NETWORK, FULL_NETWORK);
    assertThat(Documents.write(DefinitionWriter.write(definition)))
        .isEqualTo(FULL_NETWORK.replaceAll("\n ?", ""));
  }

  @Test
  void shouldTellAllMistakesWithTheirPlaceWhenAnObjectIsWrong() {
    String wrong =
        "{\"name\":\"-\",\"vni\":16777216,\"subnets\":[\"10.0.0.0/8\",7,\"10.0.0.1/8\"],"
            + "\"flood\":{\"group\":\"10.0.0.1\",\"remotes\":[]},\"whenAway\":{\"do\":\"panic\"},"
            + "\"mtu\":1400}";
    assertThatThrownBy(() -> read(Kind.NETWORK, wrong))
        .isInstanceOf(NotReadable.class)
        .extracting(e -> ((NotReadable) e).mistakes())
        .asInstanceOf(InstanceOfAssertFactories.list(Mistake.class))
        .extracting(Mistake::pointer)
        .containsExactly(
            "/name",
            "/vni",
            "/subnets/1",
            "/subnets/2",
            "/flood/group",
            "/flood/remotes",
            "/whenAway/do",
            "/mtu");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "PORT    | {'name':'vm1'} | /network: is missing; /mac: is missing",
        "PORT    |"
            + " {'name':'a-name-that-is-long','network':'b','mac':'02:00:00:00:00:01','host':'h'} |"
            + " 'a-name-that-is-long' is not the name of a device",
        "STATION | {'network':'b','mac':'02:00:00:00:00:01'} | /behind: is missing",
        "STATION | {'network':'b','mac':'02:00:00:00:00:01','behind':'h','direct':true} | not both",
        "HOST    | {'name':'h1'} | a host has 1 to 8 underlay addresses",
        "HOST    | {'name':'h1','addresses':['10.0.0.1'],'udpPort':1.5} | should be a whole number",
        "GROUP   | {'name':'g','dscp':99999999999999999999} | should be a whole number",
        "GROUP   | {'name':'g','labels':{'x':{}}} | /labels/x: should be text in quotes",
        "NETWORK | {'name':'n','subnets':'10.0.0.0/8'} | /subnets: should be a list",
        "NETWORK | {'name':'n','legs':{}} | /legs: should be a list",
        "NETWORK | {'name':'n','legs':[{'host':'h1','device':'e'},7]} | /legs/1: should be an"
            + " object",
        "NETWORK | {'name':'n','legs':[{'host':'h1'}]} | /legs/0/device: is missing"
      })
  void shouldSayWhatIsWrong(Kind kind, String json, String sentence) {
    assertThatThrownBy(() -> read(kind, json.replace('\'', '"')))
        .isInstanceOf(NotReadable.class)
        .hasMessageContaining(sentence);
  }

  @ParameterizedTest
  @ValueSource(strings = {"subnets", "legs"})
  void shouldRefuseListsThatAreTooLong(String field) {
    String json = "{\"name\":\"n\",\"%s\":[%s1]}".formatted(field, "1,".repeat(1_000));
    assertThatThrownBy(() -> read(Kind.NETWORK, json))
        .isInstanceOf(NotReadable.class)
        .hasMessageContaining("has 1001 items; there are at most 1000")
        .hasMessageNotContaining("/0");
  }

  @Test
  void shouldRefuseDocumentsThatAreNoObjects() {
    for (String text :
        List.of(
            "",
            "[]",
            "1",
            "null",
            "{",
            "{} {}",
            "{\"a\":1,\"a\":2}",
            "{\"a\":NaN}",
            "[".repeat(100_000),
            "{\"a\":".repeat(5_000),
            "{'a':1}")) {
      assertThatThrownBy(() -> Documents.parseObject(text))
          .as(text.substring(0, Math.min(20, text.length())))
          .isInstanceOf(NotReadable.class);
    }
  }

  @Test
  void shouldLayOneObjectOverAnother() {
    assertThat(
            Documents.merge(
                Documents.parseObject("{\"a\":1,\"b\":{\"x\":1,\"y\":2},\"c\":[1]}"),
                Documents.parseObject(
                    "{\"a\":null,\"b\":{\"x\":null,\"z\":3},\"c\":[2],\"d\":{\"e\":null}}")))
        .isEqualTo(Documents.parseObject("{\"b\":{\"y\":2,\"z\":3},\"c\":[2],\"d\":{}}"));
  }
}
