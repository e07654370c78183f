package net.viaduct.controller.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import net.viaduct.controller.FollowingHost;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.access.Tokens;
import net.viaduct.controller.api.ControllerServer;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.TraceOutcome;
import net.viaduct.protocol.TraceStep;
import net.viaduct.protocol.Traced;
import net.viaduct.runtime.SystemClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Questions about frames on the page, in a real browser; hosts answer what they are told to. */
class TracePageTest {
  private static final LifePolicy LIFE =
      new LifePolicy(Duration.ofSeconds(5), Duration.ofSeconds(600));
  private static final String SENTENCE =
      "dropped: tagged-frame (counted at port web1). A frame came with a VLAN tag.";

  /** Where lines begin that go down. */
  private static final String LINES_DOWN =
      "[...document.querySelectorAll('.journey .edge')]"
          + ".flatMap(it => it.getAttribute('d').match(/M[0-9.]+ [0-9.]+(?=V)/g) ?? [])";

  @TempDir Path directory;
  private Browser browser;
  private HostsRig rig;
  private ControllerServer server;
  private String origin;
  private FollowingHost h1;
  private FollowingHost h2;

  @BeforeEach
  void start() throws Exception {
    browser = Browser.start(directory);
    Path file = directory.resolve("c.db");
    Installation.small(file);
    rig = new HostsRig(SqliteStore.open(file, 100_000), LIFE);
    h1 = new FollowingHost().call(rig, rig.join(rig.token("h1"), "h1"), "10.77.0.1");
    h2 = new FollowingHost().call(rig, rig.join(rig.token("h2"), "h2"), "10.77.0.2");
    server =
        ControllerServer.start(
            Installation.config(file, 0),
            rig.store,
            rig.registry,
            new Tokens(rig.store, Clock.systemUTC(), new Audit(Clock.systemUTC(), 1)),
            Optional.of(rig.hosts.services()),
            new SystemClock(),
            "1");
    origin = "http://127.0.0.1:" + server.port(false);
    h1.answers = _ -> says("look up", "02:00:00:00:00:02 is at 10.77.0.2").addOutcomes(sent(2));
    h2.answers = _ -> says("check sender", "10.77.0.1 is a remote").addOutcomes(to("web2"));
    HostsRig.await("h1 and h2 are here", () -> isAlive("h1") && isAlive("h2"));
  }

  private boolean isAlive(String host) {
    String state = rig.store.get("host-state/" + host).orElseThrow().value();
    return state.contains("\"alive\"") && state.contains("\"version\":\"test\"");
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (rig != null) {
      rig.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static Traced.Builder says(String step, String decision) {
    return Traced.newBuilder()
        .addSteps(TraceStep.newBuilder().setStep("receive").setDecision("60 bytes"))
        .addSteps(TraceStep.newBuilder().setStep(step).setDecision(decision));
  }

  private static TraceOutcome.Builder sent(int host) {
    return TraceOutcome.newBuilder()
        .setVerdict("sent")
        .setVni(100)
        .setTo(
            Endpoint.newBuilder()
                .setAddress(ByteString.copyFrom(new byte[] {10, 77, 0, (byte) host}))
                .setPort(4_789))
        .setSentence("sent to 10.77.0." + host + ":4789 with VNI 100");
  }

  private static TraceOutcome.Builder to(String device) {
    return TraceOutcome.newBuilder()
        .setVerdict("delivered")
        .setPort(device)
        .setSentence("delivered to port " + device);
  }

  private static TraceOutcome.Builder dropped() {
    return TraceOutcome.newBuilder()
        .setVerdict("dropped")
        .setReason("tagged-frame")
        .setPlace("web1")
        .setSentence(SENTENCE)
        .setHint("Configure the port as a trunk.");
  }

  private void assertNothingIsWrong() {
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requestsBeside(origin)).as("nothing from elsewhere").isEmpty();
  }

  @Test
  void shouldAskByKeyboardAndDrawTheWayThroughTheHosts() throws Exception {
    browser.open(origin + "/#/ports/web1");
    browser.awaitText(".traces", "Trace a frame from here");
    browser.evaluate("document.querySelector('.traces a').focus()");
    browser.press("Enter");
    browser.await("document.activeElement.closest('main')");
    browser.await("document.querySelector('.question [name=from]')?.value === 'web1'");
    browser.evaluate("document.querySelector('[name=to]').focus()");
    browser.type("web");
    browser.await("document.querySelectorAll('datalist')[1].options.length === 3");
    browser.type("2");
    browser.press("Enter");
    browser.await("location.hash === '#/trace?from=web1&to=web2'");
    browser.await("document.querySelectorAll('.journey .stop').length === 4");
    assertThat(browser.text(".sentence")).isEqualTo("It would be delivered to port web2 on h2.");
    assertThat(
            browser
                .evaluate(
                    "[...document.querySelectorAll('.journey .stop')].map(it => it.ariaLabel)"
                        + ".join()")
                .asString())
        .isEqualTo("from port web1,host h1,host h2,port web2");
    assertThat(browser.count(".edge.tunnel")).isEqualTo(1);
    assertThat(browser.text(".tunnel-words")).contains("VNI 100");
    assertThat(browser.text(".told")).contains("h1", "look up", "is at 10.77.0.2");
    browser.screenshot("trace-light");
    browser.colors("dark");
    browser.screenshot("trace-dark");
    browser.go("#/trace?from=web1&to=02:00:00:00:00:02&protocol=tcp&number=80");
    browser.await("document.querySelector('[name=number]')?.value === '80'");
    browser.await("document.querySelectorAll('.journey .stop').length === 4");
    assertNothingIsWrong();
  }

  @Test
  void shouldShowWhatIsDroppedAndWhoTellsNothing() throws Exception {
    h1.answers =
        _ ->
            says("flood", "to all")
                .addOutcomes(to("tap9"))
                .addOutcomes(sent(2))
                .addOutcomes(sent(3))
                .addOutcomes(sent(99))
                .addOutcomes(dropped());
    browser.open(origin + "/#/trace?from=web1&to=ff:ff:ff:ff:ff:ff&vlan=20");
    browser.await("document.querySelectorAll('.journey .stop').length === 8");
    assertThat(browser.text(".stop.drop")).contains("tagged-frame");
    assertThat(browser.count(".stop.silent")).isEqualTo(2);
    assertThat(browser.text(".warning")).contains("h1", SENTENCE, "Configure the port as a trunk.");
    assertThat(browser.text(".answer"))
        .contains("h3 is away", "no host that this controller knows", "not followed at");
    assertThat(browser.texts(".warning"))
        .anySatisfy(it -> assertThat(it).startsWith("h1 " + SENTENCE))
        .anySatisfy(it -> assertThat(it).startsWith("h3 is away"));
    assertThat(browser.text(".sentence")).contains("delivered to 2 ports", "dropped on h1");
    browser.screenshot("trace-flood");
    browser.size(360, 844);
    browser.await("document.querySelector('.journey').clientWidth < 360");
    browser.await(LINES_DOWN + ".length === 3"); // it is drawn anew after that
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .as("nothing to scroll sideways")
        .isLessThanOrEqualTo(360);
    assertThat(browser.evaluate(LINES_DOWN).valueStream().map(JsonNode::asString))
        .as("no two lines lie on each other")
        .hasSize(3)
        .doesNotHaveDuplicates();
    browser.screenshot("trace-narrow");
    browser.evaluate("document.querySelector('.journey').scrollIntoView()");
    browser.screenshot("trace-narrow-drawing");
    assertNothingIsWrong();
  }

  @Test
  void shouldSayWhatIsWrongWithAQuestion() throws Exception {
    browser.open(origin + "/#/trace?from=web1&to=10.9.9.9");
    browser.awaitText(".answer", "nobody in network blue is known to have 10.9.9.9");
    browser.go("#/trace?from=web1&to=02:00:00:00:01:02&protocol=udp&number=53");
    browser.awaitText(".answer", "which IP address is the packet for?");
    browser.go("#/trace?from=web1&to=web2&protocol=arp");
    browser.await("document.querySelectorAll('.journey .stop').length === 4");
    browser.go("#/trace");
    browser.await("document.activeElement.name === 'from'");
    browser.press("Enter");
    assertThat(browser.evaluate("location.hash").asString())
        .as("nothing is asked without a port")
        .isEqualTo("#/trace");
  }
}
