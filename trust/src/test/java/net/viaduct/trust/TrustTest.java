package net.viaduct.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens, requests, certificates and where they are kept. */
class TrustTest {
  private static final Duration DAY = Duration.ofDays(1);

  @TempDir Path directory;
  private final SecureRandom random = new SecureRandom();
  private final Authority authority = Authority.create(Clock.systemUTC(), random);

  private Credentials host(String name) {
    CertificateRequest request = CertificateRequest.create(name, random);
    HostId id = HostId.joining(name, random);
    return request.with(authority.certifyHost(request.der(), id, DAY));
  }

  @Test
  void shouldReadTheTokenThatItWrote() {
    JoinToken token = JoinToken.create(authority.fingerprint(), random);
    assertThat(JoinToken.parse(token.text())).isEqualTo(token);
    assertThat(token.toString()).contains("<redacted>");
    assertThat(token.text()).hasSizeLessThan(90).doesNotContain("=");
  }

  @Test
  void shouldRefuseWhatIsNoToken() {
    String text = JoinToken.create(authority.fingerprint(), random).text();
    for (String wrong : List.of("", "viaduct-", text + "AAAA", text.substring(1), "viaduct-%%%")) {
      assertThatThrownBy(() -> JoinToken.parse(wrong)).isInstanceOf(TrustException.class);
    }
  }

  @Test
  void shouldCertifyTheNameThatItDecidesAndNotThatOfTheRequest() {
    CertificateRequest request = CertificateRequest.create("liar", random);
    HostId id = HostId.joining("h1", random);
    Credentials credentials = request.with(authority.certifyHost(request.der(), id, DAY));
    assertThat(HostId.of(credentials.certificate())).contains(id);
    assertThat(credentials.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=h1");
  }

  @Test
  void shouldNeverCertifyAnotherKeyThanThatOfWhoSignedTheRequest() {
    HostId id = HostId.joining("h1", random);
    byte[] der = CertificateRequest.create("h1", random).der();
    PublicKey key = authority.certifyHost(der, id, DAY).getFirst().getPublicKey();
    long seed = System.nanoTime();
    Random chance = new Random(seed);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] changed = der.clone();
      changed[chance.nextInt(der.length)] ^= (byte) (1 + chance.nextInt(255));
      try {
        assertThat(authority.certifyHost(changed, id, DAY).getFirst().getPublicKey())
            .as("seed %d, round %d", seed, i)
            .isEqualTo(key); // a byte outside of what is signed does not matter
      } catch (TrustException e) {
        refused++;
      }
    }
    assertThat(refused).as("seed %d", seed).isGreaterThan(450);
  }

  @Test
  void shouldRefuseAKeyThatWeDoNotTake() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(1024);
    var pair = generator.generateKeyPair();
    byte[] der =
        new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=h1"), pair.getPublic())
            .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()))
            .getEncoded();
    assertThatThrownBy(() -> authority.certifyHost(der, HostId.joining("h1", random), DAY))
        .hasMessageContaining("P-256");
  }

  @Test
  void shouldTakeAControllerForOneAndNothingElse() throws Exception {
    Credentials controller = authority.certifyController(DAY);
    Tls.requireController(controller.chain(), authority.credentials().certificate());
    assertThat(HostId.of(controller.certificate())).isEmpty();
    assertThatThrownBy(() -> Tls.requireController(host("h1").chain(), controller.authority()))
        .isInstanceOf(CertificateException.class);
    Authority other = Authority.create(Clock.systemUTC(), random);
    assertThatThrownBy(() ->
            Tls.requireController(other.certifyController(DAY).chain(), controller.authority()))
        .isInstanceOf(CertificateException.class);
  }

  @Test
  void shouldNotTakeAHostForAnAuthority() {
    assertThatThrownBy(() -> new Authority(host("h1"), Clock.systemUTC(), random))
        .isInstanceOf(TrustException.class);
  }

  @Test
  void shouldBeDueForRenewalAfterTwoThirdsOfItsLife() {
    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    Authority then = Authority.create(Clock.fixed(now, ZoneOffset.UTC), random);
    Credentials controller = then.certifyController(Duration.ofDays(30));
    assertThat(controller.ends()).isEqualTo(now.plus(Duration.ofDays(30)));
    assertThat(controller.renewalDue())
        .isBetween(now.plus(Duration.ofDays(19)), now.plus(Duration.ofDays(20)));
  }

  @Test
  void shouldKeepAnIdentityForItsOwnerOnly() throws IOException {
    IdentityDirectory identity = new IdentityDirectory(directory.resolve("a/h1"));
    assertThat(identity.isJoined()).isFalse();
    assertThatThrownBy(identity::credentials).hasMessageContaining("viaduct join");
    identity.prepare();
    Credentials before = host("h1");
    identity.write(before);
    Credentials after = host("h1");
    identity.write(after);
    identity.writeControllers(List.of("10.0.0.9:7843", "[fd00::9]:7843"));
    assertThat(identity.credentials()).isEqualTo(after).isNotEqualTo(before);
    assertThat(identity.controllers()).containsExactly("10.0.0.9:7843", "[fd00::9]:7843");
    assertThat(after.toString()).doesNotContain("PRIVATE");
    Path key = identity.path().resolve("identity.pem");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(identity.path())))
        .isEqualTo("rwx------");
  }

  @Test
  void shouldRefuseAKeyThatIsNotThatOfTheCertificate() {
    Credentials one = host("h1");
    Credentials other = host("h1");
    assertThatThrownBy(() -> new Credentials(one.key(), other.chain()))
        .isInstanceOf(TrustException.class);
  }
}
