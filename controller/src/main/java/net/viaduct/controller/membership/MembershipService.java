package net.viaduct.controller.membership;

import io.grpc.stub.StreamObserver;
import net.viaduct.protocol.CertificateReply;
import net.viaduct.protocol.MembershipGrpc;
import net.viaduct.protocol.RenewRequest;
import net.viaduct.trust.HostId;

/** Renews the certificates of hosts. Any thread. */
final class MembershipService extends MembershipGrpc.MembershipImplBase {
  private final Members members;

  MembershipService(Members members) {
    this.members = members;
  }

  @Override
  public void renew(RenewRequest request, StreamObserver<CertificateReply> reply) {
    HostId host = Caller.current().host();
    JoiningService.answer(
        reply,
        host.name(),
        () -> members.renew(host, request.getCertificateRequest().toByteArray()));
  }
}
