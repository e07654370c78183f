package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
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

/** Two hosts, the first with a queue to the underlay: machines 1 and 2 in blue, 3 and 4 in red. */
class QueuedHostTest {
  private static final int CHANGES = Integer.getInteger("viaduct.shape.changes", 1_000);
  private static final int PORT = 9_000;
  private static final int FLOWS = 1_000;
  private static final int ENOUGH = 4_000;
  private static final String ADDRESS = "{ address: 10.77.0.1, link: { %s } }";

  @TempDir private Path directory;

  private Lab lab;
  private final List<Machine> machines = new ArrayList<>();
  private LabHost one;
  private ViaductHost first;
  private String networks;

  @BeforeEach
  void build() {
    lab = SystemLab.open(directory);
  }

  private void start(String underlayOfFirst) throws Exception {
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    one = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
    LabHost two = new LabHost(lab, underlay, "h2", IpAddress.parse("10.77.0.2"), 24);
    for (int i = 0; i < 4; i++) {
      Machine machine = new Machine(lab, MachineSpec.numbered(i + 1));
      machine.attachVeth(i % 2 == 0 ? one : two, "veth" + (i + 1));
      machines.add(machine);
    }
    networks = networks(1, "10.77.0.2");
    first = ViaductHost.start(lab, one, underlayOfFirst, networks);
    ViaductHost.start(lab, two, networks(2, "10.77.0.1"));
  }

  private static String networks(int host, String remote) {
    return """
    blue: { vni: 100, flood: { remotes: [%s] }, ports: [ { device: veth%d } ] }
    red: { vni: 200, flood: { remotes: [%s] }, ports: [ { device: veth%d } ] }
    """
        .formatted(remote, host, remote, host + 2);
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private static InetSocketAddress address(int machine) {
    return new InetSocketAddress("192.168.100." + machine, PORT);
  }

  private DatagramChannel open(int machine) throws Exception {
    return NumberedDatagrams.open(machines.get(machine - 1));
  }

  @Test
  @DisplayName("One flow of a network gets as much as a thousand flows of another")
  void shouldShareEquallyBetweenNetworks() throws Exception {
    start(ADDRESS.formatted("rate: 10M, queue: { share: { by: network, queue: fq-codel } }"));
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger blue = new AtomicInteger();
    AtomicInteger red = new AtomicInteger();
    List<DatagramChannel> one = List.of(open(1));
    List<DatagramChannel> many = new ArrayList<>();
    for (int i = 0; i < FLOWS; i++) {
      many.add(open(3));
    }
    try (DatagramChannel atBlue = open(2);
        DatagramChannel atRed = open(4)) {
      atBlue.bind(address(2));
      atRed.bind(address(4));
      List<CompletableFuture<?>> running =
          List.of(
              run(() -> flood(one, 2, stop)),
              run(() -> flood(many, 4, stop)),
              run(() -> count(atBlue, blue, stop)),
              run(() -> count(atRed, red, stop)));
      ViaductHost.await(
          "both are there", () -> blue.get() > 200 && red.get() > 200); // CoDel has begun
      int blueBefore = blue.get();
      int redBefore = red.get();
      ViaductHost.await(
          "enough came", () -> blue.get() + red.get() > blueBefore + redBefore + ENOUGH);
      double part = blue.get() - blueBefore;
      double of = part + red.get() - redBefore;
      assertThat(part / of).as("part of the one flow").isBetween(0.45, 0.55);
      stop.set(true);
      one.getFirst().send(ByteBuffer.allocate(1), address(2)); // who waits for one more ends
      many.getFirst().send(ByteBuffer.allocate(1), address(4));
      CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
          .get(NumberedDatagrams.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } finally {
      stop.set(true);
      for (DatagramChannel each : many) {
        each.close();
      }
      one.getFirst().close();
    }
    CommandRun.Result shown = first.ask("show", "queues");
    assertThat(shown.output()).contains("underlay/all");
  }

  private static CompletableFuture<Void> run(NumberedDatagrams.Work work) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            work.run();
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        },
        Thread::startVirtualThread);
  }

  /** About twice as much as the whole link takes, from each socket in turn. */
  private static void flood(List<DatagramChannel> from, int to, AtomicBoolean stop)
      throws IOException {
    ByteBuffer datagram = ByteBuffer.allocate(1_000);
    for (int i = 0; !stop.get(); ) {
      for (int burst = 0; burst < 4; burst++) {
        from.get(i++ % from.size()).send(datagram.clear(), address(to));
      }
      LockSupport.parkNanos(1_500_000);
    }
  }

  private static void count(DatagramChannel at, AtomicInteger count, AtomicBoolean stop)
      throws IOException {
    ByteBuffer datagram = ByteBuffer.allocate(2_000);
    while (!stop.get()) {
      at.receive(datagram.clear());
      count.incrementAndGet();
    }
  }

  @Test
  @DisplayName("A device slower than the rate says: nothing is lost or overtaken, it waits here")
  void shouldLoseNothingWhenTheDeviceIsSlowerThanTheRate() throws Exception {
    start(
        "{ address: 10.77.0.1, way: sockets,"
            + " link: { rate: 1G, queue: { fifo: { packets: 10000 } } } }");
    String slow = "tc qdisc add dev eth0 root tbf rate 4mbit burst 10kb limit 8mb";
    Process tc = one.namespace().start(new ProcessBuilder(slow.split(" ")));
    assertThat(tc.waitFor()).as(slow).isZero();
    expectAllInOrderWhile(
        () -> first.awaitAnswer("/v1/counters", "egress-returned-frames\"\\s*:\\s*[1-9][0-9]{2}"));
  }

  private void expectAllInOrderWhile(NumberedDatagrams.Work work) throws Exception {
    NumberedDatagrams.expectAllInOrderWhile(machines.get(0), machines.get(1), address(2), work);
  }

  @Test
  @Tag("R31")
  @DisplayName("R31: reloaded 1,000 times under load: nothing is lost or overtaken")
  void shouldLoseNothingByReloads() throws Exception {
    String[] links = {
      "rate: 14M, queue: { fifo: { packets: 10000 } }",
      "rate: 40M, queue: { sfq: { packets: 10000, perturb: 1s } }, keys: outside-only",
      "rate: 20M, queue: { share: { by: network, queue: { fifo: { packets: 9999 } } } }",
      "rate: 30M, queue: { share: { by: iif, queue: { fifo: { packets: 9999 } } } }, seed: 3"
    };
    start(ADDRESS.formatted(links[0]));
    expectAllInOrderWhile(() -> {
      for (int change = 1; change <= CHANGES; change++) {
        first.rewrite(ADDRESS.formatted(links[change % links.length]), networks);
        assertThat(first.reload().body()).contains("queue to the underlay changed");
      }
    });
    assertThat(first.get("/v1/counters")).containsPattern("egress-queued-frames\"\\s*:\\s*[1-9]");
  }
}
