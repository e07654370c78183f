package net.viaduct.controller.membership;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.protocol.CertificateReply;
import net.viaduct.protocol.JoinRequest;
import net.viaduct.protocol.JoiningGrpc;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.Secret;
import net.viaduct.trust.TrustException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes hosts of machines that have a token. Any thread. */
final class JoiningService extends JoiningGrpc.JoiningImplBase {
  private static final Logger LOG = LoggerFactory.getLogger(JoiningService.class);

  private final Members members;

  JoiningService(Members members) {
    this.members = members;
  }

  @Override
  public void join(JoinRequest request, StreamObserver<CertificateReply> reply) {
    String name = request.getHost();
    answer(
        reply,
        name,
        () -> {
          List<X509Certificate> chain =
              members.join(
                  request.getTokenId(),
                  new Secret(request.getTokenSecret().toByteArray()),
                  name,
                  request.getCertificateRequest().toByteArray(),
                  CallerCheck.FROM.get());
          LOG.info("host {} joined with token {}", name, request.getTokenId());
          return chain;
        });
  }

  /** Answers with a chain, or with the reason why there is none. */
  static void answer(
      StreamObserver<CertificateReply> reply, String name, Supplier<List<X509Certificate>> chain) {
    try {
      CertificateReply.Builder answer = CertificateReply.newBuilder().setHost(name);
      Credentials.encoded(chain.get()).forEach(der -> answer.addChain(ByteString.copyFrom(der)));
      reply.onNext(answer.build());
      reply.onCompleted();
    } catch (Refused e) {
      LOG.warn("a certificate for '{}' was refused: {}", printable(name), e.getMessage());
      fail(reply, Status.PERMISSION_DENIED, e);
    } catch (TrustException | IllegalArgumentException e) {
      fail(reply, Status.INVALID_ARGUMENT, e);
    } catch (StoreFailure e) {
      fail(reply, Status.UNAVAILABLE, e);
    }
  }

  private static void fail(
      StreamObserver<CertificateReply> reply, Status status, RuntimeException e) {
    reply.onError(status.withDescription(e.getMessage()).asRuntimeException());
  }

  private static String printable(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "?");
  }
}
