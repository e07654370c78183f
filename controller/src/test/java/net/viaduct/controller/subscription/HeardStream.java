package net.viaduct.controller.subscription;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.protocol.ControllerMessage;
import org.jspecify.annotations.Nullable;

/** The stream to a host that takes what it is told to take, and tells what was done with it. */
final class HeardStream extends ServerCallStreamObserver<ControllerMessage> {
  final List<ControllerMessage> messages = new CopyOnWriteArrayList<>();
  final AtomicInteger requested = new AtomicInteger();
  volatile boolean broken;
  volatile @Nullable Status ended;

  /** How many messages more it takes; none if that is not positive. */
  final AtomicInteger takes = new AtomicInteger(Integer.MAX_VALUE);

  @Override
  public void onNext(ControllerMessage message) {
    if (broken) {
      throw new IllegalStateException("nobody may write here");
    }
    takes.decrementAndGet();
    messages.add(message);
  }

  @Override
  public void onError(Throwable failure) {
    ended = Status.fromThrowable(failure);
  }

  @Override
  public void onCompleted() {
    ended = Status.OK;
  }

  @Override
  public void request(int count) {
    requested.addAndGet(count);
  }

  @Override
  public boolean isReady() {
    return takes.get() > 0;
  }

  @Override
  public boolean isCancelled() {
    return false;
  }

  @Override
  public void disableAutoRequest() {}

  @Override
  public void disableAutoInboundFlowControl() {}

  @Override
  public void setOnReadyHandler(Runnable handler) {}

  @Override
  public void setOnCancelHandler(Runnable handler) {}

  @Override
  public void setCompression(String compression) {}

  @Override
  public void setMessageCompression(boolean enable) {}
}
