package net.viaduct.controller.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.access.KeyMaker;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** etcd by TLS 1.3 or 1.2, each side with a certificate. */
class EtcdTlsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @TempDir Path directory;

  @Test
  void shouldKnowMembersAndBeKnownByCertificates() throws Exception {
    EtcdCluster.requireInstalled();
    KeyMaker keys = new KeyMaker(directory);
    keys.makeSigner();
    keys.makeSigned(
        "member", "CN=member", "-ext", "san=ip:127.0.0.1", "-ext", "eku=serverAuth,clientAuth");
    keys.makeSigned("controller", "CN=controller", "-ext", "eku=clientAuth");
    keys.make("stranger", "CN=stranger");
    Path ca = keys.writeCertificate("signer");
    Path member = keys.writeCertificate("member");
    EtcdConfig.Identity mine =
        new EtcdConfig.Identity(keys.writeCertificate("controller"), keys.writeKey("controller"));
    EtcdConfig.Identity stranger =
        new EtcdConfig.Identity(keys.writeCertificate("stranger"), keys.writeKey("stranger"));
    List<String> arguments =
        List.of(
            "--cert-file",
            member.toString(),
            "--key-file",
            keys.writeKey("member").toString(),
            "--trusted-ca-file",
            ca.toString(),
            "--client-cert-auth");
    EtcdConfig.Tls right = new EtcdConfig.Tls(ca, Optional.of(mine));
    try (EtcdCluster cluster = EtcdCluster.startWithTls(directory, right, arguments)) {
      try (Store store = EtcdStore.open(cluster.config("tls/"), 1_000)) {
        store.commit(new Transaction(List.of(), List.of(new Operation.Put("a", "1"))));
        assertThat(store.get("a").map(Entry::value)).contains("1");
      }
      refused(cluster, new EtcdConfig.Tls(ca, Optional.empty()));
      refused(cluster, new EtcdConfig.Tls(ca, Optional.of(stranger)));
      refused(cluster, new EtcdConfig.Tls(stranger.certificate(), Optional.of(mine)));
    }
  }

  private static void refused(EtcdCluster cluster, EtcdConfig.Tls tls) {
    EtcdConfig config = new EtcdConfig(cluster.endpoints(), "tls/", Optional.of(tls));
    assertThatThrownBy(() -> EtcdStore.open(config, 1_000, PATIENCE).close())
        .isInstanceOf(StoreFailure.class)
        .hasMessageStartingWith("etcd does not answer: ");
  }
}
