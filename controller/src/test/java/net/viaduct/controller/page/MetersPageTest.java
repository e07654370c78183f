package net.viaduct.controller.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.viaduct.controller.FollowingHost;
import net.viaduct.controller.meters.Told;
import net.viaduct.protocol.DropMeter;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.NetworkMeter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosts tell that they have counted, in a real browser. */
class MetersPageTest {
  @TempDir Path directory;
  private Browser browser;
  private MeteredPage page;

  @BeforeEach
  void start() throws Exception {
    browser = Browser.start(directory);
    Path file = directory.resolve("c.db");
    Installation.small(file);
    page = new MeteredPage(file);
    FollowingHost h1 = page.join("h1", "10.77.0.1");
    FollowingHost h2 = page.join("h2", "10.77.0.2");
    FollowingHost h3 = page.join("h3", "10.77.0.3");
    h1.tell(h1(1, 1_000));
    h1.tell(h1(3, 126_000));
    h2.tell(Told.host(1, 100, "web2", "10.77.0.1", 100));
    h2.tell(
        Told.host(3, 100, "web2", "10.77.0.1", 3_100).toBuilder()
            .setTotal(Told.traffic(3_100, 1))
            .build());
    h3.tell(Told.host(1, 101, "db2", "10.77.0.2", 100));
    h3.tell(Told.host(3, 101, "db2", "10.77.0.2", 100));
  }

  /** Sends most to h2, a little to h3, and drops what it cannot flood. */
  private static Meters h1(double seconds, long frames) {
    return Told.host(seconds, 100, "web1", "10.77.0.2", frames).toBuilder()
        .addRemotes(Told.remote("10.77.0.3", frames / 1_000, frames / 500))
        .addNetworks(NetworkMeter.newBuilder().setVni(102).setTraffic(Told.traffic(frames / 9, 0)))
        .addPorts(Told.port("phone1", 102, frames / 9, frames / 18))
        .addDrops(DropMeter.newBuilder().setReason("reserved-group-address").setFrames(4))
        .addDrops(DropMeter.newBuilder().setReason("reason-of-tomorrow").setFrames(1))
        .build();
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

  private void assertNothingIsWrong() {
    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requestsBeside(page.origin)).as("nothing from elsewhere").isEmpty();
  }

  @Test
  void shouldShowRatesWhoTalksToWhomAndWhoDropsFrames() throws Exception {
    browser.size(1280, 1250);
    browser.open(page.origin + "/");
    browser.await("document.querySelectorAll('.foot.alive').length === 3");
    browser.awaitText(".figures", "sent by machines");
    browser.await("document.querySelectorAll('.foot.losing').length === 1");
    assertThat(browser.text(".foot.losing")).contains("h1", "500 Mbit/s", "drops 625/s");
    browser.await("document.querySelectorAll('.deck.strength-4').length === 1");
    assertThat(browser.text(".span .rate")).contains("512 Mbit/s");
    browser.awaitText(".talk .space", "500 Mbit/s");
    assertThat(browser.text(".talk .space > .row:first-child")).contains("h1", "h2", "62,500");
    assertThat(browser.count(".square .cell")).as("of three hosts").isEqualTo(9);
    assertThat(browser.count(".square .cell.strength-4")).isEqualTo(2);
    browser.screenshot("overview-meters-light");
    browser.colors("dark");
    browser.screenshot("overview-meters-dark");
    browser.colors("light");
    browser.evaluate("document.querySelector('.foot.losing').focus()");
    browser.evaluate("window.mark = document.activeElement");
    String asked =
        "performance.getEntriesByType('resource').filter(it => it.name.endsWith('/meters')).length";
    int before = browser.evaluate(asked).asInt();
    browser.await(asked + " > " + (before + 1));
    assertThat(browser.evaluate("document.activeElement === window.mark").asBoolean())
        .as("who has the focus keeps it while numbers change")
        .isTrue();
    browser.press("Enter");
    browser.await("location.hash === '#/hosts/h1'");
    browser.go("#/hosts?state=losing");
    browser.await("document.querySelectorAll('.space > .row').length === 1");
    assertThat(browser.text(".space")).contains("h1", "500 Mbit/s");
    browser.size(390, 844);
    browser.go("#/");
    browser.awaitText(".talk .space", "500 Mbit/s");
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .as("nothing to scroll sideways")
        .isLessThanOrEqualTo(390);
    browser.evaluate("document.querySelector('.talk').scrollIntoView()");
    browser.screenshot("overview-meters-narrow");
    assertNothingIsWrong();
  }

  @Test
  void shouldTellWhyAHostDropsFramesAndWhatEachPortCarries() throws Exception {
    browser.size(1280, 1400);
    browser.open(page.origin + "/#/hosts/h1");
    browser.awaitText(".drops", "no-flood-target");
    assertThat(browser.text(".drops li"))
        .contains("625", "1,260 in all")
        .contains("no other port and no remote to flood to", "Attach a port");
    assertThat(browser.text(".drops")).contains("reason-of-tomorrow", "does not know this reason");
    assertThat(browser.text(".traffic")).contains("500 Mbit/s", "62,500 frames/s", "126 MB");
    browser.awaitText(".objects.ports .space", "500 Mbit/s");
    browser.awaitText("[aria-label=\"Talks to\"]", "h2");
    browser.screenshot("host-meters");
    browser.colors("dark");
    browser.screenshot("host-meters-dark");
    browser.colors("light");
    browser.go("#/networks/blue");
    browser.awaitText("[aria-label=Members]", "500 Mbit/s");
    assertThat(browser.text(".traffic")).contains("512 Mbit/s");
    browser.screenshot("network-meters");
    browser.press("/");
    browser.type("02:00:00:00:00:01");
    browser.press("Enter");
    browser.await("location.hash === '#/ports/web1'");
    browser.awaitText(".traffic", "From the machine");
    assertThat(browser.text(".traffic")).contains("500 Mbit/s", "126,000 frames");
    browser.screenshot("port-meters");
    browser.size(390, 844);
    browser.go("#/hosts/h1");
    browser.awaitText(".drops", "no-flood-target");
    assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
        .as("nothing to scroll sideways")
        .isLessThanOrEqualTo(390);
    browser.screenshot("host-meters-narrow");
    assertNothingIsWrong();
  }
}
