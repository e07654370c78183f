package net.viaduct.controller.etcd;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.function.Consumer;
import net.viaduct.etcd.WatchCreateRequest;
import net.viaduct.etcd.WatchGrpc;
import net.viaduct.etcd.WatchRequest;
import net.viaduct.etcd.WatchResponse;
import org.jspecify.annotations.Nullable;

/**
 * One watch at one member. A few answers wait at most: the rest waits in etcd, which reads them
 * from its history when they are asked for. Opened, asked and closed by the thread that watches;
 * gRPC's threads hand in what comes.
 */
final class EtcdStream implements ClientResponseObserver<WatchRequest, WatchResponse> {
  private static final int MOST_WAITING = 4;

  private static final Metadata.Key<String> HAS_LEADER =
      Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel channel;
  private final Consumer<Signal> receiver;
  private @Nullable ClientCallStreamObserver<WatchRequest> call;

  /**
   * Something that came.
   *
   * @param stream by which; null: by none
   * @param response what; null: that there will be no more
   */
  record Signal(@Nullable EtcdStream stream, @Nullable WatchResponse response) {
    /** Only wakes whoever waits. */
    static final Signal NOTHING = new Signal(null, null);
  }

  private EtcdStream(ManagedChannel channel, Consumer<Signal> receiver) {
    this.channel = channel;
    this.receiver = receiver;
  }

  static EtcdStream open(
      ManagedChannel channel, WatchCreateRequest request, Consumer<Signal> receiver) {
    EtcdStream stream = new EtcdStream(channel, receiver);
    Metadata headers = new Metadata();
    headers.put(HAS_LEADER, "true"); // a member that has lost the others is to say so
    var requests =
        WatchGrpc.newStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
            .watch(stream);
    requests.onNext(WatchRequest.newBuilder().setCreateRequest(request).build());
    return stream;
  }

  ManagedChannel channel() {
    return channel;
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WatchRequest> observer) {
    call = observer;
    observer.disableAutoRequestWithInitial(MOST_WAITING);
  }

  @Override
  public void onNext(WatchResponse response) {
    receiver.accept(new Signal(this, response));
  }

  @Override
  public void onError(Throwable why) {
    receiver.accept(new Signal(this, null));
  }

  @Override
  public void onCompleted() {
    receiver.accept(new Signal(this, null));
  }

  /** One answer was taken. */
  void more() {
    if (call != null) {
      call.request(1);
    }
  }

  void close() {
    if (call != null) {
      call.cancel("not needed any more", null);
    }
  }
}
