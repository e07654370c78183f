package net.viaduct.controller.membership;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import net.viaduct.protocol.JoiningGrpc;
import net.viaduct.protocol.PeersGrpc;
import net.viaduct.trust.Authority;
import net.viaduct.trust.HostId;
import org.jspecify.annotations.Nullable;

/**
 * Lets hosts in, and nobody else, but for joining, and controllers to what is for them. TLS has
 * shown that a certificate is ours and not too old; here it must be that of a host that is one
 * still. Any thread.
 */
final class CallerCheck implements ServerInterceptor {
  /** Who calls. */
  static final Context.Key<Caller> CALLER = Context.key("caller");

  /** Where the call comes from: an address. */
  static final Context.Key<String> FROM = Context.keyWithDefault("from", "");

  private final Members members;

  CallerCheck(Members members) {
    this.members = members;
  }

  @Override
  public <A, B> ServerCall.Listener<A> interceptCall(
      ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
    String service = call.getMethodDescriptor().getServiceName();
    if (JoiningGrpc.SERVICE_NAME.equals(service)) {
      String from = address(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
      return Contexts.interceptCall(Context.current().withValue(FROM, from), call, headers, next);
    }
    Optional<X509Certificate> shown =
        certificate(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
    if (PeersGrpc.SERVICE_NAME.equals(service)) {
      return shown
              .filter(Authority::isController)
              .filter(it -> !members.isOver(it.getNotAfter().toInstant()))
              .isPresent()
          ? next.startCall(call, headers)
          : refuse(call, "only controllers are answered");
    }
    Optional<Caller> caller =
        shown.flatMap(certificate ->
            HostId.of(certificate)
                .map(host -> new Caller(host, certificate.getNotAfter().toInstant())));
    if (caller.isEmpty()) {
      return refuse(call, "only hosts with a certificate are answered; join first");
    }
    if (members.isOver(caller.get().ends())) { // it was good at the handshake, perhaps long ago
      return refuse(call, "the certificate of host " + caller.get().host().name() + " has ended");
    }
    if (!members.isMember(caller.get().host())) {
      return refuse(
          call, "host " + caller.get().host().name() + " was revoked; it has to join anew");
    }
    return Contexts.interceptCall(
        Context.current().withValue(CALLER, caller.get()), call, headers, next);
  }

  private static <A, B> ServerCall.Listener<A> refuse(ServerCall<A, B> call, String why) {
    call.close(Status.UNAUTHENTICATED.withDescription(why), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private static String address(@Nullable SocketAddress from) {
    return from instanceof InetSocketAddress at && at.getAddress() != null
        ? at.getAddress().getHostAddress()
        : String.valueOf(from);
  }

  private static Optional<X509Certificate> certificate(@Nullable SSLSession session) {
    if (session == null) {
      return Optional.empty();
    }
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate certificate
          ? Optional.of(certificate)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty();
    }
  }
}
