package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.host.diagnosis.CapturePage;
import net.viaduct.host.diagnosis.CaptureQuestion;
import net.viaduct.host.diagnosis.CaptureView;
import net.viaduct.host.diagnosis.Diagnosis;
import net.viaduct.host.diagnosis.TraceView;
import net.viaduct.host.subscription.ControllerAddress;
import net.viaduct.host.subscription.Follower;
import net.viaduct.host.subscription.Joiner;
import net.viaduct.host.subscription.ToldNetwork;
import net.viaduct.host.subscription.ToldWatch;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.Report;
import net.viaduct.runtime.SystemClock;
import net.viaduct.trust.IdentityDirectory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host's side that follows, a controller's side with a real store, and short lives of
 * certificates.
 */
@DisplayName("Certificates renew by themselves")
class RenewalTest {
  private static final Duration LIFE = Duration.ofSeconds(6);

  @TempDir Path directory;
  private HostsRig rig;
  private IdentityDirectory identity;
  private Follower follower;
  private volatile List<ToldNetwork> inForce = List.of();

  private void join(Duration certificateLife) throws Exception {
    rig =
        new HostsRig(
            SqliteStore.open(directory.resolve("c.db"), 100_000),
            LifePolicy.USUAL,
            certificateLife);
    identity = new IdentityDirectory(directory.resolve("h1"));
    ControllerAddress at = ControllerAddress.parse("127.0.0.1:" + rig.hosts.port());
    new Joiner(new SecureRandom()).join(rig.token(), List.of(at), "h1", identity);
  }

  private void follow() {
    follower =
        Follower.open(
            identity,
            "h1",
            new Follower.Sources(
                () -> Report.newBuilder().addWantedVnis(100).build(), Meters::getDefaultInstance),
            new Taking(),
            new SystemClock(),
            Clock.systemUTC());
    follower.start(new NoDiagnosis());
  }

  @AfterEach
  void close() {
    if (follower != null) {
      follower.close();
    }
    if (rig != null) {
      rig.close();
    }
  }

  private final class Taking implements Follower.Consumer {
    @Override
    public void apply(List<ToldNetwork> told) {
      inForce = told;
    }

    @Override
    public void watch(ToldWatch told) {
      // nobody else is there
    }
  }

  private String lastError() {
    return Objects.requireNonNullElse(follower.status().lastError(), "");
  }

  private X509Certificate kept() {
    return identity.credentials().certificate();
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  @Test
  @DisplayName(
      "A host gets a new one before the end, and comes back with it when the first is over")
  void shouldRenewAndComeBackWithTheNewOne() throws Exception {
    join(LIFE);
    X509Certificate first = kept();
    follow();
    HostsRig.await("it is connected", () -> follower.status().connected());
    Instant since = follower.status().since();
    HostsRig.await("it keeps another one", () -> !kept().equals(first));
    X509Certificate second = kept();
    assertThat(end(second).minus(LIFE)).as("made before the end").isBefore(end(first));
    assertThat(end(second)).isAfter(end(first));
    assertThat(second.getPublicKey()).as("its key is new").isNotEqualTo(first.getPublicKey());
    HostsRig.await("and tells so", () -> follower.status().certificateEnds().equals(end(second)));
    HostsRig.await(
        "it was ended and is there again",
        () -> follower.status().connected() && follower.status().since().isAfter(since));
    assertThat(Instant.now()).as("not before the end of the first").isAfter(end(first));
    rig.registry.create(HostsRig.network("blue", 100), HostsRig.OPERATOR);
    HostsRig.await("it is told what is new", () -> !inForce.isEmpty());
    HostsRig.await("it goes on so", () -> end(kept()).isAfter(end(second)));
  }

  @Test
  @DisplayName("A host that was off until after the end is told that it has to join anew")
  void shouldSayWhyAHostIsNotLetInThatWasOffForTooLong() throws Exception {
    join(Duration.ofSeconds(1));
    Instant end = end(kept());
    HostsRig.await("it is over", () -> Instant.now().isAfter(end));
    follow();
    HostsRig.await("why is shown", () -> lastError().contains("has ended"));
    assertThat(lastError()).contains("join");
    assertThat(follower.status().connected()).isFalse();
  }

  /** Nobody asks this host about frames. */
  private static final class NoDiagnosis implements Diagnosis {
    private static UnsupportedOperationException nobodyAsks() {
      return new UnsupportedOperationException("nobody asks this host");
    }

    @Override
    public TraceView traceFromPort(String port, byte[] frame) {
      throw nobodyAsks();
    }

    @Override
    public TraceView traceFromRemote(String remote, int vni, byte[] frame) {
      throw nobodyAsks();
    }

    @Override
    public TraceView traceFromUnderlay(byte[] packet) {
      throw nobodyAsks();
    }

    @Override
    public CaptureView beginCapture(CaptureQuestion question) {
      throw nobodyAsks();
    }

    @Override
    public CapturePage captured(String id) {
      throw nobodyAsks();
    }

    @Override
    public CapturePage endCapture(String id) {
      throw nobodyAsks();
    }
  }
}
