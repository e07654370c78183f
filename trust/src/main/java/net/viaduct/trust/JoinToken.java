package net.viaduct.trust;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * What lets a machine become a host: {@code viaduct-} and 54 bytes in base64url, of which 6 say
 * which token it is, 16 are its secret, and 32 are the fingerprint of the authority that the
 * controller must show before it gets to see the secret. Immutable.
 *
 * @param id by which people list and revoke it; 12 hexadecimal digits
 * @param secret known to whoever has the token, and to nobody else: controllers store its hash
 * @param authority the authority whose controllers may see the secret
 */
public record JoinToken(String id, Secret secret, Fingerprint authority) {
  private static final String PREFIX = "viaduct-";
  private static final int ID_BYTES = 6;
  private static final int SECRET_BYTES = 16;

  /** A new one. */
  public static JoinToken create(Fingerprint authority, SecureRandom random) {
    byte[] id = new byte[ID_BYTES];
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(id);
    random.nextBytes(secret);
    return new JoinToken(java.util.HexFormat.of().formatHex(id), new Secret(secret), authority);
  }

  /**
   * Reads what {@link #text()} wrote.
   *
   * @throws TrustException if it is no token
   */
  public static JoinToken parse(String text) {
    byte[] bytes = text.startsWith(PREFIX) ? decoded(text.substring(PREFIX.length())) : new byte[0];
    if (bytes.length != ID_BYTES + SECRET_BYTES + Fingerprint.SIZE_BYTES) {
      throw new TrustException(
          "that is no token; a token begins with '"
              + PREFIX
              + "' and is what 'viaduct token create' prints");
    }
    var hex = java.util.HexFormat.of();
    int secretEnd = ID_BYTES + SECRET_BYTES;
    return new JoinToken(
        hex.formatHex(bytes, 0, ID_BYTES),
        new Secret(Arrays.copyOfRange(bytes, ID_BYTES, secretEnd)),
        new Fingerprint(hex.formatHex(bytes, secretEnd, bytes.length)));
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  /** The token as it is handed over. It is a secret. */
  public String text() {
    byte[] bytes = new byte[ID_BYTES + SECRET_BYTES + Fingerprint.SIZE_BYTES];
    System.arraycopy(java.util.HexFormat.of().parseHex(id), 0, bytes, 0, ID_BYTES);
    System.arraycopy(secret.bytes(), 0, bytes, ID_BYTES, SECRET_BYTES);
    System.arraycopy(authority.bytes(), 0, bytes, ID_BYTES + SECRET_BYTES, Fingerprint.SIZE_BYTES);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
