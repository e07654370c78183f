package net.viaduct.trust;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A request for a certificate (PKCS #10, RFC 2986) with the key that it is for, which never leaves
 * the machine that made it. Immutable.
 */
public final class CertificateRequest {
  private static final int KEY_BITS = 256;
  private static final int MOST_BYTES = 4096;

  private final PrivateKey key;
  private final byte[] der;

  private CertificateRequest(PrivateKey key, byte[] der) {
    this.key = key;
    this.der = der;
  }

  /** A request with a new key. */
  public static CertificateRequest create(String name, SecureRandom random) {
    KeyPair pair = Keys.create(random);
    try {
      var signer = new JcaContentSignerBuilder(Keys.SIGNATURE).build(pair.getPrivate());
      byte[] der =
          new JcaPKCS10CertificationRequestBuilder(
                  new X500Principal("CN=" + name), pair.getPublic())
              .build(signer)
              .getEncoded();
      return new CertificateRequest(pair.getPrivate(), der);
    } catch (OperatorCreationException | IOException e) {
      throw new IllegalStateException("a request cannot be made", e);
    }
  }

  /** What is sent. */
  public byte[] der() {
    return der.clone();
  }

  /**
   * The credentials, with what came back.
   *
   * @throws TrustException if that is a certificate of another key
   */
  public Credentials with(List<X509Certificate> chain) {
    return new Credentials(key, chain);
  }

  /**
   * The key that a request is for, which whoever signed it has.
   *
   * @throws TrustException if it is no request, or of a key that we do not take
   */
  static PublicKey verifiedKey(byte[] der) {
    if (der.length > MOST_BYTES) {
      throw new TrustException("a request for a certificate has up to " + MOST_BYTES + " bytes");
    }
    try {
      var request = new JcaPKCS10CertificationRequest(der);
      PublicKey key = request.getPublicKey();
      if (!(key instanceof ECPublicKey ec) || ec.getParams().getOrder().bitLength() != KEY_BITS) {
        throw new TrustException("the key of a request is one on P-256");
      }
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw new TrustException("the request is not signed by its own key");
      }
      return key;
    } catch (TrustException e) {
      throw e;
    } catch (IOException
        | PKCSException
        | OperatorCreationException
        | GeneralSecurityException
        | RuntimeException e) { // Bouncy Castle throws many kinds at what is malformed
      throw new TrustException("that is no request for a certificate: " + e.getMessage(), e);
    }
  }
}
