package net.viaduct.controller.subscription;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.registry.Actor;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.registry.Stored;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Page;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.store.Transaction;
import net.viaduct.controller.watching.Sight;
import net.viaduct.protocol.Report;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes into the store what is observed of hosts: that they came, went, and have been away for too
 * long. Owned by one thread, which may wait for the store.
 */
final class HostLife {
  private static final Logger LOG = LoggerFactory.getLogger(HostLife.class);
  private static final int MOST_TRIES = 20;
  private static final int PAGE = 1_000;
  private static final Duration TRY_AGAIN_AFTER = Duration.ofSeconds(5);

  /** Longer than it takes until the desk knows from the store that a host has no controller. */
  private static final Duration ASK_FOR = Duration.ofSeconds(2);

  private final Store store;
  private final Registry registry;
  private final Clock clock;
  private final LifePolicy policy;
  private final String name;
  private final Optional<PeerControllers> peers;
  private final ForeignVnis foreignVnis;

  /** What those report that are connected here. */
  private final Map<String, Report> present = new HashMap<>();

  /** When each host that is away was last known to be there. */
  private final Map<String, Instant> awaySince = new HashMap<>();

  /** What others say of those that somebody does not hear, or that are not connected. */
  private Map<String, Sight> sights = Map.of();

  /**
   * Hosts whose connection has ended and about which those are asked that watch them, since when.
   * The store tells for a moment longer that they are connected.
   */
  private final Map<String, Instant> asked = new ConcurrentHashMap<>();

  /** Of which hosts the store does not say yet what is known here, and why. */
  private final Map<String, Unwritten> unwritten = new HashMap<>();

  /** Controllers have ended, and their hosts were not looked for yet. */
  private boolean orphans;

  /** Why other controllers cannot be looked for. */
  private final KnownFailure silence = new KnownFailure();

  private record Unwritten(KnownFailure failure, Instant again) {}

  /**
   * What a controller observes.
   *
   * @param self by which the other controllers of the store know this one
   */
  HostLife(Store store, Registry registry, Clock clock, LifePolicy policy, PeerPlace self) {
    this.store = store;
    this.registry = registry;
    this.clock = clock;
    this.policy = policy;
    this.name = self.name();
    this.foreignVnis = new ForeignVnis(store);
    this.peers =
        store.isShared() ? Optional.of(new PeerControllers(store, clock, self)) : Optional.empty();
  }

  /** The controller begins: whoever was there before, and is at no other one, is away. */
  void begin(Set<String> seen) {
    seen.forEach(this::away);
  }

  /** The controller ends; others need not wait to see that. */
  void end() {
    try {
      peers.ifPresent(PeerControllers::end);
    } catch (StoreFailure e) {
      LOG.warn("the other controllers are not told that this one ends: {}", e.getMessage());
    }
  }

  /** A host is there, and sees this. */
  void alive(String host, Report report) {
    present.put(host, report);
    asked.remove(host);
    write(host);
  }

  /**
   * A host is not here any more. Whether it lives is for those to say who watch it, at the next
   * look; one that nobody watches is away at once, and one that was put out is withdrawn at once.
   */
  void away(String host) {
    present.remove(host);
    write(host);
  }

  /** Those whose connection has just ended: what others say of them is to be told. Any thread. */
  Set<String> asked() {
    return Set.copyOf(asked.keySet());
  }

  /** Has the store say what is known of a host; if that fails, once more later. */
  private void write(String host) {
    try {
      Report report = present.get(host);
      HostState state = update(host, before -> judged(host, before, report));
      follow(host, state);
      if (report != null) {
        foreignVnis.seen(host, report.getForeignVnisList());
        define(host, report);
      }
      if (unwritten.remove(host) != null) {
        LOG.info("what is observed of host {} is stored", host);
      }
    } catch (StoreFailure | ChangeRefused | IllegalArgumentException e) {
      Unwritten before = unwritten.get(host);
      KnownFailure failure = before == null ? new KnownFailure() : before.failure();
      unwritten.put(host, new Unwritten(failure, clock.instant().plus(TRY_AGAIN_AFTER)));
      if (failure.isNews(e)) {
        LOG.error(
            "what is observed of host {} cannot be stored, it is tried again: {}",
            host,
            e.getMessage());
      }
    }
  }

  private HostState judged(String host, HostState before, @Nullable Report report) {
    if (report == null && isElsewhere(before)) {
      asked.remove(host);
      return before; // the other one judges
    }
    HostState now = report == null ? before.gone() : before.here(report, name);
    Instant since = awaySince.getOrDefault(host, clock.instant());
    if (report == null && store.get(Members.PREFIX + host).isEmpty()) {
      return now.judged(Sight.NONE, since, clock.instant()).withdraw(); // others may still hear it
    }
    if (report == null && before.word().isPresent() && !sights.containsKey(host)) {
      asked.putIfAbsent(host, clock.instant());
      return before; // it is judged when those have been asked that watch it
    }
    HostState judged = now.judged(sights.getOrDefault(host, Sight.NONE), since, clock.instant());
    return judged.isAway() && isTooLong(since) ? judged.withdraw() : judged;
  }

  /** What was written is what counts from now on. */
  private void follow(String host, HostState state) {
    boolean isElsewhere = !present.containsKey(host) && isElsewhere(state);
    if (isElsewhere || !state.isAway() || state.withdrawn()) {
      Instant since = awaySince.remove(host);
      if (since != null && !isElsewhere) {
        if (state.withdrawn()) {
          LOG.warn("host {} is away since {}: its stations are withdrawn", host, since);
        } else if (state.connected()) {
          LOG.info("host {} is there again", host);
        } else {
          LOG.info("host {} lives: {} that watch it hear it", host, state.sight().hearing());
        }
      }
    } else if (awaySince.putIfAbsent(host, clock.instant()) == null) {
      LOG.warn(
          "host {} is away{}", host, state.connected() ? ": it is here, but nobody hears it" : "");
    }
  }

  private boolean isTooLong(Instant since) {
    return Duration.between(since, clock.instant()).compareTo(policy.withdrawAfter()) >= 0;
  }

  private boolean isElsewhere(HostState state) {
    return state.connected()
        && peers.isPresent()
        && !state.controller().equals(name)
        && peers.get().isAlive(state.controller());
  }

  /**
   * Judges those of whom others say something else now, withdraws those who are away for too long,
   * and cares for those of controllers that ended.
   *
   * @param said what others say of hosts that somebody does not hear, or that are not connected;
   *     also that nobody says anything of those that were asked about
   * @param isAnybodyThere whether any host has a controller: if not, the controllers are cut off,
   *     and all have the usual time to come when that is over
   */
  void look(Map<String, Sight> said, boolean isAnybodyThere) {
    Map<String, Sight> before = sights;
    sights = said;
    lookForOthers();
    Instant now = clock.instant();
    if (!isAnybodyThere) {
      awaySince.replaceAll((_, _) -> now);
    }
    Set<String> due = new LinkedHashSet<>();
    unwritten.forEach((host, failed) -> {
      if (!now.isBefore(failed.again())) {
        due.add(host);
      }
    });
    awaySince.forEach((host, since) -> {
      if (isTooLong(since) && !unwritten.containsKey(host)) {
        due.add(host);
      }
    });
    due.addAll(changed(before, said));
    asked
        .keySet()
        .forEach(host -> {
          if (said.containsKey(host) && !before.containsKey(host)) {
            due.add(host);
          }
        });
    due.forEach(this::write);
    asked
        .entrySet()
        .removeIf(
            it -> said.containsKey(it.getKey()) && !now.isBefore(it.getValue().plus(ASK_FOR)));
  }

  private static Set<String> changed(Map<String, Sight> before, Map<String, Sight> after) {
    Set<String> hosts = new LinkedHashSet<>(before.keySet());
    hosts.addAll(after.keySet());
    hosts.removeIf(
        host -> before.getOrDefault(host, Sight.NONE).equals(after.getOrDefault(host, Sight.NONE)));
    return hosts;
  }

  private void lookForOthers() {
    if (peers.isEmpty()) {
      return;
    }
    try {
      PeerControllers.Found found = peers.get().look();
      if (silence.isOver()) {
        LOG.info("other controllers are looked for again");
      }
      if (found.wasMute()) { // hosts may have come to others, who could not write that
        awaySince.replaceAll((_, _) -> clock.instant());
      }
      if (found.wasTakenForDead()) {
        LOG.warn("other controllers took this one for dead; its hosts are told anew");
        present.keySet().forEach(this::write);
      }
      if (!found.ended().isEmpty()) {
        LOG.warn("controllers have ended: {}", found.ended());
        orphans = true;
      }
      if (orphans) {
        hostsNotElsewhere().forEach(this::away);
        orphans = false;
      }
    } catch (StoreFailure e) {
      if (silence.isNews(e)) {
        LOG.warn("other controllers cannot be looked for, it is tried again: {}", e.getMessage());
      }
    }
  }

  /** Those that nobody cares for now. */
  private List<String> hostsNotElsewhere() {
    List<String> hosts = new ArrayList<>();
    Page page = store.range(Range.first(HostState.PREFIX, PAGE));
    while (true) {
      for (Entry entry : page.entries()) {
        String host = entry.key().substring(HostState.PREFIX.length());
        HostState state = HostState.parse(entry.value());
        if (!state.withdrawn() && !isElsewhere(state) && !present.containsKey(host)) {
          hosts.add(host);
        }
      }
      if (!page.hasMore()) {
        return hosts;
      }
      page = store.range(Range.first(HostState.PREFIX, PAGE).after(page));
    }
  }

  private HostState update(String host, java.util.function.UnaryOperator<HostState> change) {
    String key = HostState.PREFIX + host;
    for (int i = 0; i < MOST_TRIES; i++) {
      Optional<Entry> entry = store.get(key);
      HostState before = entry.map(it -> HostState.parse(it.value())).orElse(HostState.UNSEEN);
      HostState after = change.apply(before);
      if (entry.isPresent() && after.equals(before)) {
        return after;
      }
      Condition unchanged = new Condition.Unchanged(key, entry.map(Entry::modified).orElse(0L));
      Operation put = new Operation.Put(key, after.json());
      if (store.commit(new Transaction(List.of(unchanged), List.of(put)))
          instanceof Outcome.Committed) {
        return after;
      }
    }
    throw new StoreFailure("it changes too fast");
  }

  /**
   * A host makes itself known: it is the one that knows where its VTEP is. Labels are the
   * operator's: if they change meanwhile, it is done again with the new ones.
   */
  private void define(String name, Report report) {
    if (report.getUnderlayCount() == 0) {
      return;
    }
    List<Ip> addresses =
        report.getUnderlayList().stream().map(it -> ip(it.getAddress().toByteArray())).toList();
    int udpPort = report.getUnderlay(0).getPort();
    for (int i = 0; i < MOST_TRIES; i++) {
      if (isDefined(name, addresses, udpPort)) {
        return;
      }
    }
    throw new StoreFailure("others change it too fast");
  }

  /** False if another one was faster. */
  private boolean isDefined(String name, List<Ip> addresses, int udpPort) {
    Optional<Stored> before = registry.get(Kind.HOST, name);
    Map<String, String> labels =
        before.map(Stored::definition).map(Definition::labels).orElse(Map.of());
    Host wanted = new Host(name, addresses, udpPort, labels);
    Actor actor = new Actor("host " + name, "host", "its certificate");
    try {
      if (before.isEmpty()) {
        registry.create(wanted, actor);
      } else if (!before.get().definition().equals(wanted)) {
        registry.replace(wanted, OptionalLong.of(before.get().revision()), actor);
      }
      return true;
    } catch (ChangeRefused refused) {
      return switch (refused.why()) {
        case CHANGED, EXISTS, MISSING -> false;
        case IN_USE, TAKEN, WRONG -> throw refused;
      };
    }
  }

  private static Ip ip(byte[] bytes) {
    try {
      return new Ip(java.net.InetAddress.getByAddress(bytes).getHostAddress());
    } catch (java.net.UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes", e);
    }
  }
}
