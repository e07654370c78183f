package net.viaduct.controller.subscription;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.BiConsumer;
import net.viaduct.controller.membership.Caller;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.HostMessage;
import net.viaduct.protocol.SubscriptionGrpc;
import net.viaduct.protocol.Traced;

/** Hands what hosts say to the desk. Any thread. */
public final class SubscriptionService extends SubscriptionGrpc.SubscriptionImplBase {
  private final Desk desk;
  private final BiConsumer<String, Traced> answers;

  /**
   * The service of a desk.
   *
   * @param answers takes what hosts answer, and which one did; the desk's thread
   */
  public SubscriptionService(Desk desk, BiConsumer<String, Traced> answers) {
    this.desk = desk;
    this.answers = answers;
  }

  @Override
  public StreamObserver<HostMessage> follow(StreamObserver<ControllerMessage> toHost) {
    return follow(Caller.current(), (ServerCallStreamObserver<ControllerMessage>) toHost);
  }

  /** A host sends one message, and the next when that is done: it fills no queue. */
  StreamObserver<HostMessage> follow(
      Caller caller, ServerCallStreamObserver<ControllerMessage> stream) {
    Session session = desk.enter(caller, stream);
    stream.disableAutoRequest();
    stream.setOnReadyHandler(() -> desk.execute(session, () -> desk.ready(session)));
    stream.setOnCancelHandler(() -> desk.execute(session, () -> desk.left(session)));
    session.next();
    return new StreamObserver<>() {
      @Override
      public void onNext(HostMessage message) {
        desk.execute(session, () -> take(message));
      }

      private void take(HostMessage message) {
        switch (message.getMessageCase()) {
          case HELLO -> desk.greet(session, message.getHello());
          case REPORT -> desk.report(session, message.getReport());
          case METERS -> desk.meters(session, message.getMeters());
          case TRACED -> {
            desk.heard(session);
            answers.accept(session.host(), message.getTraced());
          }
          case ALIVE, MESSAGE_NOT_SET -> desk.heard(session);
        }
      }

      @Override
      public void onError(Throwable failure) {
        desk.execute(session, () -> desk.left(session));
      }

      @Override
      public void onCompleted() {
        desk.execute(
            session,
            () -> {
              desk.left(session);
              stream.onCompleted();
            });
      }
    };
  }
}
