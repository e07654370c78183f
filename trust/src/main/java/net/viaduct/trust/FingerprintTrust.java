package net.viaduct.trust;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a controller whose chain ends with the authority of this fingerprint, and that this
 * authority has certified as a controller. Immutable.
 */
final class FingerprintTrust extends X509ExtendedTrustManager {
  private final Fingerprint authority;

  FingerprintTrust(Fingerprint authority) {
    this.authority = authority;
  }

  private X509ExtendedTrustManager trusting(X509Certificate[] chain) throws CertificateException {
    X509Certificate last = chain[chain.length - 1];
    if (!Fingerprint.of(last).isSame(authority)) {
      throw new CertificateException(
          "the controller there is of another authority than the token: "
              + Fingerprint.of(last)
              + " instead of "
              + authority);
    }
    return (X509ExtendedTrustManager) Tls.trusting(last);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    trusting(chain).checkServerTrusted(chain, type, engine);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    trusting(chain).checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    trusting(chain).checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("this side has no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw new CertificateException("this side has no clients");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw new CertificateException("this side has no clients");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
