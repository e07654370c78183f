package net.viaduct.controller.subscription;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which controllers a store has: each writes a key of its own again and again, and one whose key
 * stays as it is, by the clock of whoever looks, is dead. A mistake does no lasting harm: who finds
 * its key gone writes it anew, and what it knows. Owned by the thread that observes.
 */
final class PeerControllers {
  private static final Logger LOG = LoggerFactory.getLogger(PeerControllers.class);

  static final String PREFIX = PeerPlace.PREFIX;
  static final Duration SAY_EVERY = Duration.ofSeconds(5);
  static final Duration DEAD_AFTER = Duration.ofSeconds(15);

  /** Who has not written for longer than this was kept from it, and so may others have been. */
  private static final Duration MUTE_AFTER = SAY_EVERY.multipliedBy(3).dividedBy(2);

  private static final int MOST = 1_000;

  private final Store store;
  private final Clock clock;
  private final PeerPlace self;
  private final String name;
  private final Map<String, Heard> heard = new HashMap<>();

  /** Those that have ended, so that the store need not be asked for them again. */
  private final Set<String> gone = new HashSet<>();

  private Instant nextLook;
  private Instant said;
  private boolean isKnown;

  /** What was found, and not told yet because the store failed after it. */
  private boolean wasTakenForDead;

  private boolean wasMute;

  private record Heard(long modified, Instant at) {}

  /**
   * What was found.
   *
   * @param ended controllers that have ended since
   * @param wasTakenForDead whether the others took this one for dead
   * @param wasMute whether this one could not write for long, as if the store has no room
   */
  record Found(Set<String> ended, boolean wasTakenForDead, boolean wasMute) {
    static final Found NOTHING = new Found(Set.of(), false, false);
  }

  /**
   * Of a store; knows at once which controllers it has. If nothing can be written they do not know
   * of this one yet, and it begins all the same.
   */
  PeerControllers(Store store, Clock clock, PeerPlace self) {
    this.store = store;
    this.clock = clock;
    this.self = self;
    this.name = self.name();
    this.nextLook = clock.instant();
    this.said = nextLook;
    var _ = ended(nextLook); // nobody was heard before
    try {
      say(nextLook);
    } catch (StoreFailure e) {
      LOG.warn("other controllers are not told of this one yet: {}", e.getMessage());
    }
  }

  /** Whether another controller of this name lives, as far as is known. */
  boolean isAlive(String controller) {
    if (heard.containsKey(controller) || gone.contains(controller)) {
      return heard.containsKey(controller);
    }
    Optional<Entry> entry = store.get(PREFIX + controller); // it may have begun just now
    entry.ifPresentOrElse(
        it -> heard.put(controller, new Heard(it.modified(), clock.instant())),
        () -> gone.add(controller));
    return entry.isPresent();
  }

  /**
   * Looks for the others and lets them know of this one, if it is time. While nothing can be
   * written nobody is judged, and when it can again all have the usual time to be heard.
   */
  Found look() {
    Instant now = clock.instant();
    if (now.isBefore(nextLook)) {
      return Found.NOTHING;
    }
    wasTakenForDead |= isKnown && store.get(PREFIX + name).isEmpty();
    say(now);
    if (now.isAfter(said.plus(MUTE_AFTER))) {
      wasMute = true;
      heard.replaceAll((_, last) -> new Heard(last.modified(), now));
    }
    said = now;
    Found found = new Found(ended(now), wasTakenForDead, wasMute);
    wasTakenForDead = false;
    wasMute = false;
    nextLook = now.plus(SAY_EVERY);
    return found;
  }

  /** Those that are not there any more. */
  private Set<String> ended(Instant now) {
    Set<String> ended = new HashSet<>(heard.keySet());
    for (Entry entry : store.range(Range.first(PREFIX, MOST)).entries()) {
      String other = entry.key().substring(PREFIX.length());
      if (!other.equals(name) && isHeard(other, entry, now)) {
        ended.remove(other);
        gone.remove(other);
      }
    }
    // only now: if the store fails before, they are found to have ended at the next look
    heard.keySet().removeAll(ended);
    gone.addAll(ended);
    return ended;
  }

  private boolean isHeard(String other, Entry entry, Instant now) {
    Heard last = heard.get(other);
    if (last == null || last.modified() != entry.modified()) {
      heard.put(other, new Heard(entry.modified(), now));
      return true;
    }
    return now.isBefore(last.at().plus(DEAD_AFTER)) || !delete(entry);
  }

  /** Deletes the key of one that has said nothing; false if it just did. */
  private boolean delete(Entry entry) {
    return store.commit(
            new Transaction(
                List.of(new Condition.Unchanged(entry.key(), entry.modified())),
                List.of(new Operation.Delete(entry.key()))))
        instanceof Outcome.Committed;
  }

  private void say(Instant now) {
    ObjectNode json = Documents.object().put("at", now.toString());
    self.doors().forEach(json.putArray("doors")::add);
    String document = Documents.write(json);
    store.commit(new Transaction(List.of(), List.of(new Operation.Put(PREFIX + name, document))));
    isKnown = true;
  }

  /** This one ends. */
  void end() {
    store.commit(new Transaction(List.of(), List.of(new Operation.Delete(PREFIX + name))));
  }
}
