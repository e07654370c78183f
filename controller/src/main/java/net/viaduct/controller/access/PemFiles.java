package net.viaduct.controller.access;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as operators have them: PEM, RFC 7468. Stateless. */
public final class PemFiles {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final char[] NO_PASSWORD = {};

  private PemFiles() {}

  /**
   * A certificate, those that it was signed with, and its key.
   *
   * @throws IOException if they cannot be read, or are something else; the message names the file
   */
  public static KeyStore identity(Path certificate, Path key) throws IOException {
    try {
      KeyStore store = empty();
      Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
      store.setKeyEntry("identity", privateKey(key), NO_PASSWORD, chain);
      return store;
    } catch (GeneralSecurityException e) {
      throw new IOException(certificate + " and " + key + " do not go together: " + e, e);
    }
  }

  /**
   * Those whose signatures are trusted.
   *
   * @throws IOException if they cannot be read, or are something else; the message names the file
   */
  public static KeyStore trusted(Path file) throws IOException {
    try {
      KeyStore store = empty();
      int count = 0;
      for (Certificate certificate : certificates(file)) {
        store.setCertificateEntry("trusted" + count++, certificate);
      }
      return store;
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " cannot be used: " + e, e);
    }
  }

  private static KeyStore empty() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static List<Certificate> certificates(Path file) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(file);
      List<Certificate> found =
          List.copyOf(
              CertificateFactory.getInstance("X.509")
                  .generateCertificates(new ByteArrayInputStream(bytes)));
      if (found.isEmpty()) {
        throw new IOException(file + " has no certificate");
      }
      return found;
    } catch (GeneralSecurityException e) {
      throw new IOException(file + " is not a certificate in PEM: " + e.getMessage(), e);
    }
  }

  private static PrivateKey privateKey(Path file) throws IOException {
    Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
    if (!matcher.find()) {
      throw new IOException(file + " has no key: it should have BEGIN PRIVATE KEY (PKCS #8)");
    }
    PKCS8EncodedKeySpec spec =
        new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
    InvalidKeySpecException ofAnotherKind = null;
    for (String algorithm : List.of("EC", "RSA", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(spec);
      } catch (InvalidKeySpecException e) {
        ofAnotherKind = e;
      } catch (GeneralSecurityException e) {
        throw new IOException(file + " cannot be used: " + e, e);
      }
    }
    throw new IOException(file + " has a key of a kind that is not known", ofAnotherKind);
  }
}
