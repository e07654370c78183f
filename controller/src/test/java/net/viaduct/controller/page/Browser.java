package net.viaduct.controller.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Chromium without a window, told what to do by its DevTools protocol. Used by one thread.
 * Waiting is for what can be seen in the page, never for a time.
 */
final class Browser implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/chromium");
  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final int MOST_POLLS = 3_000;
  private static final int POLL_MS = 10;

  private final Process process;
  private final DevTools tools;
  private final String session;

  private Browser(Process process, DevTools tools, String session) {
    this.process = process;
    this.tools = tools;
    this.session = session;
  }

  /** Starts one, with what it writes in a directory; skips the test where there is none. */
  static Browser start(Path directory) throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(PROGRAM), "chromium is not installed");
    Path profile = Files.createDirectories(directory.resolve("profile"));
    Path log = directory.resolve("chromium.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                PROGRAM.toString(),
                "--headless",
                "--no-sandbox", // it would refuse to run as root, and sees our own page only
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--hide-scrollbars",
                "--ignore-certificate-errors",
                "--force-color-profile=srgb",
                "--lang=en",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("TMPDIR", directory.toString()); // nothing of it stays behind
    Process process = builder.start();
    try {
      DevTools tools = DevTools.connect(address(process, profile, log));
      String target =
          tools.call("", "Target.createTarget", Map.of("url", "about:blank"), "targetId");
      Map<String, Object> attach = Map.of("targetId", target, "flatten", true);
      String session = tools.call("", "Target.attachToTarget", attach, "sessionId");
      Browser browser = new Browser(process, tools, session);
      for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
        browser.call(domain + ".enable", Map.of());
      }
      browser.size(1280, 900);
      browser.colors("light");
      return browser;
    } catch (IOException | RuntimeException e) {
      kill(process);
      throw e;
    }
  }

  private static String address(Process process, Path profile, Path log)
      throws IOException, InterruptedException {
    Path file = profile.resolve("DevToolsActivePort");
    for (int i = 0; i < MOST_POLLS; i++) {
      List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (lines.size() >= 2) {
        return "ws://127.0.0.1:" + lines.get(0) + lines.get(1);
      }
      if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        break;
      }
    }
    throw new IOException("chromium does not start: " + Files.readString(log));
  }

  private ObjectNode call(String method, Map<String, Object> parameters) {
    return tools.call(session, method, parameters);
  }

  /** How large the window is, in pixels of CSS; below 640 it is a telephone's. */
  void size(int width, int height) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 640));
  }

  /** What the system is set to: light or dark. */
  void colors(String scheme) {
    Map<String, Object> feature = Map.of("name", "prefers-color-scheme", "value", scheme);
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
  }

  /** Opens a page from the network, without what an earlier page of this test left in the tab. */
  void open(String url) {
    call("Page.navigate", Map.of("url", "about:blank"));
    call("Page.navigate", Map.of("url", url));
  }

  /** Goes to another view of the page. */
  void go(String hash) {
    evaluate("location.hash = '" + hash + "'");
  }

  /** What an expression of JavaScript is; a promise is awaited. */
  JsonNode evaluate(String expression) {
    ObjectNode answer =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    assertThat(answer.has("exceptionDetails")).as(expression + ": " + answer).isFalse();
    return answer.path("result").path("value");
  }

  String text(String selector) {
    String element = "document.querySelector('" + selector + "')";
    return evaluate(element + "?.innerText ?? " + element + "?.textContent ?? ''").asString();
  }

  /** Of each element that is so. */
  List<String> texts(String selector) {
    String all = "[...document.querySelectorAll('" + selector + "')]";
    return evaluate(all + ".map(it => it.textContent)")
        .valueStream()
        .map(JsonNode::asString)
        .toList();
  }

  int count(String selector) {
    return evaluate("document.querySelectorAll('" + selector + "').length").asInt();
  }

  /** Waits until an expression is true. */
  void await(String expression) throws InterruptedException {
    for (int i = 0; i < MOST_POLLS; i++) {
      if (evaluate("Boolean(" + expression + ")").asBoolean()) {
        return;
      }
      assertThat(process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)).as("chromium ended").isFalse();
    }
    throw new AssertionError(
        "never true: " + expression + "\nin: " + text("body") + "\ncomplaints: " + complaints());
  }

  void awaitText(String selector, String text) throws InterruptedException {
    await("document.querySelector('" + selector + "')?.innerText.includes('" + text + "')");
  }

  /** Presses a key: a letter, or one like ArrowDown, Enter, Tab. */
  void press(String key) {
    for (String type : List.of("keyDown", "keyUp")) {
      Map<String, Object> event =
          switch (key) {
            case "Enter" -> Map.of("type", type, "key", key, "code", key, "text", "\r");
            case "Tab" -> Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", 9);
            default ->
                key.length() == 1
                    ? Map.of("type", type, "key", key, "text", key)
                    : Map.of("type", type, "key", key, "code", key);
          };
      call("Input.dispatchKeyEvent", event);
    }
  }

  void type(String text) {
    call("Input.insertText", Map.of("text", text));
  }

  /** Moves the mouse to the middle of an element. */
  void pointAt(String selector) {
    JsonNode box =
        evaluate(
            "(() => { const e = document.querySelector('"
                + selector
                + "'); e.scrollIntoView({ block: 'center' }); const b = e.getBoundingClientRect();"
                + " return [b.x + b.width / 2, b.y + b.height / 2]; })()");
    Map<String, Object> event =
        Map.of("type", "mouseMoved", "x", box.get(0).asDouble(), "y", box.get(1).asDouble());
    call("Input.dispatchMouseEvent", event);
  }

  /** Keeps a picture of the window in target/screenshots, for people. */
  void screenshot(String name) throws IOException {
    ObjectNode answer = call("Page.captureScreenshot", Map.of("format", "png"));
    Files.createDirectories(SCREENSHOTS);
    byte[] picture = Base64.getDecoder().decode(answer.path("data").asString());
    assertThat(picture).as("picture " + name).hasSizeGreaterThan(1_000);
    Files.write(SCREENSHOTS.resolve(name + ".png"), picture);
  }

  /** What the browser found fault with since it was started: exceptions, refusals, errors. */
  List<String> complaints() {
    List<String> complaints = new ArrayList<>();
    for (ObjectNode event : tools.events()) {
      JsonNode parameters = event.path("params");
      switch (event.path("method").asString()) {
        case "Runtime.exceptionThrown" -> complaints.add(parameters.toString());
        case "Runtime.consoleAPICalled" -> {
          if (List.of("error", "warning", "assert").contains(parameters.path("type").asString())) {
            complaints.add(parameters.path("args").toString());
          }
        }
        case "Log.entryAdded" -> {
          JsonNode entry = parameters.path("entry");
          if (!entry.path("level").asString().equals("verbose")) {
            complaints.add(entry.path("text").asString() + " " + entry.path("url").asString(""));
          }
        }
        default -> {}
      }
    }
    return complaints;
  }

  /** The addresses that it asked, other than these. */
  List<String> requestsBeside(String origin) {
    return tools.events().stream()
        .filter(event -> event.path("method").asString().equals("Network.requestWillBeSent"))
        .map(event -> event.path("params").path("request").path("url").asString())
        .filter(url -> !url.startsWith(origin + "/") && !url.startsWith("about:"))
        .toList();
  }

  @Override
  public void close() {
    tools.close();
    kill(process);
  }

  private static void kill(Process process) {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroyForcibly();
    all.forEach(ProcessHandle::destroyForcibly);
    process.onExit().join();
  }
}
