package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two hosts that forward by three threads each, with three machines each: 1, 3 and 5 at the first,
 * 2, 4 and 6 at the second, some by veth pairs and some by taps. All threads read each port.
 */
class WorkersHostTest {
  private static final int MACHINES = 6;
  private static final int THREADS = 3;
  private static final int PORT = 5011;
  private static final long BYTES = 64L << 20;
  private static final int FLOWS_OF_PAIR = 4;
  private static final int RELOADS = 20;
  private static final int RELOADS_FOR_A_CAPTURE = 5;
  private static final int AT_ONCE = 1;
  private static final int CONNECTIONS_OF_PAIR = 8;
  private static final int CONNECTION_PORT = 5101;

  /** Of {@code /proc/net/netstat}: segments that came before those that belong before them. */
  private static final String OUT_OF_ORDER = "TCPOFOQueue";

  /** How many frames a worker has forwarded, with at least four digits. */
  private static final String FORWARDED = "\"worker-1\"[^}]*\"forwarded-frames\"\\s*:\\s*[0-9]{4}";

  @TempDir private Path directory;
  private Lab lab;
  private final List<Machine> machines = new ArrayList<>();
  private final List<ViaductHost> hosts = new ArrayList<>();

  @BeforeEach
  void build() throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    List<LabHost> places = new ArrayList<>();
    for (int i = 1; i <= 2; i++) {
      places.add(new LabHost(lab, underlay, "h" + i, IpAddress.parse("10.77.0." + i), 24));
    }
    for (int number = 1; number <= MACHINES; number++) {
      Machine machine = new Machine(lab, MachineSpec.numbered(number));
      machines.add(machine);
      if (!hasTap(number)) {
        machine.attachVeth(places.get((number - 1) % 2), "veth" + number);
      }
    }
    for (int i = 0; i < 2; i++) {
      LabHost place = places.get(i);
      String underlayAndWorkers = "{ address: " + place.address() + " }\nworkers: " + THREADS;
      hosts.add(ViaductHost.start(lab, place, underlayAndWorkers, networks(i, "")));
    }
    for (int number = 1; number <= MACHINES; number++) {
      if (hasTap(number)) {
        machines.get(number - 1).adoptTap(places.get((number - 1) % 2), "vm" + number);
      }
    }
  }

  private static boolean hasTap(int machine) {
    return machine >= 3;
  }

  private static String networks(int host, String more) {
    List<String> ports = new ArrayList<>();
    for (int number = host + 1; number <= MACHINES; number += 2) {
      ports.add(hasTap(number) ? "{ tap: vm" + number + " }" : "{ device: veth" + number + " }");
    }
    return "blue: { vni: 100, flood: { remotes: [10.77.0.%d] }, ports: [ %s%s ] }%n"
        .formatted(2 - host, String.join(", ", ports), more);
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private static <T> CompletableFuture<T> run(Callable<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        },
        Thread::startVirtualThread);
  }

  private void awaitAll(List<CompletableFuture<?>> work) throws Exception {
    try {
      CompletableFuture.allOf(work.toArray(CompletableFuture[]::new))
          .get(NumberedDatagrams.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(drops(), e);
    }
  }

  /** What hosts, their devices and the machines have dropped. */
  private String drops() throws Exception {
    StringBuilder all = new StringBuilder();
    for (ViaductHost host : hosts) {
      all.append(host.drops()).append(host.log());
      all.append(CommandRun.in(host.host().namespace(), "ip", "-s", "link").output());
    }
    for (Machine machine : machines) {
      all.append(machine.name());
      all.append(CommandRun.in(machine.namespace(), "ip", "-s", "link").output());
      all.append(CommandRun.in(machine.namespace(), "grep", "Udp:", "/proc/net/snmp").output());
    }
    return all.toString();
  }

  private Void transfer(int from, int to) throws Exception {
    Machine receiver = machines.get(to - 1);
    Transfer.check(
        machines.get(from - 1).namespace(),
        receiver.namespace(),
        receiver.ip(false).toString(),
        BYTES,
        from);
    return null;
  }

  private DatagramChannel open(int machine) throws Exception {
    return NumberedDatagrams.open(machines.get(machine - 1));
  }

  /** Numbered datagrams by this way, while it is not told to stop; then all have come in order. */
  private CompletableFuture<Void> flow(int from, int to, int port, AtomicBoolean stop)
      throws Exception {
    InetSocketAddress there =
        new InetSocketAddress(machines.get(to - 1).ip(false).toString(), port);
    DatagramChannel receiver = open(to).bind(there);
    DatagramChannel sender = open(from).connect(there);
    CompletableFuture<Integer> sent = run(() -> NumberedDatagrams.send(sender, AT_ONCE, stop));
    CompletableFuture<Integer> received = run(() -> NumberedDatagrams.receive(receiver));
    return run(() -> {
      try (sender;
          receiver) {
        assertThat(received.get())
            .as("from %d to %d, in order and whole", from, to)
            .isEqualTo(sent.get());
        return null;
      }
    });
  }

  /** Numbers by this connection, in segments of their own; then all have come. */
  private CompletableFuture<Void> connection(int from, int to, int port, AtomicBoolean stop)
      throws Exception {
    InetSocketAddress there =
        new InetSocketAddress(machines.get(to - 1).ip(false).toString(), port);
    ServerSocketChannel server =
        machines.get(to - 1).namespace().call(() -> ServerSocketChannel.open()).bind(there);
    SocketChannel sender = machines.get(from - 1).namespace().call(() -> SocketChannel.open());
    CompletableFuture<Integer> received = run(() -> NumberedSegments.receive(server));
    CompletableFuture<Integer> sent = run(() -> NumberedSegments.send(sender, there, stop));
    return run(() -> {
      assertThat(received.get()).as("from %d to %d", from, to).isEqualTo(sent.get());
      return null;
    });
  }

  private long outOfOrder(int machine) {
    return machines
        .get(machine - 1)
        .namespace()
        .call(() -> {
          List<String> lines = Files.readAllLines(Path.of("/proc/thread-self/net/netstat"));
          List<String> names = List.of(lines.get(0).split(" "));
          return Long.parseLong(lines.get(1).split(" ")[names.indexOf(OUT_OF_ORDER)]);
        });
  }

  @Test
  @Tag("R5")
  @DisplayName("each connection keeps its order, also while ports and captures come and go")
  void shouldKeepConnectionsInOrder() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    List<CompletableFuture<?>> connections = new ArrayList<>();
    try {
      for (int i = 0; i < CONNECTIONS_OF_PAIR; i++) {
        connections.add(connection(1, 2, CONNECTION_PORT + i, stop));
        connections.add(connection(3, 6, CONNECTION_PORT + i, stop));
        connections.add(connection(4, 5, CONNECTION_PORT + i, stop));
      }
      for (int i = 0; i < RELOADS; i++) {
        for (int host = 0; host < 2; host++) {
          hosts.get(host).rewrite(networks(host, i % 2 == 0 ? ", { tap: more }" : ""));
          assertThat(hosts.get(host).reload().status()).isEqualTo(200);
          if (i % RELOADS_FOR_A_CAPTURE == 0) {
            CommandRun.Result captured =
                hosts.get(host).ask("capture", "--count", "20", "--seconds", "20");
            assertThat(captured.exitCode()).as(captured.output()).isZero();
          }
        }
      }
    } finally {
      stop.set(true);
    }
    awaitAll(connections);
    for (int machine = 1; machine <= MACHINES; machine++) {
      assertThat(outOfOrder(machine)).as("segments out of order at %d", machine).isZero();
    }
    for (ViaductHost host : hosts) {
      for (int worker = 1; worker < THREADS; worker++) {
        host.awaitAnswer("/v1/counters", FORWARDED.replace("worker-1", "worker-" + worker));
      }
      assertThat(host.get("/v1/ports"))
          .containsPattern("\"queues\" *: *" + THREADS + ",")
          .doesNotContainPattern("\"queues\" *: *[^" + THREADS + "]");
    }
  }

  @Test
  @DisplayName("where no program may be loaded, a port has one queue, and says why")
  void shouldSayWhyAPortHasOneQueue() throws Exception {
    LabHost place = hosts.getFirst().host();
    assertThat(hosts.removeFirst().process().stop().exitCode()).isZero();
    String underlayAndWorkers = "{ address: " + place.address() + " }\nworkers: " + THREADS;
    ViaductHost host =
        ViaductHost.start(
            lab, place, underlayAndWorkers, networks(0, ""), Map.of("VIADUCT_BPF", "off"));
    hosts.addFirst(host);
    assertThat(host.get("/v1/ports")).doesNotContainPattern("\"queues\" *: *[^1]");
    assertThat(host.ask("show", "ports").output())
        .contains("attached, by one queue: steer flows to 3 queues: EOPNOTSUPP: VIADUCT_BPF=off")
        .contains("attached, by one queue: filter flows of veth1 for 3 queues: EOPNOTSUPP: ");
    assertThat(host.log()).contains("port vm3: it has one queue, so one thread reads it: ");
    transfer(1, 2);
  }

  @Test
  @Tag("R5")
  @DisplayName("TCP arrives whole and datagrams in order, also while ports come and go")
  void shouldKeepFlowsWholeAndInOrder() throws Exception {
    awaitAll(
        List.of(run(() -> transfer(1, 2)), run(() -> transfer(4, 3)), run(() -> transfer(5, 6))));

    AtomicBoolean stop = new AtomicBoolean();
    List<CompletableFuture<?>> flows = new ArrayList<>();
    try {
      for (int i = 0; i < FLOWS_OF_PAIR; i++) {
        flows.add(flow(1, 4, PORT + i, stop));
        flows.add(flow(6, 3, PORT + i, stop));
        flows.add(flow(5, 1, PORT + i, stop));
      }
      for (int i = 0; i < RELOADS; i++) {
        for (int host = 0; host < 2; host++) {
          hosts.get(host).rewrite(networks(host, i % 2 == 0 ? ", { tap: more }" : ""));
          assertThat(hosts.get(host).reload().status()).isEqualTo(200);
        }
      }
    } finally {
      stop.set(true);
    }
    awaitAll(flows);

    for (ViaductHost host : hosts) {
      host.awaitAnswer("/v1/counters", FORWARDED);
      assertThat(host.ask("show", "status").output()).containsPattern("workers +" + THREADS);
    }
  }
}
