package net.viaduct.trust;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Certifies hosts and controllers (RFC 5280): a host's certificate is good for being a client and
 * names one host, a controller's is good for being a server, and a client of other controllers, and
 * says that it is a controller, so that neither passes for the other. Any thread.
 */
public final class Authority {
  /** The name that all controllers have in their certificates, whatever their addresses are. */
  public static final String CONTROLLER_NAME = "controller.viaduct";

  private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
  private static final Duration CLOCKS_DIFFER_BY = Duration.ofMinutes(5);
  private static final int SERIAL_BITS = 127;

  private final Credentials credentials;
  private final Clock clock;
  private final SecureRandom random;

  /** The authority that has these credentials. */
  public Authority(Credentials credentials, Clock clock, SecureRandom random) {
    if (credentials.certificate().getBasicConstraints() < 0) {
      throw new TrustException("the certificate is not that of an authority");
    }
    this.credentials = credentials;
    this.clock = clock;
    this.random = random;
  }

  /** A new authority. */
  public static Authority create(Clock clock, SecureRandom random) {
    KeyPair pair = Keys.create(random);
    X500Principal name = new X500Principal("CN=Viaduct authority");
    Instant now = clock.instant();
    var builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(SERIAL_BITS, random),
            Date.from(now.minus(CLOCKS_DIFFER_BY)),
            Date.from(now.plus(AUTHORITY_LIFE)),
            name,
            pair.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
    } catch (CertIOException e) {
      throw new IllegalStateException("an authority cannot be made", e);
    }
    X509Certificate certificate = signed(builder, pair.getPrivate());
    return new Authority(new Credentials(pair.getPrivate(), List.of(certificate)), clock, random);
  }

  /** What to keep, in secret, to be the same authority again. */
  public Credentials credentials() {
    return credentials;
  }

  /** By which it is known. */
  public Fingerprint fingerprint() {
    return Fingerprint.of(credentials.certificate());
  }

  /**
   * Certifies a host.
   *
   * @param request PKCS #10, DER; only its key counts
   * @return the chain
   * @throws TrustException if the request is not right
   */
  public List<X509Certificate> certifyHost(byte[] request, HostId host, Duration life) {
    return certify(
        CertificateRequest.verifiedKey(request),
        "CN=" + host.name(),
        new GeneralName(GeneralName.uniformResourceIdentifier, host.uri()),
        life,
        KeyPurposeId.id_kp_clientAuth);
  }

  /** Credentials for a controller. */
  public Credentials certifyController(Duration life) {
    KeyPair pair = Keys.create(random);
    return new Credentials(
        pair.getPrivate(),
        certify(
            pair.getPublic(),
            "CN=" + CONTROLLER_NAME,
            new GeneralName(GeneralName.dNSName, CONTROLLER_NAME),
            life,
            KeyPurposeId.id_kp_serverAuth,
            KeyPurposeId.id_kp_clientAuth));
  }

  /** Whether a certificate, which is to be one of this authority's, is a controller's. */
  public static boolean isController(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      return names != null && names.contains(List.of(GeneralName.dNSName, CONTROLLER_NAME));
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  private List<X509Certificate> certify(
      PublicKey key, String subject, GeneralName name, Duration life, KeyPurposeId... purposes) {
    Instant now = clock.instant();
    X509Certificate issuer = credentials.certificate();
    var builder =
        new JcaX509v3CertificateBuilder(
            issuer,
            new BigInteger(SERIAL_BITS, random),
            Date.from(now.minus(CLOCKS_DIFFER_BY.compareTo(life) < 0 ? CLOCKS_DIFFER_BY : life)),
            Date.from(now.plus(life)),
            new X500Principal(subject),
            key);
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      builder.addExtension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purposes));
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name));
    } catch (CertIOException e) {
      throw new IllegalStateException("a certificate cannot be made", e);
    }
    return List.of(signed(builder, credentials.key()), issuer);
  }

  private static X509Certificate signed(
      JcaX509v3CertificateBuilder builder, java.security.PrivateKey key) {
    try {
      var signer = new JcaContentSignerBuilder(Keys.SIGNATURE).build(key);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException | CertificateException e) {
      throw new IllegalStateException("a certificate cannot be signed", e);
    }
  }
}
