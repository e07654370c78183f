package net.viaduct.controller.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.controller.Controller;
import net.viaduct.controller.ControllerConfig;
import net.viaduct.controller.StorePlace;
import net.viaduct.runtime.SystemClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page at a door that lets nobody in who does not show who he is. */
class SignInTest {
  private static final String PASSWORD = "changeit";

  @TempDir Path directory;
  private Browser browser;
  private Controller controller;
  private String token;

  @BeforeEach
  void start() throws Exception {
    browser = Browser.start(directory);
    Path file = directory.resolve("c.db");
    token = Installation.small(file);
    makeCertificate();
    ControllerConfig.Tls tls =
        new ControllerConfig.Tls(
            "127.0.0.1",
            0,
            directory.resolve("controller.pem"),
            directory.resolve("controller.key"),
            Optional.empty());
    ControllerConfig config =
        new ControllerConfig(
            new StorePlace.InFile(file),
            1_000,
            Optional.empty(),
            OptionalInt.empty(),
            Optional.of(tls),
            5_000,
            5_999,
            1_000,
            1_000);
    controller = Controller.start(config, new SystemClock(), Clock.systemUTC(), "1");
  }

  private void makeCertificate() throws Exception {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/keytool").toString(),
                "-genkeypair",
                "-keystore",
                "c.p12",
                "-storepass",
                PASSWORD,
                "-alias",
                "c",
                "-dname",
                "CN=controller",
                "-keyalg",
                "EC",
                "-ext",
                "san=ip:127.0.0.1")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor()).as(output).isZero();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("c.p12"))) {
      store.load(in, PASSWORD.toCharArray());
    }
    pem("controller.pem", "CERTIFICATE", store.getCertificate("c").getEncoded());
    byte[] key = store.getKey("c", PASSWORD.toCharArray()).getEncoded();
    pem("controller.key", "PRIVATE KEY", key);
  }

  private void pem(String name, String title, byte[] bytes) throws IOException {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
    Files.writeString(
        directory.resolve(name),
        "-----BEGIN " + title + "-----\n" + text + "\n-----END " + title + "-----\n");
  }

  @AfterEach
  void stop() {
    if (browser != null) {
      browser.close();
    }
    if (controller != null) {
      controller.close();
    }
  }

  @Test
  void shouldAskForATokenAndForgetItWhenAsked() throws Exception {
    browser.open("https://127.0.0.1:" + controller.server().port(true) + "/");
    browser.await("document.activeElement?.id === 'token'");
    browser.screenshot("sign-in");
    browser.type("viaduct.none.wrong");
    browser.press("Enter");
    browser.awaitText("main", "That token is not good");
    browser.await("document.activeElement?.id === 'token' && document.activeElement.value === ''");
    browser.type(token);
    browser.press("Enter");
    browser.await("document.querySelectorAll('.span').length === 4");
    assertThat(browser.text(".who")).contains("t-admin · admin");
    browser.awaitText(".connection", "live");
    assertThat(browser.evaluate("document.cookie + JSON.stringify(localStorage)").asString())
        .isEqualTo("{}");
    browser.evaluate(
        "[...document.querySelectorAll('button')].find(it => it.innerText === 'Sign out').click()");
    browser.await("document.activeElement?.id === 'token'");
    assertThat(browser.complaints()).allSatisfy(it -> assertThat(it).contains("401"));
  }
}
