package net.viaduct.controller.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import net.viaduct.controller.model.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of a small installation, in a real browser. */
class PageTest {
  private static final String STATION = "#/stations/blue/02:00:00:00:01:01";

  @TempDir Path directory;
  private Browser browser;
  private RunningPage page;
  private Path file;
  private String token;

  @BeforeEach
  void start() throws IOException, InterruptedException {
    browser = Browser.start(directory);
    file = directory.resolve("c.db");
    token = Installation.small(file);
    page = new RunningPage(file, token, 0);
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (page != null) {
      page.close();
    }
  }

  private void openOverview() throws InterruptedException {
    browser.open(page.origin + "/");
    browser.await("document.querySelectorAll('.span').length === 4");
    browser.awaitText(".connection", "live");
  }

  /** As an administrator, who may see who did what. */
  private void openAsAdministrator(String hash) {
    browser.open(page.origin + "/page/icon.svg");
    browser.evaluate("sessionStorage.setItem('viaduct-token', '" + token + "')");
    browser.open(page.origin + "/" + hash);
  }

  private void assertNothingIsWrong() {
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requestsBeside(page.origin)).as("nothing from elsewhere").isEmpty();
  }

  @Test
  void shouldDrawWhoHasPortsInWhichNetwork() throws Exception {
    openOverview();
    assertThat(browser.text(".figures"))
        .containsSubsequence("4", "hosts", "2", "alive", "1", "away", "1", "not seen yet");
    assertThat(browser.count(".foot")).isEqualTo(4);
    assertThat(browser.count(".joint")).isEqualTo(8);
    assertThat(browser.text(".foot.away")).contains("h3");
    String blue =
        "[...document.querySelectorAll(\".span\")].find(it => it.href.baseVal.endsWith(\"/blue\"))";
    assertThat(browser.evaluate(blue + ".getAttribute('aria-label')").asString())
        .isEqualTo("blue, VNI 100: 3 hosts, 3 ports, 1 station");
    browser.screenshot("overview-small-light");
    browser.colors("dark");
    browser.screenshot("overview-small-dark");
    browser.colors("light");
    browser.size(390, 844);
    browser.await("document.querySelectorAll('.tile').length === 4");
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .as("nothing to scroll sideways")
        .isLessThanOrEqualTo(390);
    browser.screenshot("overview-small-narrow");
    assertNothingIsWrong();
  }

  @Test
  void shouldLeadFromAnAddressToWhereItLives() throws Exception {
    openAsAdministrator("");
    browser.await("document.querySelectorAll('.span').length === 4");
    for (String text : new String[] {"02-00-00-00-01-01", "10.1.0.200", "0200.0000.0101"}) {
      browser.press("/");
      browser.type(text);
      browser.press("Enter");
      browser.await("location.hash === '" + STATION + "'");
      browser.awaitText(".way", "h3");
      browser.go("#/");
      browser.await("document.querySelectorAll('.span').length === 4");
    }
    browser.press("/");
    browser.type("web");
    browser.await("document.querySelectorAll('.answers [role=option]').length === 3");
    browser.screenshot("search");
    browser.press("ArrowDown");
    browser.press("Enter");
    browser.await("location.hash === '#/ports/web2'");
    browser.awaitText(".way", "02:00:00:00:00:02");
    page.ask("PATCH", "/api/v1/ports/web2", "{'host':'h1'}");
    browser.await("document.querySelectorAll('.history > li').length === 2");
    browser.awaitText(".way", "h1");
    assertThat(browser.text(".way")).contains("blue", "web2");
    assertThat(browser.text(".history")).contains("host", "h2", "t-admin", "anna", "created");
    browser.screenshot("port");
    browser.press("/");
    browser.type("103");
    browser.press("Enter");
    browser.await("location.hash === '#/networks/office'");
    browser.press("/");
    browser.type("nothing-like-that");
    browser.awaitText(".answers", "Nothing is called so");
    assertNothingIsWrong();
  }

  @Test
  void shouldTellHowLongAMachineWasSilentWhenItMoved() throws Exception {
    openAsAdministrator("#/ports/db1");
    browser.awaitText(".facts", "Moves");
    assertThat(browser.text(".facts"))
        .containsSubsequence("Moves", "3", "Last move", "from h1 to h2, ", "ago")
        .containsSubsequence("Silent in the last move", "12.4 ms")
        .containsSubsequence("Longest silence in a move", "31.8 ms")
        .doesNotContain("{");
    browser.go("#/ports/web1");
    browser.awaitText(".way", "web1");
    assertThat(browser.text(".facts")).doesNotContain("ove");
    assertNothingIsWrong();
  }

  @Test
  void shouldTellChangesAsTheyHappen() throws Exception {
    openOverview();
    page.ask("POST", "/api/v1/networks", "{'name':'guests','vni':104}");
    page.ask(
        "POST",
        "/api/v1/ports",
        "{'name':'g1','network':'guests','mac':'02:00:00:00:00:09','host':'h1'}");
    browser.await("document.querySelectorAll('.span').length === 5");
    browser.await("document.querySelectorAll('.joint').length === 9");
    assertThat(browser.text(".events")).contains("created", "network guests", "port g1");
    browser.go("#/events");
    browser.await("document.querySelectorAll('.events.long .create').length > 2");
    page.ask("PATCH", "/api/v1/ports/g1", "{'host':'h2'}");
    browser.awaitText(".events.long li", "h2");
    assertThat(browser.text(".events.long li")).contains("changed", "host", "h1");
    page.ask("DELETE", "/api/v1/ports/g1", "");
    browser.awaitText(".events.long li", "deleted");
    browser.screenshot("events");
    assertNothingIsWrong();
  }

  @Test
  void shouldGoOnWhenTheControllerWasAway() throws Exception {
    openOverview();
    int port = page.port();
    page.close();
    browser.awaitText(".connection", "no connection");
    try (Installation changed = new Installation(file)) {
      changed.state("h3", "alive");
    }
    page = new RunningPage(file, token, port);
    browser.awaitText(".connection", "live");
    browser.await("document.querySelectorAll('.foot.away').length === 0");
    assertThat(browser.count(".foot.alive")).isEqualTo(3);
  }

  @Test
  void shouldShowANetworkWithItsMembersAndHowItFloods() throws Exception {
    browser.open(page.origin + "/#/networks/blue");
    browser.await("document.querySelectorAll('.tree .leaf').length === 2");
    assertThat(browser.text(".flood")).contains("is sent as 2 copies");
    browser.await("document.querySelectorAll('.objects.ports .space > .row').length === 3");
    browser.awaitText(".objects.stations", "02:00:00:00:01:01");
    assertThat(browser.text(".objects.stations")).contains("h3");
    browser.screenshot("network");
    browser.go("#/networks/storage");
    browser.awaitText(".flood", "239.1.1.101");
    assertThat(browser.text(".flood")).contains("is sent once");
    browser.go("#/networks/voice");
    browser.awaitText(".facts", "<img src=x onerror=alert(1)>");
    browser.go("#/networks");
    browser.await("document.querySelectorAll('.space > .row').length === 4");
    browser.press("Tab");
    browser.go("#/hosts/h3");
    browser.awaitText("h1", "away");
    assertThat(browser.text(".chips")).contains("storage", "voice", "blue");
    browser.awaitText(".objects.ports", "wanted down");
    assertThat(browser.text("main")).contains("10.77.0.3", "0.1.0", "1 hour ago");
    browser.screenshot("host");
    browser.go("#/groups/gold");
    browser.awaitText(".objects.ports", "web1");
    browser.go("#/ports/none");
    browser.awaitText("main", "There is no such port");
    assertThat(browser.complaints()).hasSize(1).first().asString().contains("404");
  }

  /** Of those with a leg h7 was put out, h4 never seen, and h5 is withdrawn: h2 is the gateway. */
  @Test
  void shouldShowWhoJoinsANetworkWithItsVlan() throws Exception {
    page.close();
    try (Installation more = new Installation(file)) {
      more.host("h5", "10.77.0.5", "gone", Map.of());
      more.host("h6", "10.77.0.6", "alive", Map.of());
      more.host("h7", "10.77.0.7", "alive", Map.of());
      more.write();
      more.putOut("h7");
      more.add(
          Kind.NETWORK,
          "{'name':'lan','vni':120,'legs':[{'host':'h7','device':'eth1'},"
              + "{'host':'h4','device':'eth1','vlan':20},"
              + "{'host':'h5','device':'eth1','vlan':20},{'host':'h2','device':'eth1','vlan':20},"
              + "{'host':'h1','device':'eth2'}]}");
      more.add(Kind.PORT, "{'name':'l3','network':'lan','mac':'02:00:00:00:00:13','host':'h3'}");
      more.add(Kind.PORT, "{'name':'l6','network':'lan','mac':'02:00:00:00:00:16','host':'h6'}");
    }
    page = new RunningPage(file, token, 0);
    browser.open(page.origin + "/#/networks/lan");
    browser.awaitText(".facts", "Legs in a VLAN");
    assertThat(browser.texts(".leg"))
        .containsExactly("h7 eth1", "h4 eth1.20", "h5 eth1.20", "h2 eth1.20 gateway", "h1 eth2");
    browser.await("document.querySelectorAll('#sender option').length === 7");
    assertThat(browser.texts("#sender option"))
        .containsExactly("h1", "h2", "h3", "h4", "h5", "h6", "h7");
    assertFloods(
        "h1", "goes by its leg to the wire, which takes it to the gateway and all others.");
    browser.screenshot("network-legs-wire");
    assertFloods(
        "h2",
        "goes by its leg to the wire, and is sent as 2 copies: to each member without a leg.",
        "h3",
        "h6");
    assertFloods(
        "h6",
        "is sent as 2 copies: to h2, the gateway to the wire, and to each member without a leg.",
        "h2",
        "h3");
    browser.screenshot("network-legs");
    assertNothingIsWrong();
  }

  private void assertFloods(String from, String words, String... to) {
    browser.evaluate(
        "(() => { const it = document.querySelector('#sender'); it.value = '"
            + from
            + "'; it.dispatchEvent(new Event('change')); })()");
    assertThat(browser.texts(".flood > p:not(.bar)")).containsExactly(words);
    assertThat(browser.texts(".tree .leaf")).containsExactly(to);
  }

  /** It is no dead host, and none that a controller hears: a color and a mark of its own. */
  @Test
  void shouldShowAHostThatOnlyOtherHostsHear() throws Exception {
    page.close();
    try (Installation changed = new Installation(file)) {
      changed.state("h3", "seen-by-others");
    }
    page = new RunningPage(file, token, 0);
    openOverview();
    assertThat(browser.texts(".figure.seen")).containsExactly("1 seen by others");
    assertThat(browser.texts(".figure.alive")).containsExactly("2 alive");
    assertThat(browser.texts(".foot.seen .name")).containsExactly("h3");
    assertThat(browser.count(".foot.seen .half")).isEqualTo(1);
    assertThat(browser.count(".half")).isEqualTo(1);
    for (String colors : new String[] {"light", "dark"}) {
      browser.colors(colors);
      assertThat(strokeOf("seen")).isNotIn(strokeOf("alive"), strokeOf("unseen"));
      browser.screenshot("seen-by-others-" + colors);
    }
    browser.go("#/hosts?state=seen");
    browser.await("document.querySelectorAll('.space > .row').length === 1");
    assertThat(browser.texts(".space > .row .state.seen")).containsExactly("seen by others");
    browser.screenshot("seen-by-others-hosts");
    browser.go("#/hosts/h3");
    browser.awaitText("h1", "at no controller, but other hosts hear it");
    assertThat(browser.text(".facts"))
        .contains("Seen by others since", "Heard by", "h1, h2 and 1 more")
        .doesNotContain("Away since", "Not heard by", "hearing");
    browser.screenshot("seen-by-others-host");
    browser.colors("light");
    browser.go("#/networks/blue");
    browser.await("document.querySelectorAll('.tree .leaf.seen .half').length === 1");
    browser.size(390, 844);
    browser.go("#/");
    browser.await("document.querySelectorAll('.tile').length === 4");
    assertThat(browser.count(".tile.seen")).isEqualTo(1);
    browser.screenshot("seen-by-others-tiles");
    assertNothingIsWrong();
  }

  private String strokeOf(String state) {
    String mark = "document.querySelector('.foot." + state + " .mark')";
    return browser.evaluate("getComputedStyle(" + mark + ").stroke").asString();
  }

  @Test
  void shouldBeUsableByKeyboardAlone() throws Exception {
    browser.open(page.origin + "/#/hosts");
    browser.await("document.querySelectorAll('.space > .row').length === 4");
    browser.evaluate("document.querySelector('.choices input').focus()");
    browser.press("Tab");
    browser.press("Tab");
    assertThat(browser.evaluate("document.activeElement.role").asString()).isEqualTo("listbox");
    browser.press("ArrowDown");
    browser.press("ArrowDown");
    assertThat(browser.text(".row.current")).contains("h2");
    browser.press("End");
    assertThat(browser.text(".row.current")).contains("h4");
    browser.press("Enter");
    browser.await("location.hash === '#/hosts/h4'");
    browser.awaitText("h1", "not seen yet");
    assertThat(browser.evaluate("document.activeElement.id").asString()).isEqualTo("main");
    assertNothingIsWrong();
  }

  @Test
  void shouldRunNothingThatIsNotOfItsFiles() throws Exception {
    openOverview();
    for (String forbidden :
        new String[] {
          "document.body.insertAdjacentHTML('beforeend', '<b>x</b>')",
          "(() => { const s = document.createElement('script'); s.text = 'window.bad = 1';"
              + " document.body.append(s); })()"
        }) {
      String outcome =
          "(() => { try { " + forbidden + "; return 'done'; } catch (e) { return e.name; } })()";
      assertThat(browser.evaluate(outcome).asString()).as(forbidden).isEqualTo("TypeError");
    }
    assertThat(
            browser
                .evaluate("fetch('http://127.0.0.2:1/').then(() => 'done', e => e.message)")
                .asString())
        .contains("Failed to fetch");
    assertThat(browser.complaints())
        .anySatisfy(complaint -> assertThat(complaint).contains("connect-src"));
  }
}
