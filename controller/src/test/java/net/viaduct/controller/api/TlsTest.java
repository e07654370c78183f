package net.viaduct.controller.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import net.viaduct.controller.Controller;
import net.viaduct.controller.ControllerConfig;
import net.viaduct.controller.StorePlace;
import net.viaduct.controller.access.KeyMaker;
import net.viaduct.controller.access.PemFiles;
import net.viaduct.runtime.SystemClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The API by TLS, with certificates that keytool makes. */
class TlsTest {
  @TempDir Path directory;
  private Controller controller;
  private KeyMaker keys;
  private ControllerConfig config;
  private KeyStore signer;

  @BeforeEach
  void start() throws Exception {
    keys = new KeyMaker(directory);
    signer = keys.makeSigner();
    keys.makeSigned("controller", "CN=controller", "-ext", "san=dns:localhost,ip:127.0.0.1");
    keys.makeSigned("anna", "CN=anna,OU=viaduct-operator");
    keys.makeSigned("host", "CN=h1");
    keys.make("stranger", "CN=eve,OU=viaduct-admin");
    ControllerConfig.Tls tls =
        new ControllerConfig.Tls(
            "127.0.0.1",
            0,
            keys.writeCertificate("controller"),
            keys.writeKey("controller"),
            Optional.of(keys.writeCertificate("signer")));
    config =
        new ControllerConfig(
            new StorePlace.InFile(directory.resolve("c.db")),
            1_000,
            Optional.of(directory.resolve("c.sock")),
            OptionalInt.empty(),
            Optional.of(tls),
            5_000,
            5_999,
            1_000,
            1_000);
    controller = Controller.start(config, new SystemClock(), Clock.systemUTC(), "1");
  }

  @AfterEach
  void stop() {
    controller.close();
  }

  private int status(Optional<String> identity, String method, String token) throws Exception {
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("signer", signer.getCertificate("signer"));
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    KeyManager[] managers =
        identity.isPresent()
            ? new KeyManager[] {new Insisting(keys.load(identity.get()), identity.get())}
            : new KeyManager[0];
    context.init(managers, trust.getTrustManagers(), null);
    URI uri =
        URI.create("https://localhost:" + controller.server().port(true) + "/api/v1/networks");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString("{\"name\":\"blue\"}"));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try (HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  /** The certificate that a client sees now. */
  private Certificate shown() throws Exception {
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(PemFiles.trusted(directory.resolve("signer.pem")));
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket client =
        (SSLSocket)
            context.getSocketFactory().createSocket("localhost", controller.server().port(true))) {
      client.startHandshake();
      return client.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void shouldShowARenewedCertificateWithoutANewStart() throws Exception {
    Certificate first = shown();
    Files.delete(directory.resolve("controller.p12"));
    keys.makeSigned("controller", "CN=controller", "-ext", "san=dns:localhost,ip:127.0.0.1");
    keys.writeCertificate("controller");
    keys.writeKey("controller");
    assertThat(shown()).as("nobody has told it").isEqualTo(first);
    assertThat(controller.reload(config)).as("something that takes a new start").isFalse();
    Certificate second = shown();
    assertThat(second)
        .isEqualTo(keys.load("controller").getCertificate("controller"))
        .isNotEqualTo(first);
    Files.writeString(directory.resolve("controller.key"), "damaged");
    assertThatThrownBy(() -> controller.reload(config))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("controller.key");
    assertThat(shown()).isEqualTo(second);
    assertThat(status(Optional.of("anna"), "GET", "")).isEqualTo(200);
  }

  /** Shows its certificate, whoever's the server asks for. */
  private static final class Insisting extends X509ExtendedKeyManager {
    private final KeyStore store;
    private final String alias;

    Insisting(KeyStore store, String alias) {
      this.store = store;
      this.alias = alias;
    }

    @Override
    public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
      return alias;
    }

    @Override
    public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
      return alias;
    }

    @Override
    public X509Certificate[] getCertificateChain(String name) {
      try {
        return Arrays.stream(store.getCertificateChain(alias))
            .map(X509Certificate.class::cast)
            .toArray(X509Certificate[]::new);
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public PrivateKey getPrivateKey(String name) {
      try {
        return (PrivateKey) store.getKey(alias, KeyMaker.PASSWORD.toCharArray());
      } catch (GeneralSecurityException e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public String[] getClientAliases(String type, Principal[] issuers) {
      return new String[] {alias};
    }

    @Override
    public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
      throw new AssertionError("this is a client");
    }

    @Override
    public String[] getServerAliases(String type, Principal[] issuers) {
      throw new AssertionError("this is a client");
    }
  }

  @Test
  void shouldLetInOnlyWhoShowsACertificateOrATokenThatIsKnown() throws Exception {
    assertThat(status(Optional.empty(), "GET", "")).as("nothing shown").isEqualTo(401);
    assertThat(status(Optional.of("host"), "GET", "")).as("a host's certificate").isEqualTo(401);
    assertThat(status(Optional.of("anna"), "POST", "")).as("an operator's").isEqualTo(201);
    assertThat(status(Optional.of("anna"), "GET", "viaduct.x.y"))
        .as("a false token")
        .isEqualTo(401);
    Asked made =
        Asked.of(
            Asked.unix(directory.resolve("c.sock")),
            "POST",
            "/api/v1/tokens",
            "Content-Type: application/json\r\n",
            "{\"name\":\"ci.build-1\",\"role\":\"viewer\"}");
    String token = made.json().get("token").asString();
    assertThat(status(Optional.empty(), "GET", token)).isEqualTo(200);
    assertThat(status(Optional.empty(), "POST", token)).isEqualTo(403);
  }

  @Test
  void shouldRefuseACertificateThatSomebodyElseSigned() {
    assertThatThrownBy(() -> status(Optional.of("stranger"), "GET", ""))
        .isInstanceOf(IOException.class);
  }
}
