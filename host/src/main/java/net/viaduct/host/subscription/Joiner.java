package net.viaduct.host.subscription;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.viaduct.protocol.CertificateReply;
import net.viaduct.protocol.JoinRequest;
import net.viaduct.protocol.JoiningGrpc;
import net.viaduct.protocol.MembershipGrpc;
import net.viaduct.protocol.RenewRequest;
import net.viaduct.trust.CertificateRequest;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.Fingerprint;
import net.viaduct.trust.HostId;
import net.viaduct.trust.IdentityDirectory;
import net.viaduct.trust.JoinToken;
import net.viaduct.trust.Tls;
import net.viaduct.trust.TrustException;

/** Gets certificates from a controller. Any thread. */
public final class Joiner {
  private static final int TIMEOUT_S = 10;

  private final SecureRandom random;

  /** With this chance for keys. */
  public Joiner(SecureRandom random) {
    this.random = random;
  }

  /**
   * Makes this machine a host. The controller has to show the authority of the token before it gets
   * to see the token's secret; the key is made here, and stays.
   *
   * @param controllers where they are; one of them answers
   * @param name that the host wants
   * @param directory where its identity goes
   * @throws TrustException if it was refused, with the reason
   * @throws IOException if the identity cannot be kept
   */
  public HostId join(
      JoinToken token,
      List<ControllerAddress> controllers,
      String name,
      IdentityDirectory directory)
      throws IOException {
    directory.prepare();
    CertificateRequest request = CertificateRequest.create(name, random);
    JoinRequest message =
        JoinRequest.newBuilder()
            .setTokenId(token.id())
            .setTokenSecret(ByteString.copyFrom(token.secret().bytes()))
            .setHost(name)
            .setCertificateRequest(ByteString.copyFrom(request.der()))
            .build();
    Credentials credentials = request.with(parse(ask(token, controllers, message)));
    HostId host = checked(credentials, token.authority(), name);
    directory.write(credentials);
    directory.writeControllers(controllers.stream().map(ControllerAddress::toString).toList());
    return host;
  }

  private static CertificateReply ask(
      JoinToken token, List<ControllerAddress> controllers, JoinRequest message) {
    StringBuilder failures = new StringBuilder();
    for (ControllerAddress controller : controllers) {
      try (Wire wire = new Wire(controller, Tls.joining(token.authority()))) {
        return JoiningGrpc.newBlockingStub(wire.channel())
            .withDeadlineAfter(TIMEOUT_S, TimeUnit.SECONDS)
            .join(message);
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE
            && e.getStatus().getCode() != Status.Code.DEADLINE_EXCEEDED) {
          throw new TrustException(controller + " refuses: " + e.getStatus().getDescription(), e);
        }
        failures.append(failures.isEmpty() ? "" : "; ");
        failures.append(controller).append(": ").append(reason(e.getStatus()));
      }
    }
    throw new TrustException("no controller answers: " + failures);
  }

  /**
   * A new certificate, with a new key.
   *
   * @throws TrustException if it was refused, with the reason
   */
  Credentials renew(Wire wire, Credentials before) {
    String name =
        HostId.of(before.certificate())
            .orElseThrow(() -> new TrustException("the certificate is not a host's"))
            .name();
    CertificateRequest request = CertificateRequest.create(name, random);
    try {
      CertificateReply reply =
          MembershipGrpc.newBlockingStub(wire.channel())
              .withDeadlineAfter(TIMEOUT_S, TimeUnit.SECONDS)
              .renew(
                  RenewRequest.newBuilder()
                      .setCertificateRequest(ByteString.copyFrom(request.der()))
                      .build());
      Credentials renewed = request.with(parse(reply));
      checked(renewed, Fingerprint.of(before.authority()), name);
      return renewed;
    } catch (StatusRuntimeException e) {
      throw new TrustException("no new certificate: " + reason(e.getStatus()), e);
    }
  }

  private static List<java.security.cert.X509Certificate> parse(CertificateReply reply) {
    return Credentials.parseChain(
        reply.getChainList().stream().map(ByteString::toByteArray).toList());
  }

  private static HostId checked(Credentials credentials, Fingerprint authority, String name) {
    if (!Fingerprint.of(credentials.authority()).isSame(authority)) {
      throw new TrustException("the certificate that came is of another authority");
    }
    return HostId.of(credentials.certificate())
        .filter(host -> host.name().equals(name))
        .orElseThrow(() -> new TrustException("the certificate that came is for another host"));
  }

  /** Why a call failed: what the controller says, or what happened below. */
  static String reason(Status status) {
    Throwable cause = status.getCause();
    while (cause != null && cause.getCause() != null) {
      cause = cause.getCause();
    }
    String below = cause == null ? null : cause.getMessage();
    if (below != null) {
      return below;
    }
    return status.getDescription() == null ? status.getCode().toString() : status.getDescription();
  }
}
