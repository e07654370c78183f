package net.viaduct.host.subscription;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.HostMessage;
import org.jspecify.annotations.Nullable;

/**
 * One call to a controller. Owned by the follower's thread; those of gRPC put into its queue what
 * happens.
 */
final class FollowCall implements ClientResponseObserver<HostMessage, ControllerMessage> {
  private static final int MESSAGES_ON_THEIR_WAY = 4;
  private static final int MOST_WAITING = 16;

  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(MOST_WAITING);
  private volatile @Nullable ClientCallStreamObserver<HostMessage> stream;
  private String ending = "it was ended from here";

  /** What happened. */
  sealed interface Event {
    record Said(ControllerMessage message) implements Event {}

    record Ended(String why) implements Event {}
  }

  FollowCall() {}

  @Override
  public void beforeStart(ClientCallStreamObserver<HostMessage> toController) {
    toController.disableAutoRequestWithInitial(MESSAGES_ON_THEIR_WAY);
    stream = toController;
  }

  /** Any thread: answers come from another one than all else that is said. */
  synchronized void send(HostMessage message) {
    ClientCallStreamObserver<HostMessage> to = stream;
    if (to != null) {
      try {
        to.onNext(message);
      } catch (IllegalStateException _) {
        // it has ended, and the event says why
      }
    }
  }

  /** What happened next; null if nothing did for so long. */
  @Nullable Event next(long mostNs) {
    try {
      return events.poll(Math.max(0, mostNs), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      return null; // somebody ends us, and whoever runs says so
    }
  }

  boolean hasMore() {
    return !events.isEmpty();
  }

  /** Another message may come. */
  void more() {
    ClientCallStreamObserver<HostMessage> to = stream;
    if (to != null) {
      to.request(1);
    }
  }

  void cancel() {
    ClientCallStreamObserver<HostMessage> to = stream;
    if (to != null) {
      to.cancel("the host stops", null);
    }
  }

  void ended(String why) {
    ending = why;
  }

  /** Why it ended. */
  String ending() {
    return ending;
  }

  @Override
  public void onNext(ControllerMessage message) {
    put(new Event.Said(message));
  }

  @Override
  public void onError(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    put(
        new Event.Ended(
            failure instanceof StatusRuntimeException
                ? Joiner.reason(status)
                : String.valueOf(failure.getMessage())));
  }

  @Override
  public void onCompleted() {
    put(new Event.Ended("it ended the connection"));
  }

  private void put(Event event) {
    if (!events.offer(event)) {
      // flow control lets few messages in, and an end: there is room for all
      throw new IllegalStateException("the queue of a controller is full");
    }
  }
}
