package net.viaduct.controller.page;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.controller.ControllerConfig;
import net.viaduct.controller.StorePlace;
import net.viaduct.controller.access.Role;
import net.viaduct.controller.access.Tokens;
import net.viaduct.controller.json.DefinitionReader;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.registry.Actor;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.registry.Unchecked;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import tools.jackson.databind.node.ObjectNode;

/** Fills a store with an installation, as operators and hosts would have. Used by one thread. */
final class Installation implements AutoCloseable {
  private static final Actor OPERATOR = new Actor("anna", "operator", "socket");
  private static final int AT_ONCE = 10_000;

  /** What is kept of a port that has moved. */
  private static final String MOVED =
      "{\"moves\":3,\"lastMove\":{\"from\":\"h1\",\"to\":\"h2\",\"blackoutMs\":12.4,"
          + "\"at\":\"2026-01-01T00:00:00Z\"},\"longestBlackoutMs\":31.8}";

  private final Store store;
  private final Registry registry;
  private final Audit audit = new Audit(Clock.systemUTC(), 1);
  private final List<Definition> waiting = new ArrayList<>();
  private final List<Operation> states = new ArrayList<>();

  Installation(Path file) {
    store = SqliteStore.open(file, 100_000);
    registry = new Registry(store, audit, 5_000, 9_999);
  }

  void add(Kind kind, String json) {
    add(DefinitionReader.read(kind, Documents.parseObject(json.replace('\'', '"'))));
  }

  void add(Definition definition) {
    waiting.add(definition);
    if (waiting.size() >= AT_ONCE) {
      write();
    }
  }

  /** A host, and what was seen of it: alive, seen-by-others, away, gone or unseen. */
  void host(String name, String address, String state, Map<String, String> labels) {
    add(new Host(name, List.of(new Ip(address)), 4_789, labels));
    state(name, state);
  }

  void state(String host, String state) {
    if (!state.equals("unseen")) {
      ObjectNode seen = Documents.object();
      seen.put("state", state.equals("gone") ? "away" : state);
      seen.put("since", Clock.systemUTC().instant().minusSeconds(4_000).toString());
      seen.put("withdrawn", state.equals("gone")).put("version", "0.1.0");
      if (state.equals("seen-by-others")) {
        ObjectNode watchers = seen.putObject("watchers").put("hearing", 3).put("missing", 0);
        watchers.putArray("heardBy").add("h1").add("h2");
        watchers.putArray("missedBy");
      }
      states.add(new Operation.Put("host-state/" + host, Documents.write(seen)));
      states.add(new Operation.Put(Members.PREFIX + host, "{}"));
    }
  }

  /** Puts a host out, of which it is not observed yet that it is away. */
  void putOut(String host) {
    states.add(new Operation.Delete(Members.PREFIX + host));
  }

  void write() {
    if (waiting.size() >= AT_ONCE) { // one by one with all rules would take a minute
      List<Operation> all =
          waiting.stream().flatMap(it -> Unchecked.operations(it).stream()).toList();
      store.commit(new Transaction(List.of(), all));
    } else if (!waiting.isEmpty()) {
      registry.apply(List.copyOf(waiting), false, OPERATOR);
    }
    waiting.clear();
    if (!states.isEmpty()) {
      store.commit(new Transaction(List.of(), states));
      states.clear();
    }
  }

  private String token(Role role) {
    return new Tokens(store, Clock.systemUTC(), audit)
        .create("t-" + role.word(), role, Optional.empty(), OPERATOR);
  }

  /**
   * Four hosts and four networks, one of each kind of everything.
   *
   * @return an administrator's token
   */
  static String small(Path file) {
    try (Installation it = new Installation(file)) {
      it.add(Kind.NETWORK, "{'name':'blue','vni':100,'subnets':['10.1.0.0/24']}");
      it.add(
          Kind.NETWORK,
          "{'name':'storage','vni':101,'flood':{'group':'239.1.1.101'},'mtuBytes':8900}");
      it.add(
          Kind.NETWORK,
          "{'name':'voice','vni':102,'labels':{'note':'<img src=x onerror=alert(1)>'}}");
      it.add(
          Kind.NETWORK, "{'name':'office','vni':103,'whenAway':{'do':'learn','afterSeconds':60}}");
      it.add(Kind.GROUP, "{'name':'gold','sendBitsPerSecond':100000000,'dscp':46}");
      it.host("h1", "10.77.0.1", "alive", Map.of());
      it.host("h2", "10.77.0.2", "alive", Map.of());
      it.host("h3", "10.77.0.3", "away", Map.of());
      it.host("h4", "10.77.0.4", "unseen", Map.of());
      port(it, "web1", "blue", 1, "h1", ",'group':'gold'");
      port(it, "web2", "blue", 2, "h2", "");
      port(it, "web3", "blue", 3, "h2", "");
      port(it, "db1", "storage", 4, "h2", "");
      port(it, "db2", "storage", 5, "h3", "");
      port(it, "phone1", "voice", 6, "h1", "");
      port(it, "phone2", "voice", 7, "h3", ",'up':false");
      port(it, "desk1", "office", 8, "h4", "");
      it.states.add(new Operation.Put("port-state/db1", MOVED));
      it.add(
          Kind.STATION,
          "{'network':'blue','mac':'02:00:00:00:01:01','ips':['10.1.0.200'],'behind':'h3'}");
      it.add(Kind.STATION, "{'network':'office','mac':'02:00:00:00:01:02','direct':true}");
      return it.token(Role.ADMIN);
    }
  }

  private static void port(
      Installation it, String name, String network, int number, String host, String more) {
    it.add(
        Kind.PORT,
        String.format(
            Locale.ROOT,
            "{'name':'%s','network':'%s','mac':'02:00:00:00:00:%02x','ips':['10.1.0.%d'],'host':'%s'%s}",
            name,
            network,
            number,
            number,
            host,
            more));
  }

  /** So many hosts in racks, networks of different sizes, and ports. */
  static void large(Path file, int hosts, int networks, int ports) {
    try (Installation it = new Installation(file)) {
      for (int i = 0; i < networks; i++) {
        String flood = i % 10 == 9 ? ",'flood':{'group':'239.1.2." + i % 250 + "'}" : "";
        it.add(
            Kind.NETWORK,
            String.format(Locale.ROOT, "{'name':'tenant-%03d','vni':%d%s}", i, 10_000 + i, flood));
      }
      for (int i = 0; i < hosts; i++) {
        String state =
            i % 97 == 13 ? "away" : i % 211 == 5 ? "gone" : i % 301 == 7 ? "unseen" : "alive";
        Map<String, String> labels = Map.of("rack", "r" + i / 40);
        it.host(host(i), "10." + 77 + "." + i / 250 + "." + (i % 250 + 1), state, labels);
      }
      for (int i = 0; i < ports; i++) {
        // network 0 is everywhere, the others are on ever fewer hosts
        int network = i % 5 == 0 ? 0 : i * 31 % networks;
        int spread = Math.max(3, hosts / (1 + network % 50));
        int at = network == 0 ? i / 5 % hosts : (network * 7 + i / networks % spread) % hosts;
        it.add(
            Kind.PORT,
            String.format(
                Locale.ROOT,
                "{'name':'vm%06d','network':'tenant-%03d','mac':'02:%02x:%02x:%02x:00:01',"
                    + "'ips':['10.%d.%d.%d'],'host':'%s'}",
                i,
                network,
                i >> 16,
                i >> 8 & 0xff,
                i & 0xff,
                i >> 16,
                i >> 8 & 0xff,
                i & 0xff,
                host(at)));
      }
    }
  }

  private static String host(int number) {
    return String.format(Locale.ROOT, "host-%04d", number);
  }

  @Override
  public void close() {
    write();
    store.close();
  }

  /** How a controller of such a file runs: a socket beside it, and a loopback port, 0 for any. */
  static ControllerConfig config(Path file, int port) {
    return new ControllerConfig(
        new StorePlace.InFile(file),
        100_000,
        Optional.of(file.resolveSibling("c.sock")),
        OptionalInt.of(port),
        Optional.empty(),
        5_000,
        9_999,
        100_000,
        100_000);
  }
}
