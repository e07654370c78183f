package net.viaduct.controller.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of 1,000 hosts, 200 networks and 100,000 ports, in a real browser. */
class LargePageTest {
  private static final int HOSTS = 1_000;
  private static final int NETWORKS = 200;
  private static final int PORTS = 100_000;

  @TempDir static Path directory;
  private static Browser browser;
  private static RunningPage page;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    browser = Browser.start(directory);
    Path file = directory.resolve("c.db");
    Installation.large(file, HOSTS, NETWORKS, PORTS);
    page = new RunningPage(file, "", 0);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
    if (page != null) {
      page.close();
    }
  }

  private static void openOverview() throws InterruptedException {
    browser.open(page.origin + "/");
    browser.await("document.querySelectorAll('.tile').length === " + HOSTS);
  }

  @Test
  void shouldDrawAThousandHostsAndLightThoseOfANetwork() throws Exception {
    browser.size(1440, 1000);
    openOverview();
    assertThat(browser.text(".figures")).contains("1,000", "200", "100,000");
    assertThat(browser.evaluate("document.querySelector('.tiles').offsetHeight").asInt())
        .as("all of them at once")
        .isLessThan(900);
    browser.screenshot("overview-large-light");
    browser.pointAt(".map-and-list .space > .row:nth-child(5)");
    browser.await("document.querySelectorAll('.tile.hit').length > 2");
    assertThat(browser.count(".tile.hit")).isLessThan(HOSTS);
    browser.colors("dark");
    browser.screenshot("overview-large-dark");
    browser.colors("light");
    browser.evaluate("document.querySelector('.tiles').focus()");
    browser.press("End");
    browser.press("ArrowLeft");
    browser.awaitText("#tip", "host-0998");
    browser.press("Enter");
    browser.await("location.hash === '#/hosts/host-0998'");
    browser.awaitText(".objects.ports", "vm0");
    browser.awaitText(".history", "created");
    browser.screenshot("host-large");
    assertThat(browser.complaints()).isEmpty();
  }

  /** Told by nobody: a thousand hosts that speak would be a test of these. */
  private static final String METERS =
      "(() => { const real = window.fetch; window.fetch = (url, more) => {"
          + " if (!String(url).startsWith('/api/v1/meters')) return real(url, more);"
          + " const flow = rate => ({ bitsPerSecond: rate, framesPerSecond: rate / 8000 });"
          + " const hosts = [...Array(1000).keys()].map(i => ({"
          + " name: 'host-' + String(i).padStart(4, '0'), ageMs: 100, intervalMs: 2000,"
          + " traffic: { fromPorts: flow(1000 * 2 ** (i * 7 % 23)), toPorts: flow(3e6),"
          + " fromRemotes: flow(2e6), toRemotes: flow(1e6),"
          + " dropped: { frames: 9000, framesPerSecond: i % 137 === 4 ? 5000 : 0 } } }));"
          + " const pairs = [...Array(200).keys()].map(i => ({"
          + " from: hosts[i * 37 % 90].name, to: hosts[i * 53 % 80 + 100].name,"
          + " bitsPerSecond: 9e9 / (i + 1), sentDatagramsPerSecond: 1e6 / (i + 1),"
          + " receivedDatagramsPerSecond: 1e6 / (i + 1) }));"
          + " return Promise.resolve(new Response(JSON.stringify("
          + "{ hosts, networks: [], pairs, pairsInAll: 8123 }))); }; })()";

  @Test
  void shouldShowWhatAThousandHostsCarryAndWhichDropFrames() throws Exception {
    browser.size(1440, 1500);
    openOverview();
    browser.evaluate(METERS);
    browser.await("document.querySelectorAll('.tile.losing').length === 8");
    browser.awaitText(".figures", "hosts drop frames");
    browser.awaitText(".talk h2", "the busiest 200 of 8,123 ways");
    assertThat(browser.count(".square .cell")).as("the busiest 14, and the others").isEqualTo(225);
    browser.evaluate(
        "(() => { const s = document.querySelector('[aria-label=\"Fuller by\"]');"
            + " s.value = 'traffic'; s.dispatchEvent(new Event('change')); })()");
    browser.await("document.querySelectorAll('.tile.shade-5').length > 50");
    browser.screenshot("overview-large-meters");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldGoToTheEndOfTwentyThousandPortsWithAFewRowsInTheDocument() throws Exception {
    browser.size(1280, 900);
    browser.open(page.origin + "/#/networks/tenant-000");
    browser.await("document.querySelectorAll('.objects.ports .space > a.row').length > 10");
    assertThat(browser.count(".tree .leaf")).isBetween(950, 999);
    assertThat(browser.text(".objects.ports h2")).contains("20,");
    browser.screenshot("network-large");
    browser.evaluate("document.querySelector('.objects.ports .scroller').focus()");
    browser.press("End");
    browser.awaitText(".objects.ports .row.current", "vm099995");
    assertThat(browser.count(".row")).isLessThan(150);
    browser.press("Home");
    browser.awaitText(".objects.ports .row.current", "vm000000");
    browser.evaluate("document.querySelector('.objects.ports input').focus()");
    browser.type("vm0999");
    browser.awaitText(".objects.ports .space", "vm099900");
    assertThat(browser.text(".objects.ports .space")).doesNotContain("vm000000");
    browser.evaluate("document.querySelector('.objects.ports').scrollIntoView()");
    browser.screenshot("network-large-ports");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void shouldBeReadableOnANarrowScreen() throws Exception {
    browser.size(390, 844);
    openOverview();
    browser.screenshot("overview-large-narrow");
    for (String view :
        new String[] {
          "#/hosts", "#/networks", "#/events", "#/networks/tenant-000", "#/ports/vm054321"
        }) {
      browser.go(view);
      browser.await("document.querySelector('h1')?.innerText.length > 3");
      assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
          .as("nothing to scroll sideways in " + view)
          .isLessThanOrEqualTo(390);
    }
    browser.awaitText(".way", "02:00:d4:31:00:01");
    browser.screenshot("port-narrow");
    browser.go("#/hosts?state=away");
    browser.await("document.querySelectorAll('.space > .row').length > 10");
    assertThat(browser.text("h1")).contains("of 1,000");
    browser.screenshot("hosts-narrow");
    browser.size(1280, 900);
  }
}
