package net.viaduct.controller.meters;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import net.viaduct.protocol.HostMeters;
import net.viaduct.protocol.MetersRequest;
import net.viaduct.protocol.PeersGrpc;

/**
 * Tells other controllers what the hosts have counted that are connected to this one. Any thread.
 */
public final class PeersService extends PeersGrpc.PeersImplBase {
  private final String self;
  private final MeterBoard board;

  /**
   * Of a controller.
   *
   * @param self its name
   */
  public PeersService(String self, MeterBoard board) {
    this.self = self;
    this.board = board;
  }

  @Override
  public void metered(MetersRequest request, StreamObserver<HostMeters> to) {
    if (!request.getController().equals(self)) {
      to.onError(
          Status.FAILED_PRECONDITION
              .withDescription("this is another controller")
              .asRuntimeException());
      return;
    }
    MeterQuery query = query(request);
    List<Metered> all = board.ask(query);
    ServerCallStreamObserver<HostMeters> stream = (ServerCallStreamObserver<HostMeters>) to;
    for (Metered metered : all) {
      if (stream.isCancelled()) {
        return;
      }
      stream.onNext(message(metered.trimmedFor(query)));
    }
    stream.onCompleted();
  }

  private static MeterQuery query(MetersRequest request) {
    return !request.getHost().isEmpty()
        ? new MeterQuery.OfHost(request.getHost())
        : request.getVni() != 0
            ? new MeterQuery.OfNetwork(request.getVni())
            : new MeterQuery.Everything();
  }

  private HostMeters message(Metered metered) {
    HostMeters.Builder message =
        HostMeters.newBuilder()
            .setHost(metered.host())
            .setLast(metered.last())
            .setAgeNs(board.ageNs(metered));
    if (metered.before() != null) {
      message.setBefore(metered.before());
    }
    return message.build();
  }
}
