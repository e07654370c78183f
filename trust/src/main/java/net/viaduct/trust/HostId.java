package net.viaduct.trust;

import java.security.SecureRandom;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom a host's certificate is made out to: {@code viaduct://host/h1/9f...} as an alternative name.
 * Who joins again under the same name is somebody else. Immutable.
 *
 * @param name of the host
 * @param membership told at joining, and kept by renewals; 32 hexadecimal digits
 */
public record HostId(String name, String membership) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern URI =
      Pattern.compile("viaduct://host/(" + NAME.pattern() + ")/([0-9a-f]{32})");
  private static final int MEMBERSHIP_BYTES = 16;
  private static final int URI_NAME = 6; // GeneralName, RFC 5280 section 4.2.1.6

  /** Checks both. */
  public HostId {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'"
              + name
              + "' is not a host's name; a name is 1 to 63 letters, digits, '.', '_' and '-', the"
              + " first a letter or digit");
    }
    if (!membership.matches("[0-9a-f]{32}")) {
      throw new IllegalArgumentException("'" + membership + "' is no membership");
    }
  }

  /** That of a host that joins now. */
  public static HostId joining(String name, SecureRandom random) {
    byte[] bytes = new byte[MEMBERSHIP_BYTES];
    random.nextBytes(bytes);
    return new HostId(name, HexFormat.of().formatHex(bytes));
  }

  /** The alternative name that stands for it. */
  String uri() {
    return "viaduct://host/" + name + "/" + membership;
  }

  /** Whom a certificate is made out to; nobody if it is not a host's. */
  public static Optional<HostId> of(X509Certificate certificate) {
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      if (names == null) {
        return Optional.empty();
      }
      return names.stream()
          .filter(name -> name.getFirst().equals(URI_NAME))
          .map(name -> URI.matcher(String.valueOf(name.getLast())))
          .filter(Matcher::matches)
          .map(found -> new HostId(found.group(1), found.group(2)))
          .findFirst();
    } catch (CertificateParsingException e) {
      return Optional.empty();
    }
  }
}
