package net.viaduct.controller.moving;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import net.viaduct.controller.json.DefinitionReader;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.Station;
import net.viaduct.controller.registry.Claims;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.SeenMove;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what hosts observe of moves, and ends those that are over. Owned by the thread that
 * writes what is observed.
 */
public final class MoveWatch {
  private static final Logger LOG = LoggerFactory.getLogger(MoveWatch.class);

  /** For how long the old host sends after a machine what still comes to it. */
  private static final Duration REDIRECTS_FOR = Duration.ofSeconds(10);

  private static final int MOST = 10_000;
  private static final int MOST_TRIES = 20;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final Store store;
  private final Clock clock;

  /** A watch of the moves in a store. */
  public MoveWatch(Store store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /**
   * A host tells how far it is.
   *
   * @param at when it told
   */
  public void seen(String host, Report report, Instant at) {
    for (SeenMove seen : report.getMovesList()) {
      long clockNs = epochNs(at) - report.getClockNs();
      long heardNs = seen.hasHeardNs() ? clockNs + seen.getHeardNs() : 0;
      long answeredNs = seen.hasAnsweredNs() ? clockNs + seen.getAnsweredNs() : 0;
      for (Entry entry : moves()) {
        Move move = Move.parse(entry.value());
        boolean isMine = host.equals(seen.getArriving() ? move.to() : move.from());
        if (isMine && move.vni() == seen.getVni() && isMac(move, seen.getMac())) {
          update(
              entry.key(),
              it ->
                  seen.getArriving()
                      ? it.heardArriving(heardNs)
                      : it.heardLeaving(heardNs, answeredNs));
        }
      }
    }
  }

  private static boolean isMac(Move move, long mac) {
    return Long.parseLong(move.mac().text().replace(":", ""), 16) == mac;
  }

  private static long epochNs(Instant instant) {
    return instant.getEpochSecond() * NS_PER_SECOND + instant.getNano();
  }

  private List<Entry> moves() {
    return store.range(Range.first(Move.PREFIX, MOST)).entries();
  }

  private void update(String key, UnaryOperator<Move> change) {
    for (int i = 0; i < MOST_TRIES; i++) {
      Optional<Entry> entry = store.get(key);
      if (entry.isEmpty()) {
        return;
      }
      Move before = Move.parse(entry.get().value());
      Move after = change.apply(before);
      if (after.equals(before)) {
        return;
      }
      Condition unchanged = new Condition.Unchanged(key, entry.get().modified());
      Operation put = new Operation.Put(key, after.json());
      if (store.commit(new Transaction(List.of(unchanged), List.of(put)))
          instanceof Outcome.Committed) {
        return;
      }
    }
    LOG.error("{} changes too fast to be written down", key);
  }

  /** Looks which moves have taken place, are over, or have no object any more. */
  public void look() {
    long nowMs = clock.millis();
    for (Entry entry : moves()) {
      Move move = Move.parse(entry.value());
      switch (placeOf(move)) {
        case NEW -> {
          if (!move.isMoved()) {
            LOG.info("{} has moved from host {} to host {}", move.port(), move.from(), move.to());
            update(entry.key(), it -> it.isMoved() ? it : it.movedAt(nowMs));
          } else if (nowMs - move.movedMs() > REDIRECTS_FOR.toMillis()) {
            end(entry, move.kind() == Move.Kind.ONTO_WIRE ? Optional.empty() : Optional.of(move));
          }
        }
        case OLD -> {
          if (store.get(Kind.HOST.prefix() + move.to()).isEmpty()) {
            end(entry, Optional.empty());
          }
        }
        case NEITHER -> end(entry, Optional.empty());
      }
    }
  }

  /** Where the machine of a move is said to be. */
  private enum Place {
    OLD,
    NEW,
    NEITHER
  }

  private Place placeOf(Move move) {
    String host = hostOf(move);
    boolean isOnWire = move.kind() != Move.Kind.PORT && host.isEmpty() && isDirect(move);
    return switch (move.kind()) {
      case PORT ->
          host.equals(move.to()) ? Place.NEW : host.equals(move.from()) ? Place.OLD : Place.NEITHER;
      case OFF_WIRE -> host.equals(move.to()) ? Place.NEW : isOnWire ? Place.OLD : Place.NEITHER;
      case ONTO_WIRE -> isOnWire ? Place.NEW : host.equals(move.from()) ? Place.OLD : Place.NEITHER;
    };
  }

  private boolean isDirect(Move move) {
    return store
        .get(Claims.vniKey(move.vni()))
        .flatMap(network ->
            store.get(
                Kind.STATION.prefix()
                    + network.value().substring(Kind.NETWORK.prefix().length())
                    + "/"
                    + move.mac()))
        .map(entry -> DefinitionReader.read(Kind.STATION, Documents.parseObject(entry.value())))
        .filter(
            it -> it instanceof Station station && station.place() instanceof Station.Place.Direct)
        .isPresent();
  }

  /** Where the port of a move is; empty if it is not. */
  private String hostOf(Move move) {
    return store
        .get(Kind.PORT.prefix() + move.port())
        .map(entry -> DefinitionReader.read(Kind.PORT, Documents.parseObject(entry.value())))
        .filter(definition -> definition instanceof Port port && port.mac().equals(move.mac()))
        .flatMap(definition -> ((Port) definition).host())
        .orElse("");
  }

  /** Ends a move; one that took place is told with its port from then on. */
  private void end(Entry entry, Optional<Move> done) {
    List<Condition> conditions = new ArrayList<>();
    List<Operation> operations = new ArrayList<>();
    conditions.add(new Condition.Unchanged(entry.key(), entry.modified()));
    operations.add(new Operation.Delete(entry.key()));
    done.ifPresent(it -> MoveRecord.keep(store, it, conditions, operations));
    store.commit(new Transaction(conditions, operations));
  }
}
