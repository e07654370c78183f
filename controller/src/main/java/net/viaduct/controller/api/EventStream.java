package net.viaduct.controller.api;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import net.viaduct.controller.access.Identity;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.store.Change;
import net.viaduct.controller.store.HistoryGone;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Watch;
import net.viaduct.runtime.NanoClock;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import tools.jackson.databind.node.ObjectNode;

/**
 * Tells changes as server-sent events, from a revision on, until the listener goes. Each stream has
 * a virtual thread; one that does not read holds its place in the store and nothing else. Safe from
 * any thread.
 *
 * <p>The id of an event is the revision up to which all was told, so it is with the last event of
 * each revision only: who comes back with {@code Last-Event-ID} misses nothing.
 */
final class EventStream {
  private static final int MOST_STREAMS = 256;
  private static final int MOST_STREAMS_OF_ONE = 64;
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  /** How long somebody hears on whose token was deleted or has expired. */
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Store store;
  private final NanoClock clock;
  private final ListenerPlaces places = new ListenerPlaces(MOST_STREAMS, MOST_STREAMS_OF_ONE);

  /** Who listens: asked again and again, as a token can be taken away. */
  interface Listener {
    /** Who it is now; empty if nobody that is known. */
    Optional<Identity> identify();
  }

  EventStream(Store store, NanoClock clock) {
    this.store = store;
    this.clock = clock;
  }

  void tell(Call call, Listener listener, Request request, Response response, Callback callback) {
    Set<Kind> kinds = kinds(call.query("kinds"));
    long revision = revision(call, request);
    if (revision < store.oldestRevision() || revision > store.revision()) {
      throw new HistoryGone(revision, store.oldestRevision(), store.revision());
    }
    places.take(call.identity().name());
    try (Watch watch = store.watch("", revision)) {
      response.setStatus(200);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      OutputStream out = Content.Sink.asOutputStream(response);
      write(out, ": from revision " + revision + "\n\n");
      Passing passing = new Passing(watch, kinds, out, clock.nanoTime());
      passing.run(() -> listener.identify().equals(Optional.of(call.identity())));
      callback.succeeded();
    } catch (IOException e) {
      callback.failed(e); // the listener has gone
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      callback.failed(e);
    } finally {
      places.giveBack(call.identity().name());
    }
  }

  private static Set<Kind> kinds(String words) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    for (String word : words.isEmpty() ? new String[0] : words.split(",", -1)) {
      kinds.add(
          Arrays.stream(Kind.values())
              .filter(kind -> kind.word().equals(word))
              .findFirst()
              .orElseThrow(() -> new ApiProblem(400, "kinds: '" + word + "' is not a kind")));
    }
    return kinds.isEmpty() ? EnumSet.allOf(Kind.class) : kinds;
  }

  private long revision(Call call, Request request) {
    String last = request.getHeaders().get("Last-Event-ID");
    if (last != null && last.matches("[0-9]{1,18}")) {
      return Long.parseLong(last);
    }
    return call.revision("revision").orElseGet(store::revision);
  }

  /** One stream. Owned by the thread that tells. */
  private final class Passing {
    private final Watch watch;
    private final Set<Kind> kinds;
    private final OutputStream out;
    private long lookedNs;
    private long toldNs;

    Passing(Watch watch, Set<Kind> kinds, OutputStream out, long nowNs) {
      this.watch = watch;
      this.kinds = kinds;
      this.out = out;
      this.lookedNs = nowNs;
      this.toldNs = nowNs;
    }

    /**
     * Tells until there is a reason to end, which it tells last.
     *
     * @param mayListen whether the listener still may
     */
    void run(BooleanSupplier mayListen) throws IOException, InterruptedException {
      try {
        while (true) {
          List<Change> changes = watch.next(LOOK);
          long nowNs = clock.nanoTime();
          if (nowNs - lookedNs >= LOOK.toNanos()) {
            lookedNs = nowNs;
            if (!mayListen.getAsBoolean()) {
              end("the rights that this began with were taken away, or have expired");
              return;
            }
          }
          if (changes.isEmpty() && isOver()) {
            return;
          }
          if (!changes.isEmpty() || nowNs - toldNs >= HEARTBEAT.toNanos()) {
            toldNs = nowNs;
            write(out, text(changes));
          }
        }
      } catch (HistoryGone | StoreFailure end) {
        end(String.valueOf(end.getMessage()));
      }
    }

    private String text(List<Change> changes) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < changes.size(); i++) {
        boolean last =
            i + 1 == changes.size() || changes.get(i + 1).revision() != changes.get(i).revision();
        event(changes.get(i), kinds).ifPresent(text::append);
        if (last) {
          text.append("id: ").append(changes.get(i).revision()).append("\n\n");
        }
      }
      if (changes.isEmpty()) {
        text.append("id: ").append(watch.revision()).append("\n\n");
      }
      return text.toString();
    }

    private void end(String why) throws IOException {
      ObjectNode data = Documents.object().put("detail", why);
      write(out, "event: end\ndata: " + Documents.write(data) + "\n\n");
    }
  }

  /** A store that is closed tells nothing, and at once. */
  private boolean isOver() {
    return Thread.currentThread().isInterrupted() || store.isClosed();
  }

  private static Optional<String> event(Change change, Set<Kind> kinds) {
    for (Kind kind : kinds) {
      boolean state = change.key().startsWith(kind.word() + "-state/");
      if (state || change.key().startsWith(kind.prefix())) {
        ObjectNode data = Documents.object();
        data.put("kind", kind.word());
        data.put("name", change.key().substring(change.key().indexOf('/') + 1));
        data.put("revision", change.revision());
        String after = change.after();
        if (after != null) {
          data.set(state ? "observed" : "object", Documents.parseObject(after));
          if (!state && change.before() == null) {
            data.put("created", true);
          }
        }
        String word = (state ? "observed" : after == null ? "delete" : "put");
        return Optional.of("event: " + word + "\ndata: " + Documents.write(data) + "\n\n");
      }
    }
    return Optional.empty();
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
