package net.viaduct.trust;

import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContextBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslProvider;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * TLS 1.3 between hosts and controllers, by the JDK. Each side trusts one authority, and nothing
 * that the machine trusts otherwise. Stateless.
 */
public final class Tls {
  private static final String VERSION = "TLSv1.3";

  private Tls() {}

  /**
   * A controller's side. Who comes without a certificate gets in, so that it can join; who comes
   * with one of another authority does not.
   *
   * @param credentials the controller's at the time of each handshake
   */
  public static SslContext server(Supplier<Credentials> credentials) {
    try {
      return builder(SslContextBuilder.forServer(new CurrentCredentials(credentials)))
          .trustManager(trusting(credentials.get().authority()))
          .clientAuth(ClientAuth.OPTIONAL)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  /**
   * A host's side.
   *
   * @param credentials the host's at the time of each handshake
   */
  public static SslContext client(Supplier<Credentials> credentials) {
    try {
      return builder(SslContextBuilder.forClient())
          .keyManager(new CurrentCredentials(credentials))
          .trustManager(trusting(credentials.get().authority()))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  /** The side of a machine that is no host yet: it knows the authority by its fingerprint only. */
  public static SslContext joining(Fingerprint authority) {
    try {
      return builder(SslContextBuilder.forClient())
          .trustManager((TrustManager) new FingerprintTrust(authority))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("TLS cannot be set up", e);
    }
  }

  /**
   * Lets pass what a controller of an authority shows, and nothing else.
   *
   * @throws CertificateException if it is not that
   */
  public static void requireController(List<X509Certificate> chain, X509Certificate authority)
      throws CertificateException {
    trusting(authority).checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
  }

  private static SslContextBuilder builder(SslContextBuilder builder) {
    return GrpcSslContexts.configure(builder, SslProvider.JDK).protocols(VERSION);
  }

  /** Trusts what this authority has signed, and nothing else. */
  static X509TrustManager trusting(X509Certificate authority) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("authority", authority);
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager found) {
          return found;
        }
      }
      throw new IllegalStateException("the JDK has no manager of trust");
    } catch (GeneralSecurityException | java.io.IOException e) {
      throw new IllegalStateException("the JDK has no manager of trust", e);
    }
  }
}
