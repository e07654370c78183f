package net.viaduct.controller.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.viaduct.controller.json.DefinitionReader;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.registry.ChangeRefused.Cause;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules of the model, on a real store. */
class RegistryTest {
  private static final Actor ACTOR = new Actor("test", "admin", "here");
  private static final OptionalLong WHATEVER = OptionalLong.empty();
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir Path directory;
  private Store store;
  private Registry registry;

  @BeforeEach
  void open() {
    store = SqliteStore.open(directory.resolve("controller.db"), 100_000);
    registry = new Registry(store, new Audit(CLOCK, 0), 5_000, 5_099);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private static Definition read(Kind kind, String json) {
    return DefinitionReader.read(kind, Documents.parseObject(json.replace('\'', '"')));
  }

  private static Definition network(String name) {
    return read(Kind.NETWORK, "{'name':'" + name + "'}");
  }

  private static Definition network(String name, int vni) {
    return read(Kind.NETWORK, "{'name':'" + name + "','vni':" + vni + "}");
  }

  private static Definition host(String name, String address) {
    return read(Kind.HOST, "{'name':'" + name + "','addresses':['" + address + "']}");
  }

  private static Definition port(String name, String network, int number, String more) {
    return read(
        Kind.PORT,
        "{'name':'"
            + name
            + "','network':'"
            + network
            + "','mac':'02:00:00:00:00:"
            + String.format("%02x", number)
            + "'"
            + more
            + "}");
  }

  private Stored create(Definition definition) {
    return registry.create(definition, ACTOR);
  }

  private void assertRefused(Cause cause, String sentence, ThrowingCallable change) {
    long before = store.revision();
    assertThatThrownBy(change)
        .isInstanceOf(ChangeRefused.class)
        .hasMessageContaining(sentence)
        .extracting(e -> ((ChangeRefused) e).why())
        .isEqualTo(cause);
    assertThat(store.revision()).as("nothing was changed").isEqualTo(before);
  }

  @Test
  void shouldHaveWhatWasCreated() {
    Stored made = create(network("blue", 100));
    assertThat(registry.get(Kind.NETWORK, "blue")).contains(made);
    assertRefused(
        Cause.EXISTS, "there is a network blue already", () -> create(network("blue", 200)));
  }

  @Test
  void shouldChangeOnlyWhatNobodyElseChangedMeanwhile() {
    long first = create(network("blue", 100)).revision();
    Stored second = registry.replace(network("blue", 101), OptionalLong.of(first), ACTOR);
    assertRefused(
        Cause.CHANGED,
        "it is at revision " + second.revision() + ", not " + first,
        () -> registry.replace(network("blue", 102), OptionalLong.of(first), ACTOR));
    assertRefused(
        Cause.CHANGED,
        "network blue was changed",
        () -> registry.delete(Kind.NETWORK, "blue", OptionalLong.of(first), ACTOR));
    assertRefused(
        Cause.MISSING,
        "there is no network red",
        () -> registry.replace(network("red", 102), WHATEVER, ACTOR));
  }

  @Test
  void shouldNotMakeARevisionWhenNothingChanges() {
    create(network("blue", 100));
    long before = store.revision();
    registry.replace(network("blue", 100), WHATEVER, ACTOR);
    registry.replace(network("blue"), WHATEVER, ACTOR);
    assertThat(store.revision()).isEqualTo(before);
  }

  @Test
  void shouldSayWhoUsesWhatCannotBeDeleted() {
    create(network("blue", 100));
    create(host("h1", "10.0.0.1"));
    create(port("vm1", "blue", 1, ",'host':'h1'"));
    create(read(Kind.STATION, "{'network':'blue','mac':'02:00:00:00:00:02','behind':'h1'}"));
    assertRefused(
        Cause.IN_USE,
        "network blue is in use by port vm1, station blue/02:00:00:00:00:02",
        () -> registry.delete(Kind.NETWORK, "blue", WHATEVER, ACTOR));
    assertRefused(
        Cause.IN_USE,
        "host h1 is in use by port vm1",
        () -> registry.delete(Kind.HOST, "h1", WHATEVER, ACTOR));
    registry.replace(port("vm1", "blue", 1, ""), WHATEVER, ACTOR);
    registry.delete(Kind.STATION, "blue/02:00:00:00:00:02", WHATEVER, ACTOR);
    registry.delete(Kind.HOST, "h1", WHATEVER, ACTOR);
    registry.delete(Kind.PORT, "vm1", WHATEVER, ACTOR);
    registry.delete(Kind.NETWORK, "blue", WHATEVER, ACTOR);
    assertThat(keys()).allMatch(key -> key.startsWith("audit/"));
  }

  private List<String> keys() {
    return store.range(Range.first("", 10_000)).entries().stream().map(Entry::key).toList();
  }

  @Test
  void shouldRefuseWhatRefersToNothing() {
    assertRefused(
        Cause.WRONG,
        "port vm1: there is no network blue",
        () -> create(port("vm1", "blue", 1, "")));
    create(network("blue"));
    assertRefused(
        Cause.WRONG,
        "port vm1: there is no group web",
        () -> create(port("vm1", "blue", 1, ",'group':'web'")));
  }

  @Test
  void shouldRefuseWhatIsAnothersAlready() {
    create(network("blue", 100));
    create(network("red", 200));
    create(host("h1", "10.0.0.1"));
    create(port("vm1", "blue", 1, ",'ips':['10.1.0.1'],'host':'h1','device':'tap0'"));
    assertRefused(
        Cause.TAKEN,
        "network green: VNI 100 is network blue's already",
        () -> create(network("green", 100)));
    assertRefused(
        Cause.TAKEN,
        "underlay address 10.0.0.1 port 4789 is host h1's already",
        () -> create(host("h2", "10.0.0.1")));
    assertRefused(
        Cause.TAKEN,
        "MAC address 02:00:00:00:00:01 in network blue is port vm1's already",
        () -> create(port("vm2", "blue", 1, "")));
    assertRefused(
        Cause.TAKEN,
        "IP address 10.1.0.1 in network blue is port vm1's already",
        () -> create(port("vm2", "blue", 2, ",'ips':['10.1.0.1']")));
    assertRefused(
        Cause.TAKEN,
        "device tap0 of host h1 is port vm1's already",
        () -> create(port("tap0", "blue", 2, ",'host':'h1'")));
    create(port("vm2", "red", 1, ",'ips':['10.1.0.1']"));
    registry.delete(Kind.PORT, "vm1", WHATEVER, ACTOR);
    create(port("vm3", "blue", 1, ",'ips':['10.1.0.1'],'host':'h1','device':'tap0'"));
  }

  @Test
  void shouldRefuseAddressesOutsideOfTheSubnets() {
    create(read(Kind.NETWORK, "{'name':'blue','subnets':['10.1.0.0/16']}"));
    assertRefused(
        Cause.WRONG,
        "port vm1: 10.2.0.1 is in none of the subnets of network blue",
        () -> create(port("vm1", "blue", 1, ",'ips':['10.1.0.1','10.2.0.1']")));
  }

  @Test
  @Tag("P5")
  void shouldGiveFreeVnisWithoutConflictWhenManyAskAtOnce() {
    Registry other = new Registry(store, new Audit(CLOCK, 1 << 20), 5_000, 5_099);
    List<CompletableFuture<Stored>> made =
        IntStream.range(0, 60)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(
                    () -> (i % 2 == 0 ? registry : other).create(network("n" + i), ACTOR),
                    Thread::startVirtualThread))
            .toList();
    assertThat(made.stream().map(CompletableFuture::join).map(RegistryTest::vni))
        .doesNotHaveDuplicates()
        .allMatch(vni -> vni >= 5_000 && vni <= 5_099);
  }

  private static int vni(Stored stored) {
    return ((Network) stored.definition()).vni();
  }

  @Test
  @Tag("P5")
  void shouldNotTakeVnisThatOthersAreSeenToUse() {
    put("foreign-vni/00005000/h1", "{}");
    put("foreign-vni/00000100/h1", "{}");
    assertThat(vni(create(network("blue")))).isEqualTo(5_001);
    assertRefused(
        Cause.TAKEN,
        "network red: VNI 100 is in use by others, as host h1 sees",
        () -> create(network("red", 100)));
    create(read(Kind.NETWORK, "{'name':'red','vni':100,'vniShared':true}"));
  }

  private void put(String key, String value) {
    store.commit(new Transaction(List.of(), List.of(new Operation.Put(key, value))));
  }

  @Test
  void shouldSayWhenNoVniIsLeft() {
    for (int i = 0; i < 100; i++) {
      create(network("n" + i));
    }
    assertRefused(Cause.TAKEN, "no VNI of 5000 to 5099 is free", () -> create(network("one-more")));
    registry.delete(Kind.NETWORK, "n50", WHATEVER, ACTOR);
    assertThat(vni(create(network("one-more")))).isEqualTo(5_050);
  }

  @Test
  void shouldApplyAllTogetherOrNothing() {
    create(network("blue", 100));
    List<Definition> wanted =
        List.of(
            port("vm1", "red", 1, ",'host':'h1','ips':['10.1.0.1']"),
            network("red"),
            host("h1", "10.0.0.1"),
            network("blue", 101));
    assertThat(registry.apply(wanted, true, ACTOR))
        .extracting(Difference::title)
        .containsExactly(
            "create host h1", "create network red", "change network blue", "create port vm1");
    assertThat(registry.get(Kind.PORT, "vm1")).isEmpty();
    assertThat(registry.apply(wanted, false, ACTOR)).hasSize(4);
    assertThat(registry.get(Kind.PORT, "vm1")).isPresent();
    long before = store.revision();
    assertThat(registry.apply(wanted, false, ACTOR)).isEmpty();
    assertThat(store.revision()).isEqualTo(before);
    assertRefused(
        Cause.TAKEN,
        "port vm3",
        () ->
            registry.apply(
                List.of(port("vm2", "red", 2, ""), port("vm3", "red", 1, "")), false, ACTOR));
    assertThat(registry.get(Kind.PORT, "vm2")).isEmpty();
  }

  @Test
  void shouldSwapAddressesInOneStep() {
    create(network("blue", 100));
    create(port("vm1", "blue", 1, ",'ips':['10.1.0.1']"));
    create(port("vm2", "blue", 2, ",'ips':['10.1.0.2']"));
    registry.apply(
        List.of(
            port("vm1", "blue", 2, ",'ips':['10.1.0.2']"),
            port("vm2", "blue", 1, ",'ips':['10.1.0.1']")),
        false,
        ACTOR);
    assertThat(store.get("ip/10.1.0.1/blue").orElseThrow().value()).isEqualTo("port/vm2");
    assertThat(store.get("mac/02:00:00:00:00:02/blue").orElseThrow().value()).isEqualTo("port/vm1");
  }

  @Test
  void shouldPruneWhatIsNotWantedAnyMore() {
    create(network("blue", 100));
    create(network("red", 200));
    create(port("vm1", "blue", 1, ""));
    create(port("vm2", "red", 2, ""));
    assertThat(
            new Pruning(store, registry)
                .prune(Set.of(Kind.NETWORK, Kind.PORT), List.of(network("blue", 100)), ACTOR))
        .extracting(Difference::title)
        .containsExactly("delete port vm1", "delete port vm2", "delete network red");
    assertThat(registry.get(Kind.NETWORK, "blue")).isPresent();
    assertThat(registry.get(Kind.NETWORK, "red")).isEmpty();
  }

  @Test
  void shouldListByPagesAsOfOneRevision() {
    for (int i = 10; i < 35; i++) {
      create(network("n" + i, i));
    }
    List<String> names = new ArrayList<>();
    Listing page = registry.list(Kind.NETWORK, "", 10, "");
    while (true) {
      page.objects().forEach(stored -> names.add(stored.definition().name()));
      if (page.cursor().isEmpty()) {
        break;
      }
      registry.delete(Kind.NETWORK, "n" + (34 - names.size() / 10), WHATEVER, ACTOR);
      page = registry.list(Kind.NETWORK, "", 10, page.cursor());
    }
    assertThat(names).hasSize(25).startsWith("n10").endsWith("n34");
    String cursor = registry.list(Kind.NETWORK, "", 5, "").cursor();
    assertThatThrownBy(() -> registry.list(Kind.PORT, "", 5, cursor))
        .hasMessageContaining("another list");
  }

  @Test
  void shouldKeepWhoChangedWhat() {
    create(network("blue", 100));
    registry.delete(Kind.NETWORK, "blue", WHATEVER, ACTOR);
    assertThat(store.range(Range.first("audit/", 10)).entries())
        .extracting(Entry::value)
        .containsExactly(
            "{\"at\":\"2026-01-02T03:04:05Z\",\"who\":\"test\",\"role\":\"admin\",\"via\":\"here\","
                + "\"changes\":[\"create network blue\"]}",
            "{\"at\":\"2026-01-02T03:04:05Z\",\"who\":\"test\",\"role\":\"admin\",\"via\":\"here\","
                + "\"changes\":[\"delete network blue\"]}");
  }

  @Test
  void shouldKeepWhatRefersToEachOtherWholeWhenManyChangeAtOnce() {
    Registry other = new Registry(store, new Audit(CLOCK, 1 << 20), 5_000, 5_099);
    create(network("blue", 100));
    List<CompletableFuture<Boolean>> all =
        IntStream.range(0, 40)
            .mapToObj(i ->
                CompletableFuture.supplyAsync(() -> step(i, other), Thread::startVirtualThread))
            .toList();
    all.forEach(CompletableFuture::join);
    for (Entry entry : store.range(Range.first("port/", 100)).entries()) {
      assertThat(registry.get(Kind.NETWORK, "blue")).as("network of " + entry.key()).isPresent();
    }
  }

  private boolean step(int i, Registry other) {
    try {
      Registry one = i % 2 == 0 ? registry : other;
      if (i % 4 == 0) {
        one.delete(Kind.NETWORK, "blue", WHATEVER, ACTOR);
      } else if (i % 4 == 1) {
        one.create(network("blue", 100), ACTOR);
      } else {
        one.create(port("vm" + i, "blue", i, ""), ACTOR);
      }
      return true;
    } catch (ChangeRefused _) {
      return false;
    }
  }
}
