package net.viaduct.controller.access;

import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * Who a client certificate tells: its common name is who, its organisational unit {@code
 * viaduct-ROLE} the role. One without such a unit, as a host's is, gives no role. Stateless.
 */
public final class CertificateRole {
  private static final String UNIT_PREFIX = "viaduct-";

  private CertificateRole() {}

  /** Who it tells; empty if it gives no role. */
  public static Optional<Identity> of(X509Certificate certificate) {
    String name = "";
    Optional<Role> role = Optional.empty();
    try {
      LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
      for (Rdn part : subject.getRdns()) {
        String value = String.valueOf(part.getValue());
        if (part.getType().equalsIgnoreCase("CN")) {
          name = value;
        } else if (part.getType().equalsIgnoreCase("OU") && value.startsWith(UNIT_PREFIX)) {
          role = Role.of(value.substring(UNIT_PREFIX.length()));
        }
      }
    } catch (InvalidNameException _) {
      return Optional.empty();
    }
    String who = "certificate " + name;
    return role.map(it -> new Identity(who, it));
  }
}
