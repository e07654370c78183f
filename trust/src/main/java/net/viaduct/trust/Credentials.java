package net.viaduct.trust;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What somebody proves with who it is. Immutable; prints no key.
 *
 * @param key the private key
 * @param chain its certificate first, the authority's last
 */
public record Credentials(PrivateKey key, List<X509Certificate> chain) {
  private static final Pattern PEM_BLOCK =
      Pattern.compile("-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");
  private static final Base64.Encoder PEM_LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

  /** Copies the chain, and checks that the key belongs to it. */
  public Credentials {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new TrustException("there is no certificate");
    }
    requirePair(key, chain.getFirst());
  }

  private static void requirePair(PrivateKey key, X509Certificate certificate) {
    try {
      byte[] probe = "is this the key?".getBytes(StandardCharsets.US_ASCII);
      var signature = java.security.Signature.getInstance(Keys.SIGNATURE);
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      if (!signature.verify(signed)) {
        throw new TrustException("the certificate is not that of the key");
      }
    } catch (GeneralSecurityException e) {
      throw new TrustException("the certificate is not that of the key: " + e.getMessage(), e);
    }
  }

  /** Its own certificate. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** The certificate of the authority. */
  public X509Certificate authority() {
    return chain.getLast();
  }

  /** Until when it is believed. */
  public Instant ends() {
    return certificate().getNotAfter().toInstant();
  }

  /** When it is time for a new one: after two thirds of its life. */
  public Instant renewalDue() {
    Instant begins = certificate().getNotBefore().toInstant();
    return begins.plus(Duration.between(begins, ends()).multipliedBy(2).dividedBy(3));
  }

  /** As PEM: the key, then the chain. It is a secret. */
  public String pem() {
    StringBuilder text = new StringBuilder();
    append(text, "PRIVATE KEY", key.getEncoded());
    for (X509Certificate certificate : chain) {
      append(text, "CERTIFICATE", encoded(certificate));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String kind, byte[] der) {
    text.append("-----BEGIN ").append(kind).append("-----\n");
    text.append(PEM_LINES.encodeToString(der));
    text.append("\n-----END ").append(kind).append("-----\n");
  }

  static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (CertificateEncodingException e) {
      throw new TrustException("a certificate cannot be encoded: " + e.getMessage(), e);
    }
  }

  /** A chain as it is sent: DER, in its order. */
  public static List<byte[]> encoded(List<X509Certificate> chain) {
    return chain.stream().map(Credentials::encoded).toList();
  }

  /**
   * Reads a chain as it is sent.
   *
   * @throws TrustException if something of it is no certificate
   */
  public static List<X509Certificate> parseChain(List<byte[]> ders) {
    return ders.stream().map(Credentials::parseCertificate).toList();
  }

  private static X509Certificate parseCertificate(byte[] der) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new TrustException("a certificate cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads what {@link #pem()} wrote.
   *
   * @throws TrustException if it is not that
   */
  public static Credentials parse(String pem) {
    PrivateKey key = null;
    List<X509Certificate> chain = new ArrayList<>();
    Matcher blocks = PEM_BLOCK.matcher(pem);
    while (blocks.find()) {
      byte[] der = decoded(blocks.group(2));
      switch (blocks.group(1)) {
        case "PRIVATE KEY" -> key = Keys.parse(der);
        case "CERTIFICATE" -> chain.add(parseCertificate(der));
        default -> throw new TrustException("what is a " + blocks.group(1) + " doing here?");
      }
    }
    if (key == null) {
      throw new TrustException("there is no private key");
    }
    return new Credentials(key, chain);
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getMimeDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new TrustException("is not PEM: " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return certificate().getSubjectX500Principal() + " until " + ends();
  }
}
