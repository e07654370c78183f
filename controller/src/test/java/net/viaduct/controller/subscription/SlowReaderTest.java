package net.viaduct.controller.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.json.DefinitionWriter;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.membership.Caller;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.store.Change;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.FactKey;
import net.viaduct.protocol.Hello;
import net.viaduct.protocol.MemberKey;
import net.viaduct.protocol.StationKey;
import net.viaduct.trust.HostId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** A host that reads when it likes, while what it is told changes. */
@DisplayName("Slow readers are bounded and resynchronised")
class SlowReaderTest {
  private static final int LOGGED = 100;
  private static final int PORTS = 30;
  private static final int HOSTS = 3;
  private static final Map<String, Integer> NETWORKS = Map.of("blue", 100, "red", 200);

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);
  private final FactIndex index = new FactIndex();
  private final ChangeLog log = new ChangeLog(LOGGED);
  private final Map<String, String> stored = new HashMap<>();
  private final HeardStream stream = new HeardStream();
  private final Session session =
      new Session(new Caller(new HostId("h1", "1".repeat(32)), Instant.MAX), stream, "a store", 0);
  private long revision;

  /** What the host knows that takes each message in its turn. */
  private final Map<FactKey, Fact> known = new HashMap<>();

  private int anew;
  private int asChanges;

  @BeforeEach
  void define() {
    log.beginAt(0);
    for (int i = 1; i <= HOSTS; i++) {
      change(Members.PREFIX + "h" + i, "{}");
      put(new Host("h" + i, List.of(new Ip("10.77.0." + i)), 4789, Map.of()));
    }
    NETWORKS.forEach((name, vni) -> put(HostsRig.network(name, vni)));
    session.greet(Hello.getDefaultInstance(), log, revision);
  }

  private void put(Definition definition) {
    change(definition.key(), Documents.write(DefinitionWriter.write(definition)));
  }

  private void change(String key, @Nullable String after) {
    String before = after == null ? stored.remove(key) : stored.put(key, after);
    if (before != null || after != null) {
      Change change = new Change(++revision, key, before, after);
      index.apply(change).forEach(delta -> log.add(revision, delta));
      pump();
    }
  }

  private void pump() {
    session.pump(index, log, revision, 0);
  }

  private static Port port(int number, String network, String host) {
    return new Port(
        "vm" + number,
        network,
        new Mac("02:00:00:00:00:%02x".formatted(number)),
        List.of(),
        Optional.of(host),
        Optional.empty(),
        Optional.empty(),
        true,
        Map.of());
  }

  private void changeAnything() {
    String network = random.nextBoolean() ? "blue" : "red";
    int number = random.nextInt(PORTS);
    switch (random.nextInt(20)) {
      case 0 -> change("network/" + network, null);
      case 1, 2 -> put(HostsRig.network(network, NETWORKS.get(network)));
      case 3 -> change(Members.PREFIX + "h" + (1 + random.nextInt(HOSTS)), null);
      case 4, 5 -> change(Members.PREFIX + "h" + (1 + random.nextInt(HOSTS)), "{}");
      case 6, 7, 8, 9, 10, 11 -> change("port/vm" + number, null);
      default -> put(port(number, network, "h" + (1 + random.nextInt(HOSTS))));
    }
  }

  /** Takes what came; how many facts and keys that was. */
  private int read() {
    int read = 0;
    for (var message : stream.messages) {
      Changes changes = message.getChanges();
      if (changes.getAnew()) {
        known.clear();
        anew++;
      } else {
        asChanges++;
      }
      changes.getGoneList().forEach(this::forget);
      changes.getFactsList().forEach(fact -> known.put(key(fact), fact));
      read += changes.getGoneCount() + changes.getFactsCount();
    }
    stream.messages.clear();
    return read;
  }

  private void forget(FactKey key) {
    known.remove(key);
    if (key.hasNetworkVni()) {
      known.values().removeIf(fact -> vni(fact) == key.getNetworkVni());
    }
  }

  private static int vni(Fact fact) {
    return switch (fact.getFactCase()) {
      case NETWORK -> fact.getNetwork().getVni();
      case MEMBER -> fact.getMember().getVni();
      case STATION -> fact.getStation().getVni();
      case MOVE, FACT_NOT_SET -> throw new AssertionError(fact);
    };
  }

  private static FactKey key(Fact fact) {
    FactKey.Builder key = FactKey.newBuilder();
    switch (fact.getFactCase()) {
      case NETWORK -> key.setNetworkVni(vni(fact));
      case MEMBER ->
          key.setMember(
              MemberKey.newBuilder().setVni(vni(fact)).setHost(fact.getMember().getHost()));
      case STATION ->
          key.setStation(
              StationKey.newBuilder().setVni(vni(fact)).setMac(fact.getStation().getMac()));
      case MOVE, FACT_NOT_SET -> throw new AssertionError(fact);
    }
    return key.build();
  }

  private Set<Fact> wanted() {
    Set<Fact> all = new HashSet<>();
    index.concerning("h1").values().forEach(facts -> all.addAll(facts.all()));
    return all;
  }

  @RepeatedTest(50)
  void shouldTellWhatIsTrueToWhoeverReadsInFitsAndStarts() {
    stream.takes.set(20);
    for (int i = 0; i < 500; i++) {
      // mostly a few messages, at times nothing for longer than the log goes back
      stream.takes.set(random.nextInt(100) == 0 ? -40 : Math.min(20, stream.takes.get() + 1));
      for (int n = random.nextInt(4); n >= 0; n--) {
        changeAnything();
      }
      if (random.nextInt(200) == 0) {
        log.beginAt(revision); // the store has forgotten, all was read anew
        pump();
      }
      pump();
      read();
      if (stream.takes.get() > 0) {
        assertThat(known.values()).as("seed %d, %d", seed, i).hasSameElementsAs(wanted());
      }
    }
    stream.takes.set(Integer.MAX_VALUE);
    pump();
    read();
    assertThat(known.values()).as("seed %d", seed).hasSameElementsAs(wanted());
    assertThat(asChanges).as("seed %d: not all anew each time", seed).isGreaterThan(anew);
  }

  @Test
  void shouldKeepNothingForWhoReadsNothingAndTellItAllAnew() {
    put(port(0, "blue", "h1"));
    read();
    int before = anew;
    stream.takes.set(0);
    for (int i = 0; i < 10_000; i++) {
      put(port(i % PORTS, "blue", i / PORTS % 2 == 0 ? "h1" : "h2"));
    }
    assertThat(stream.messages).isEmpty();
    stream.takes.set(Integer.MAX_VALUE);
    pump();
    assertThat(read()).as("what there is, not what changed").isEqualTo(wanted().size());
    assertThat(anew).isEqualTo(before + 1);
    assertThat(known.values()).hasSameElementsAs(wanted());
  }
}
