package net.viaduct.controller.etcd;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.controller.store.Watch;
import net.viaduct.etcd.Event;
import net.viaduct.etcd.KeyValue;
import net.viaduct.etcd.WatchCreateRequest;
import net.viaduct.etcd.WatchResponse;
import org.jspecify.annotations.Nullable;

/**
 * Changes as a member tells them; if it goes, another one goes on where it was. etcd keeps the
 * changes of a revision together. Used by one thread at a time, closed by any.
 */
final class EtcdWatch implements Watch {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private static final Comparator<Change> IN_ORDER =
      Comparator.comparingLong(Change::revision).thenComparing(Change::key);

  private final EtcdMembers members;
  private final EtcdHistory revisions;
  private final EtcdKeys keys;
  private final Wanted wanted;
  private final Consumer<EtcdWatch> onClose;
  private final BlockingQueue<EtcdStream.Signal> arrived = new LinkedBlockingQueue<>();
  private volatile long revision;
  private volatile boolean closed;
  private @Nullable EtcdStream stream;

  /**
   * What is watched.
   *
   * @param from the first key
   * @param end the first that is not
   * @param afterRevision of the last change that is known
   */
  record Wanted(ByteString from, ByteString end, long afterRevision) {}

  EtcdWatch(
      EtcdMembers members,
      EtcdHistory revisions,
      EtcdKeys keys,
      Wanted wanted,
      Consumer<EtcdWatch> onClose) {
    this.members = members;
    this.revisions = revisions;
    this.keys = keys;
    this.wanted = wanted;
    this.revision = wanted.afterRevision();
    this.onClose = onClose;
  }

  @Override
  public List<Change> next(Duration most) throws InterruptedException {
    long endNs = System.nanoTime() + most.toNanos();
    while (!closed) {
      EtcdStream open = openIfNeeded();
      EtcdStream.Signal signal =
          arrived.poll(Math.max(0, endNs - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (signal == null) {
        break;
      }
      List<Change> changes = signal.stream() == open ? take(open, signal) : List.of();
      if (!changes.isEmpty()) {
        return changes;
      }
    }
    if (closed) {
      dropStream();
    }
    return List.of();
  }

  private EtcdStream openIfNeeded() {
    EtcdStream open = stream;
    if (open == null) {
      revisions.requireKnown(revision);
      ManagedChannel channel = members.current();
      WatchCreateRequest request =
          WatchCreateRequest.newBuilder()
              .setKey(wanted.from())
              .setRangeEnd(wanted.end())
              .setStartRevision(revision + 1)
              .setPrevKv(true)
              .build();
      open = EtcdStream.open(channel, request, arrived::add);
      stream = open;
    }
    return open;
  }

  private List<Change> take(EtcdStream from, EtcdStream.Signal signal) throws InterruptedException {
    WatchResponse response = signal.response();
    if (response == null) { // the member is gone, or has lost the others
      dropStream();
      members.failed(from.channel());
      Thread.sleep(PAUSE);
      return List.of();
    }
    if (response.getCanceled()) {
      dropStream();
      if (response.getCompactRevision() > 0) {
        throw new HistoryGone(revision, response.getCompactRevision(), revisions.newest());
      }
      Thread.sleep(PAUSE);
      return List.of();
    }
    from.more();
    return changes(response);
  }

  private List<Change> changes(WatchResponse response) {
    List<Change> changes = new ArrayList<>(response.getEventsCount());
    for (Event event : response.getEventsList()) {
      changes.add(change(event));
    }
    changes.sort(IN_ORDER);
    if (!changes.isEmpty()) {
      revision = changes.getLast().revision();
    }
    return changes;
  }

  private Change change(Event event) {
    KeyValue now = event.getKv();
    boolean isPut = event.getType() == Event.EventType.PUT;
    boolean hadNone = isPut && now.getVersion() == 1;
    if (!hadNone && !event.hasPrevKv()) { // it was compacted before it was sent
      dropStream();
      throw new HistoryGone(now.getModRevision() - 1, revisions.oldest(), revisions.newest());
    }
    return new Change(
        now.getModRevision(),
        keys.ours(now.getKey()),
        hadNone ? null : event.getPrevKv().getValue().toStringUtf8(),
        isPut ? now.getValue().toStringUtf8() : null);
  }

  private void dropStream() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }

  @Override
  public long revision() {
    return revision;
  }

  @Override
  public void close() {
    closed = true;
    arrived.add(EtcdStream.Signal.NOTHING);
    onClose.accept(this);
  }
}
