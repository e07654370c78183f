package net.viaduct.controller.api;

import java.security.cert.X509Certificate;
import java.util.Optional;
import net.viaduct.controller.access.CertificateRole;
import net.viaduct.controller.access.Identity;
import net.viaduct.controller.access.Role;
import net.viaduct.controller.access.Tokens;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/** Finds out who asks. Immutable: safe from any thread. */
final class Authenticator {
  private static final String BEARER = "Bearer ";

  private final Tokens tokens;

  Authenticator(Tokens tokens) {
    this.tokens = tokens;
  }

  /**
   * Who asks, by what he shows: a token, a certificate; or by where he comes from: whoever can open
   * the Unix socket is the administrator, whoever is on this machine may look.
   *
   * @return empty if nobody that is known; a token that is none counts as nobody everywhere
   */
  Optional<Identity> identify(Request request, Door door) {
    String authorization = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (authorization != null) {
      return authorization.startsWith(BEARER)
          ? tokens.identify(authorization.substring(BEARER.length()).trim())
          : Optional.empty();
    }
    return switch (door) {
      case SOCKET -> Optional.of(new Identity("local", Role.ADMIN));
      case LOOPBACK -> Optional.of(new Identity("loopback", Role.VIEWER));
      case TLS -> certificate(request);
    };
  }

  private static Optional<Identity> certificate(Request request) {
    Object session = request.getAttribute(EndPoint.SslSessionData.ATTRIBUTE);
    if (session instanceof EndPoint.SslSessionData data) {
      X509Certificate[] chain = data.peerCertificates();
      if (chain != null && chain.length > 0) {
        return CertificateRole.of(chain[0]);
      }
    }
    return Optional.empty();
  }
}
