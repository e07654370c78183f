package net.viaduct.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import net.viaduct.controller.etcd.EtcdCluster;
import net.viaduct.controller.etcd.EtcdStore;
import net.viaduct.controller.json.DefinitionReader;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.controller.tracing.Journey;
import net.viaduct.controller.tracing.TraceQuestion;
import net.viaduct.controller.tracing.TraceRefused;
import net.viaduct.controller.view.Topology;
import net.viaduct.protocol.Ask;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.TraceOutcome;
import net.viaduct.protocol.TraceStep;
import net.viaduct.protocol.Traced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Frames that are followed by asking hosts that only speak the protocol. */
class TracingTest {
  private static final LifePolicy LIFE =
      new LifePolicy(Duration.ofSeconds(2), Duration.ofSeconds(60));
  private static final String VM1 = "020000000001";
  private static final String VM2 = "020000000002";

  @TempDir Path directory;

  private static Traced.Builder says(TraceOutcome.Builder... outcomes) {
    Traced.Builder traced =
        Traced.newBuilder()
            .addSteps(TraceStep.newBuilder().setStep("receive").setDecision("60 bytes"));
    for (TraceOutcome.Builder outcome : outcomes) {
      traced.addOutcomes(outcome);
    }
    return traced;
  }

  private static TraceOutcome.Builder sent(String address) {
    try {
      byte[] bytes = InetAddress.getByName(address).getAddress();
      return TraceOutcome.newBuilder()
          .setVerdict("sent")
          .setVni(100)
          .setTo(Endpoint.newBuilder().setAddress(ByteString.copyFrom(bytes)).setPort(4789))
          .setSentence("sent to " + address);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static TraceOutcome.Builder delivered(String device) {
    return TraceOutcome.newBuilder()
        .setVerdict("delivered")
        .setPort(device)
        .setSentence("delivered to port " + device);
  }

  private static void fill(HostsRig rig) {
    create(rig, Kind.NETWORK, "{'name':'blue','vni':100}");
    create(rig, Kind.NETWORK, "{'name':'red','vni':101}");
    for (int i = 1; i <= 3; i++) {
      create(
          rig,
          Kind.PORT,
          "{'name':'vm%1$d','network':'blue','mac':'02:00:00:00:00:0%1$d','ips':['10.0.0.%1$d'],"
                  .formatted(i)
              + "'host':'h%1$d','device':'tap%1$d'}".formatted(i));
    }
    create(rig, Kind.PORT, "{'name':'alone','network':'blue','mac':'02:00:00:00:00:09'}");
    create(
        rig, Kind.PORT, "{'name':'other','network':'red','mac':'02:00:00:00:00:02','host':'h1'}");
  }

  private static void create(HostsRig rig, Kind kind, String json) {
    rig.registry.create(
        DefinitionReader.read(kind, Documents.parseObject(json.replace('\'', '"'))),
        HostsRig.OPERATOR);
  }

  private static FollowingHost connect(HostsRig at, HostsRig joins, String name, int number)
      throws Exception {
    FollowingHost host =
        new FollowingHost().call(at, at.join(joins.token(), name), "10.77.0." + number);
    HostsRig.await(
        name + " is known",
        () ->
            at.registry.get(Kind.HOST, name).isPresent()
                && at.store.get("host-state/" + name).isPresent());
    return host;
  }

  private static ObjectNode trace(HostsRig rig, String question) {
    Journey journey =
        new Journey(
            rig.store,
            rig.registry,
            new Topology(rig.store),
            rig.hosts.services().questions()::ask);
    return journey.follow(TraceQuestion.read(Documents.parseObject(question.replace('\'', '"'))));
  }

  @Test
  void shouldAskHostAfterHostAndTellWhichPortGetsTheFrame() throws Exception {
    try (HostsRig rig = new HostsRig(directory, LIFE)) {
      FollowingHost h1 = connect(rig, rig, "h1", 1);
      FollowingHost h2 = connect(rig, rig, "h2", 2);
      connect(rig, rig, "h3", 3);
      fill(rig);
      List<Ask> asked = new CopyOnWriteArrayList<>();
      h1.answers =
          ask -> {
            asked.add(ask);
            return says(sent("10.77.0.2"));
          };
      h2.answers =
          ask -> {
            asked.add(ask);
            return says(delivered("tap2"));
          };
      ObjectNode answer = trace(rig, "{'port':'vm1','to':'vm2','tcp':80}");
      assertThat(answer.at("/traces").size()).isEqualTo(2);
      assertThat(answer.at("/traces/0/host").asString()).isEqualTo("h1");
      assertThat(answer.at("/traces/0/steps/0/decision").asString()).isEqualTo("60 bytes");
      assertThat(answer.at("/traces/0/outcomes/0/next")).hasToString("[1]");
      assertThat(answer.at("/traces/0/outcomes/0/remote").asString()).isEqualTo("10.77.0.2:4789");
      assertThat(answer.at("/traces/1/after").asInt()).isZero();
      assertThat(answer.at("/traces/1/outcomes/0/portName").asString()).isEqualTo("vm2");
      assertThat(asked.get(0).getDevice()).isEqualTo("tap1");
      assertThat(asked.get(1).getArrival().getVni()).isEqualTo(100);
      assertThat(asked.get(1).getArrival().getRemote().toByteArray())
          .isEqualTo(new byte[] {10, 77, 0, 1});
      String frame = HexFormat.of().formatHex(asked.get(1).getFrame().toByteArray());
      assertThat(frame)
          .as("from port to port, with what is known of both")
          .startsWith(VM2 + VM1 + "0800")
          .contains("0a0000010a000002", "0050")
          .isEqualTo(answer.get("frame").asString());
    }
  }

  @Test
  void shouldTellWhyAHostTellsNothing() throws Exception {
    try (HostsRig rig = new HostsRig(directory, LIFE)) {
      FollowingHost h1 = connect(rig, rig, "h1", 1);
      FollowingHost h2 = connect(rig, rig, "h2", 2);
      FollowingHost h3 = connect(rig, rig, "h3", 3);
      fill(rig);
      h1.answers = _ -> says(sent("10.77.0.2"), sent("10.77.0.3"), sent("10.77.0.99"));
      h2.answers = _ -> says(TraceOutcome.newBuilder().setVerdict("\u001b[31m"));
      h3.hangUp();
      HostsRig.await(
          "h3 is away",
          () -> rig.store.get("host-state/h3").orElseThrow().value().contains("\"away\""));
      ObjectNode answer = trace(rig, "{'port':'vm1','to':'10.0.0.2'}");
      List<String> untold = answer.findValuesAsString("untold");
      assertThat(untold)
          .hasSize(3)
          .anySatisfy(it -> assertThat(it).isEqualTo("h2 answered something that is no trace"))
          .anySatisfy(it ->
              assertThat(it)
                  .matches("h3 is away since 20[-0-9]+T[0-9]{2}:[0-9]{2}:[0-9]{2}Z: what .*"))
          .anySatisfy(it -> assertThat(it).startsWith("no host that this controller knows"));
      String seen = "{\"state\":\"seen-by-others\",\"since\":\"2026-01-02T03:04:05.6Z\"}";
      rig.store.commit(
          new Transaction(List.of(), List.of(new Operation.Put("host-state/h3", seen))));
      assertThat(trace(rig, "{'port':'vm1','to':'10.0.0.2'}").findValuesAsString("untold"))
          .anySatisfy(it ->
              assertThat(it).startsWith("h3 is at no controller since 2026-01-02T03:04:05Z: "));
      h2.answers = _ -> null;
      assertThat(trace(rig, "{'port':'vm1','to':'10.0.0.2'}").findValuesAsString("untold"))
          .contains("h2 did not answer within 3 s");
      h1.answers = _ -> Traced.newBuilder().setRefusal("there is no port tap1; there are: ");
      assertThat(trace(rig, "{'port':'vm1','to':'vm2'}").at("/traces/0/untold").asString())
          .isEqualTo("h1 cannot tell: there is no port tap1; there are: ");
    }
  }

  @Test
  void shouldStayBoundedWhenHostsSendInCircles() throws Exception {
    try (HostsRig rig = new HostsRig(directory, LIFE)) {
      FollowingHost h1 = connect(rig, rig, "h1", 1);
      FollowingHost h2 = connect(rig, rig, "h2", 2);
      fill2(rig);
      TraceOutcome.Builder[] back = new TraceOutcome.Builder[8];
      java.util.Arrays.fill(back, sent("10.77.0.1"));
      TraceOutcome.Builder[] on = new TraceOutcome.Builder[8];
      java.util.Arrays.fill(on, sent("10.77.0.2"));
      h1.answers = _ -> says(on);
      h2.answers = _ -> says(back);
      ObjectNode answer = trace(rig, "{'port':'vm1','to':'02:00:00:00:00:02'}");
      assertThat(answer.get("traces").size()).isEqualTo(32);
      assertThat(answer.get("hostsLeftOut").asInt()).isPositive();
    }
  }

  private static void fill2(HostsRig rig) {
    create(rig, Kind.NETWORK, "{'name':'blue','vni':100}");
    create(rig, Kind.PORT, "{'name':'vm1','network':'blue','mac':'02:00:00:00:00:01','host':'h1'}");
  }

  @Test
  void shouldFollowACopyToEachMemberOfAGroup() throws Exception {
    try (HostsRig rig = new HostsRig(directory, LIFE)) {
      FollowingHost h1 = connect(rig, rig, "h1", 1);
      FollowingHost h2 = connect(rig, rig, "h2", 2);
      FollowingHost h3 = connect(rig, rig, "h3", 3);
      fill(rig);
      h1.answers = _ -> says(sent("239.1.1.100"));
      h2.answers = _ -> says(delivered("tap2"));
      h3.answers = _ -> says(delivered("tap3"));
      ObjectNode answer = trace(rig, "{'port':'vm1','arp':'10.0.0.3'}");
      assertThat(answer.at("/traces/0/outcomes/0/next")).hasToString("[1,2]");
      assertThat(answer.findValuesAsString("portName")).containsExactlyInAnyOrder("vm2", "vm3");
      assertThat(answer.get("frame").asString())
          .startsWith("ffffffffffff" + VM1 + "0806")
          .contains("0a000001", "0a000003");
    }
  }

  @Test
  void shouldSayWhatIsWrongWithAQuestion() throws Exception {
    try (HostsRig rig = new HostsRig(directory, LIFE)) {
      connect(rig, rig, "h1", 1);
      connect(rig, rig, "h2", 2);
      connect(rig, rig, "h3", 3);
      fill(rig);
      assertRefused(rig, "{'port':'none','to':'vm2'}", "there is no port none");
      assertRefused(rig, "{'port':'alone','to':'vm2'}", "port alone is on no host");
      assertRefused(rig, "{'port':'vm1'}", "to is missing");
      assertRefused(rig, "{'port':'vm1','to':'nobody'}", "there is no port 'nobody'");
      assertRefused(rig, "{'port':'vm1','to':'10.0.0.77'}", "nobody in network blue is known");
      assertRefused(rig, "{'port':'vm1','to':'other'}", "other is in network red");
      assertRefused(rig, "{'port':'vm1','to':'vm2','tcp':1,'udp':1}", "one of tcp and udp");
      assertRefused(rig, "{'port':'vm1','to':'alone','tcp':1}", "ip is missing");
      assertRefused(rig, "{'port':'vm1','to':'vm2','fromIp':'fd00::1','ip':'10.0.0.2'}", "version");
    }
  }

  private static void assertRefused(HostsRig rig, String question, String words) {
    assertThatThrownBy(() -> trace(rig, question))
        .isInstanceOf(TraceRefused.class)
        .hasMessageContaining(words);
  }

  @Test
  void shouldAskHostsOfAnotherControllerAndLeaveNothingBehind() throws Exception {
    try (EtcdCluster cluster = EtcdCluster.start(directory, 1);
        HostsRig first = new HostsRig(EtcdStore.open(cluster.config("t/"), 100_000), LIFE);
        HostsRig second = new HostsRig(EtcdStore.open(cluster.config("t/"), 100_000), LIFE)) {
      FollowingHost h1 = connect(first, first, "h1", 1);
      FollowingHost h2 = connect(second, first, "h2", 2);
      connect(second, first, "h3", 3);
      fill(first);
      h1.answers = _ -> says(sent("10.77.0.2"));
      h2.answers = _ -> says(delivered("tap2"));
      for (HostsRig rig : List.of(first, second)) {
        ObjectNode answer = trace(rig, "{'port':'vm1','to':'vm2'}");
        assertThat(answer.findValuesAsString("host")).as(answer.toString()).contains("h1", "h2");
        assertThat(answer.at("/traces/1/outcomes/0/portName").asString()).isEqualTo("vm2");
      }
      h2.answers = _ -> null;
      assertThat(trace(first, "{'port':'vm1','to':'vm2'}").findValuesAsString("untold"))
          .containsExactly("h2 did not answer within 3 s");
      HostsRig.await("no question is left", () -> questions(first) == 0);
    }
  }

  private static int questions(HostsRig rig) {
    return rig.store.range(Range.first("question/", 10)).entries().size();
  }

  @Test
  void shouldTakeNoHarmFromQuestionsThatAreNone() throws Exception {
    try (EtcdCluster cluster = EtcdCluster.start(directory, 1);
        HostsRig first = new HostsRig(EtcdStore.open(cluster.config("t/"), 100_000), LIFE);
        HostsRig second = new HostsRig(EtcdStore.open(cluster.config("t/"), 100_000), LIFE)) {
      FollowingHost h1 = connect(first, first, "h1", 1);
      connect(second, first, "h2", 2);
      connect(second, first, "h3", 3);
      fill(first);
      h1.answers = _ -> says(delivered("tap1"));
      for (String key : List.of("question/asked/h1", "question/asked/h1/1", "question/told/1")) {
        first.store.commit(
            new Transaction(List.of(), List.of(new Operation.Put(key, "that is no question"))));
      }
      assertThat(trace(second, "{'port':'vm1','to':'vm2'}").findValuesAsString("portName"))
          .containsExactly("vm1");
    }
  }
}
