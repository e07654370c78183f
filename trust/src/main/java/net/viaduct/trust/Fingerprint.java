package net.viaduct.trust;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/**
 * The SHA-256 of a certificate's DER, by which it is known before anything else is. Immutable.
 *
 * @param hex 64 small digits
 */
public record Fingerprint(String hex) {
  /** In bytes. */
  public static final int SIZE_BYTES = 32;

  /** Checks the length. */
  public Fingerprint {
    if (!hex.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("'" + hex + "' is not a SHA-256");
    }
  }

  /** That of a certificate. */
  public static Fingerprint of(X509Certificate certificate) {
    try {
      return of(certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new TrustException("a certificate cannot be encoded: " + e.getMessage(), e);
    }
  }

  /** The SHA-256 of some bytes. */
  public static Fingerprint of(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return new Fingerprint(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Its bytes. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** Whether it is the same, in a time that does not tell where it differs. */
  public boolean isSame(Fingerprint other) {
    return MessageDigest.isEqual(bytes(), other.bytes());
  }

  @Override
  public String toString() {
    return hex;
  }
}
