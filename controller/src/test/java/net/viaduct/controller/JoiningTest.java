package net.viaduct.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.viaduct.controller.membership.Authorities;
import net.viaduct.controller.membership.JoinTokens;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.protocol.CertificateReply;
import net.viaduct.protocol.MembershipGrpc;
import net.viaduct.protocol.MetersRequest;
import net.viaduct.protocol.PeersGrpc;
import net.viaduct.protocol.RenewRequest;
import net.viaduct.trust.Authority;
import net.viaduct.trust.CertificateRequest;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.HostId;
import net.viaduct.trust.JoinToken;
import net.viaduct.trust.Secret;
import net.viaduct.trust.Tls;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who becomes a host, and who does not: through TLS and gRPC, as an attacker has them too. */
class JoiningTest {
  private static final String[] ALL = {
    "member h1 100", "member h2 100", "network blue 100", "station 020000000001 at h1 vm1"
  };

  /** Whoever is away is withdrawn long after a test has ended. */
  private static final LifePolicy PATIENT =
      new LifePolicy(Duration.ofMinutes(10), Duration.ofMinutes(20));

  @TempDir Path directory;
  private HostsRig rig;

  @BeforeEach
  void open() throws Exception {
    rig = new HostsRig(directory, PATIENT);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static Status.Code code(Callable<?> call) {
    try {
      call.call();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private CertificateReply renew(Credentials credentials) {
    return renew(rig.channel(Tls.client(() -> credentials)));
  }

  private static CertificateReply renew(ManagedChannel channel) {
    CertificateRequest request = CertificateRequest.create("h1", new SecureRandom());
    return MembershipGrpc.newBlockingStub(channel)
        .renew(
            RenewRequest.newBuilder()
                .setCertificateRequest(com.google.protobuf.ByteString.copyFrom(request.der()))
                .build());
  }

  @Test
  void shouldMakeAHostOfWhoeverHasAToken() {
    Credentials credentials = rig.join(rig.token(), "h1");
    HostId host = HostId.of(credentials.certificate()).orElseThrow();
    assertThat(host.name()).isEqualTo("h1");
    assertThat(rig.hosts.joining().members().isMember(host)).isTrue();
    assertThat(renew(credentials).getHost()).isEqualTo("h1");
  }

  @Test
  void shouldNotLetATokenBeUsedTwice() {
    JoinToken token = rig.token();
    rig.join(token, "h1");
    assertThat(code(() -> rig.join(token, "h2"))).isEqualTo(Status.Code.PERMISSION_DENIED);
    assertThat(rig.store.range(Range.first(Members.PREFIX, 10)).entries()).hasSize(1);
  }

  @Test
  void shouldLetOneOfManyUseATokenOnceAlsoAtTheSameTime() throws Exception {
    JoinToken token = rig.token(Duration.ofMinutes(1), 3);
    try (ExecutorService many = Executors.newFixedThreadPool(8)) {
      List<Future<Status.Code>> all =
          many.invokeAll(
              java.util.stream.IntStream.range(0, 8)
                  .mapToObj(i -> (Callable<Status.Code>) () -> code(() -> rig.join(token, "m" + i)))
                  .toList());
      long joined = 0;
      for (Future<Status.Code> one : all) {
        joined += one.get() == Status.Code.OK ? 1 : 0;
      }
      assertThat(joined).isEqualTo(3);
    }
    assertThat(rig.hosts.joining().tokens().list()).isEmpty();
  }

  @Test
  void shouldLetAReusableTokenBeUsedUntilItIsRevoked() {
    JoinToken token = rig.token(Duration.ofMinutes(1), HostsRig.anyNumber());
    rig.join(token, "h1");
    rig.join(token, "h2");
    assertThat(rig.hosts.joining().tokens().revoke(token.id(), HostsRig.OPERATOR)).isTrue();
    assertThat(code(() -> rig.join(token, "h3"))).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void shouldRefuseAnExpiredToken() {
    JoinToken token = rig.token(Duration.ofMillis(1), 1);
    assertThat(code(() -> rig.join(token, "h1"))).isEqualTo(Status.Code.PERMISSION_DENIED);
  }

  @Test
  void shouldRefuseAWrongSecret() {
    JoinToken token = rig.token();
    byte[] wrong = token.secret().bytes();
    wrong[0] ^= 1;
    assertThat(code(() -> rig.join(token, new Secret(wrong), "h1")))
        .isEqualTo(Status.Code.PERMISSION_DENIED);
    rig.join(token, "h1"); // and the token is as good as before
  }

  @Test
  void shouldNotShowTheSecretToAControllerOfAnotherAuthority() {
    JoinToken real = rig.token();
    Authority other = Authority.create(Clock.systemUTC(), new SecureRandom());
    JoinToken forged = new JoinToken(real.id(), real.secret(), other.fingerprint());
    assertThat(code(() -> rig.join(forged, "h1"))).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(rig.hosts.joining().tokens().list()).hasSize(1); // it was never used
  }

  @Test
  void shouldNotLetTheNameOfAHostBeTaken() {
    rig.join(rig.token(), "h1");
    JoinToken token = rig.token();
    assertThatThrownBy(() -> rig.join(token, "h1")).hasMessageContaining("already");
    rig.join(token, "h2"); // a refusal does not use the token up
  }

  @Test
  void shouldLetAHostJoinAgainWithATokenForItsName() {
    Credentials before = rig.join(rig.token(), "h1");
    JoinToken again =
        rig.hosts
            .joining()
            .tokens()
            .create(Duration.ofMinutes(1), 1, Optional.of("h1"), HostsRig.OPERATOR);
    assertThatThrownBy(() -> rig.join(again, "h2")).hasMessageContaining("for host h1");
    Credentials after = rig.join(again, "h1");
    assertThat(code(() -> renew(before))).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(code(() -> renew(after))).isEqualTo(Status.Code.OK);
  }

  @Test
  void shouldAnswerNobodyWithoutACertificate() throws Exception {
    ManagedChannel channel = rig.channel(Tls.joining(rig.token().authority()));
    var stub = MembershipGrpc.newBlockingStub(channel);
    assertThat(code(() -> stub.renew(RenewRequest.getDefaultInstance())))
        .isEqualTo(Status.Code.UNAUTHENTICATED);
    FollowingHost nobody = new FollowingHost().call(channel, "10.77.0.1", 100);
    HostsRig.await("its call ends", () -> nobody.ended() != null);
    assertThat(nobody.ended().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(nobody.ended().getDescription()).contains("join first");
    assertThat(nobody.messages).isEmpty();
    assertThat(code(() -> askAsAController(channel))).isEqualTo(Status.Code.UNAUTHENTICATED);
  }

  @Test
  void shouldAnswerControllersAloneWhatOthersHaveCounted() throws Exception {
    Credentials credentials = rig.join(rig.token(), "h1");
    new FollowingHost().call(rig, credentials, "10.77.0.1"); // a host in good standing
    rig.awaitHosts("h1");
    ManagedChannel channel = rig.channel(Tls.client(() -> credentials));
    assertThatThrownBy(() -> askAsAController(channel))
        .hasMessageContaining("only controllers are answered");
    // what is asked is not what a controller is refused for
    Authority authority = Authorities.of(rig.store, Clock.systemUTC(), new SecureRandom());
    Credentials controller = authority.certifyController(Duration.ofDays(1));
    ManagedChannel other = rig.channel(Tls.client(() -> controller));
    assertThat(code(() -> askAsAController(other))).isEqualTo(Status.Code.FAILED_PRECONDITION);
    FollowingHost disguised = new FollowingHost().call(other, "10.77.0.1", 100);
    HostsRig.await("a controller is no host", () -> disguised.ended() != null);
    assertThat(disguised.messages).isEmpty();
  }

  private static boolean askAsAController(ManagedChannel channel) {
    return PeersGrpc.newBlockingStub(channel)
        .metered(MetersRequest.newBuilder().setController("another").build())
        .hasNext();
  }

  @Test
  void shouldAnswerNobodyWhoseCertificateHasEndedAlsoIfTheConnectionStays() throws Exception {
    rig.close();
    SqliteStore store = SqliteStore.open(directory.resolve("short.db"), 100_000);
    rig = new HostsRig(store, PATIENT, Duration.ofSeconds(3));
    Credentials credentials = rig.join(rig.token(), "h1");
    ManagedChannel channel = rig.channel(Tls.client(() -> credentials));
    FollowingHost host = new FollowingHost().call(channel, "10.77.0.1");
    assertThat(code(() -> renew(channel))).isEqualTo(Status.Code.OK);
    HostsRig.await("its stream ends", () -> host.ended() != null);
    assertThat(host.ended().getDescription()).contains("your certificate has ended");
    assertThatThrownBy(() -> renew(channel)).hasMessageContaining("h1 has ended");
    FollowingHost again = new FollowingHost().call(channel, "10.77.0.1");
    HostsRig.await("it does not come in again", () -> again.ended() != null);
    assertThat(again.messages).isEmpty();
  }

  @Test
  void shouldAnswerNobodyWithACertificateOfAnotherAuthority() {
    Credentials real = rig.join(rig.token(), "h1");
    SecureRandom random = new SecureRandom();
    Authority other = Authority.create(Clock.systemUTC(), random);
    CertificateRequest request = CertificateRequest.create("h1", random);
    HostId host = HostId.of(real.certificate()).orElseThrow();
    var foreign = request.with(other.certifyHost(request.der(), host, Duration.ofDays(1)));
    // it trusts the real controller, and shows the foreign certificate
    var chain = List.of(foreign.certificate(), real.authority());
    var shown = new Credentials(foreign.key(), chain);
    assertThat(code(() -> renew(shown))).isEqualTo(Status.Code.UNAVAILABLE);
  }

  @Test
  void shouldNotTakeAHostForAController() {
    // a host could show its certificate to another one, as a controller would
    Credentials host = rig.join(rig.token(), "h1");
    assertThatThrownBy(() -> Tls.requireController(host.chain(), host.authority()))
        .isInstanceOf(java.security.cert.CertificateException.class);
  }

  @Test
  void shouldPutAHostOutAtOnce() throws Exception {
    Credentials credentials = rig.join(rig.token(), "h1");
    FollowingHost host = new FollowingHost().call(rig, credentials, "10.77.0.1");
    HostsRig.await("it is told something", () -> !host.messages.isEmpty());
    assertThat(rig.hosts.joining().members().revoke("h1", HostsRig.OPERATOR)).isTrue();
    HostsRig.await("its stream ends", () -> host.ended() != null);
    assertThat(host.ended().getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
    assertThat(code(() -> renew(credentials))).isEqualTo(Status.Code.UNAUTHENTICATED);
    FollowingHost again = new FollowingHost().call(rig, credentials, "10.77.0.1");
    HostsRig.await("it does not come in again", () -> again.ended() != null);
    assertThat(again.messages).isEmpty();
  }

  @Test
  void shouldWithdrawAtOnceWhatIsAtAHostThatIsPutOut() throws Exception {
    Credentials credentials = rig.join(rig.token(), "h1");
    FollowingHost host = new FollowingHost().call(rig, credentials, "10.77.0.1");
    FollowingHost other =
        new FollowingHost().call(rig, rig.join(rig.token(), "h2"), "10.77.0.2", 100);
    rig.awaitHosts("h1", "h2");
    rig.create(HostsRig.network("blue", 100));
    rig.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
    HostsRig.awaitFacts(other, ALL);
    host.hangUp(); // as one that is away: it would have its usual time
    rig.hosts.joining().members().revoke("h1", HostsRig.OPERATOR);
    HostsRig.awaitFacts(other, "member h2 100", "network blue 100");
    host.call(rig, rig.join(rig.token(), "h1"), "10.77.0.1");
    HostsRig.awaitFacts(other, ALL);
  }

  @Test
  void shouldRefuseNamesAndRequestsThatAreNone() {
    JoinToken token = rig.token(Duration.ofMinutes(1), HostsRig.anyNumber());
    for (String name : List.of("", "../h1", "a b", "x".repeat(64), "h\n1")) {
      assertThat(code(() -> rig.join(token, name))).as(name).isNotEqualTo(Status.Code.OK);
    }
    assertThat(rig.store.range(Range.first(Members.PREFIX, 10)).entries()).isEmpty();
  }

  /** The newest entry, which has the revision of the change that it tells of. */
  private void assertAudited(String key, String... parts) {
    Entry entry = rig.store.range(Range.first(Audit.PREFIX, 100)).entries().getLast();
    assertThat(entry.value()).contains(parts);
    assertThat(entry.modified()).isEqualTo(rig.store.revision());
    rig.store.get(key).ifPresent(it -> assertThat(it.modified()).isEqualTo(entry.modified()));
  }

  @Test
  void shouldTellInTheAuditLogWhoMadeATokenWhoJoinedAndWhoWasPutOut() {
    JoinToken token = rig.token();
    String key = "join-token/" + token.id();
    assertAudited(key, "create join token " + token.id(), "\"who\":\"test\"");
    rig.join(token, "h1");
    assertAudited(
        Members.PREFIX + "h1", "host h1 joins", "\"who\":\"host h1\"", token.id(), "127.0.0.1");
    rig.hosts.joining().members().revoke("h1", HostsRig.OPERATOR);
    assertAudited(Members.PREFIX + "h1", "revoke host h1", "\"who\":\"test\"");
    JoinToken unused = rig.token();
    rig.hosts.joining().tokens().revoke(unused.id(), HostsRig.OPERATOR);
    assertAudited(key, "delete join token " + unused.id(), "\"who\":\"test\"");
  }

  @Test
  void shouldForgetTokensThatHaveExpired() {
    JoinToken expired = rig.token(Duration.ofMillis(1), 1);
    JoinToken good = rig.token();
    HostsRig.await(
        "it is forgotten",
        () -> {
          rig.hosts.joining().tokens().forgetExpired();
          return rig.hosts.joining().tokens().list().size() == 1;
        });
    assertAudited("", "delete expired join token " + expired.id());
    assertThat(rig.hosts.joining().tokens().list().getFirst().id()).isEqualTo(good.id());
  }

  @Test
  void shouldRefuseMoreTokensThanAnybodyNeeds() {
    JoinToken token = rig.token();
    String record = rig.store.get("join-token/" + token.id()).orElseThrow().value();
    List<Operation> copies = new ArrayList<>();
    for (int i = 1; i < JoinTokens.MOST; i++) {
      copies.add(new Operation.Put("join-token/%012x".formatted(i), record));
    }
    rig.store.commit(new Transaction(List.of(), copies));
    assertThatThrownBy(() -> rig.token()).hasMessageContaining("1000 join tokens that are good");
    rig.hosts.joining().tokens().revoke(token.id(), HostsRig.OPERATOR);
    rig.token();
  }
}
