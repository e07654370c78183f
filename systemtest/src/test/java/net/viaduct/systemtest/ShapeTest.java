package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabProcess;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code viaduct shape} between two machines: {@code lan} is the first one's, {@code wan} the
 * other's.
 */
class ShapeTest {
  private static final int CHANGES = Integer.getInteger("viaduct.shape.changes", 1_000);
  private static final int TRIES = 4_000;
  private static final long TRY_NS = 5_000_000;
  private static final PingPlan PINGS = new PingPlan(3, 10_000_000L, 2_000_000_000L, 56);

  @TempDir private Path directory;

  private Lab lab;
  private LabHost gateway;
  private Machine first;
  private Machine second;
  private LabProcess shaper;
  private Path log;
  private Path file;

  private void build(String text) throws Exception {
    lab = SystemLab.open(directory);
    gateway =
        new LabHost(lab, new LabSwitch(lab, "sw", 1500), "gw", IpAddress.parse("10.77.0.1"), 24);
    first = new Machine(lab, MachineSpec.numbered(1));
    second = new Machine(lab, MachineSpec.numbered(2));
    first.attachVeth(gateway, "lan");
    second.attachVeth(gateway, "wan");
    log = directory.resolve("shape.log");
    file = directory.resolve("shape.yaml");
    rewrite(text);
    shaper =
        lab.start(
            "shape",
            gateway.namespace(),
            SystemLab.program(log, "shape", "--in", "lan", "--out", "wan", "-c", file.toString()));
    await("it comes up", () -> SystemLab.read(log).contains("shape is up"));
    await("both ends reach each other", () -> ping(first, "192.168.100.2"));
  }

  private void rewrite(String text) throws IOException {
    Files.writeString(file, "counters: { file: " + counters() + " }\n" + text);
  }

  private Path counters() {
    return directory.resolve("shape.counters");
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  @Tag("R29")
  @DisplayName(
      "R29: bulk TCP over a slow link arrives whole, is marked instead of dropped, and shown")
  void shouldCarryAndMarkTcp() throws Exception {
    build("upload: { rate: 5M }\ndownload: { rate: 5M }\n");
    for (Machine machine : List.of(first, second)) {
      machine.namespace().sysctl("net/ipv4/tcp_ecn", "1");
    }
    Transfer.check(first.namespace(), second.namespace(), "192.168.100.2", 3_000_000, 1);
    assertThat(ping(second, "192.168.100.1")).isTrue();
    CommandRun.Result shown = show("--json");
    assertThat(shown.exitCode()).as(shown.output()).isZero();
    assertThat(value(shown.output(), "upload/all", "markedPackets")).isPositive();
    assertThat(value(shown.output(), "upload/all", "sentBytes")).isGreaterThan(3_000_000);
    assertThat(value(shown.output(), "upload/all", "backlogPackets")).isZero();
    assertThat(show().output()).contains("upload/all", "download/all", "MARKED");
  }

  @Test
  @DisplayName("A FIFO that is too short drops, by name; who waits in no queue is not dropped")
  void shouldCountDropsByReason() throws Exception {
    build(
        """
        upload:
          rate: 1M
          queue:
            priority:
              control: { match: { proto: icmp }, queue: fifo }
              rest: { queue: { fifo: { packets: 5 } } }
        """);
    try (DatagramChannel sender = first.namespace().call(() -> DatagramChannel.open())) {
      for (int i = 0; i < 200; i++) {
        sender.send(
            ByteBuffer.wrap(new byte[1_000]), new InetSocketAddress("192.168.100.2", 9_000));
      }
      assertThat(ping(first, "192.168.100.2")).isTrue();
    }
    String shown = show("--json").output();
    assertThat(shown).contains("\"queue-full\":");
    assertThat(value(shown, "upload/rest", "droppedPackets")).isPositive();
    assertThat(value(shown, "upload/control", "droppedPackets")).isZero();
    assertThat(value(shown, "upload/control", "sentPackets")).isPositive();
  }

  @Test
  @Tag("R31")
  @DisplayName("R31: changed by SIGHUP again and again under load: nothing is lost or overtaken")
  void shouldLoseNothingByChanges() throws Exception {
    String slow = "upload: { rate: 20M, queue: { fifo: { packets: 10000 } } }\n";
    String[] texts = {
      slow,
      "upload: { rate: 30M, queue: { sfq: { packets: 10000, perturb: 1s } } }\n"
          + "keys: outside-only\n",
      "upload: { rate: 25M, queue: { share: { by: src, queue: { fifo: { packets: 9999 } } } } }\n",
      slow + "depth: 0\nseed: 3\n"
    };
    build(slow);
    AtomicBoolean stop = new AtomicBoolean();
    try (DatagramChannel sender = first.namespace().call(() -> DatagramChannel.open());
        DatagramChannel receiver = second.namespace().call(() -> DatagramChannel.open())) {
      receiver.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 4 << 20);
      receiver.bind(new InetSocketAddress("192.168.100.2", 9_000));
      sender.connect(new InetSocketAddress("192.168.100.2", 9_000));
      CompletableFuture<Integer> sent =
          CompletableFuture.supplyAsync(
              () -> NumberedDatagrams.send(sender, 5, stop), Thread::startVirtualThread);
      CompletableFuture<Integer> received =
          CompletableFuture.supplyAsync(
              () -> NumberedDatagrams.receive(receiver), Thread::startVirtualThread);
      for (int change = 1; change <= CHANGES; change++) {
        rewrite(texts[change % texts.length]);
        CommandRun.signal("HUP", shaper.pid());
        int expected = change;
        await("change " + change, () -> reloads() >= expected);
      }
      stop.set(true);
      assertThat(received.get(NumberedDatagrams.PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("in order and whole")
          .isEqualTo(sent.get(NumberedDatagrams.PATIENCE_SECONDS, TimeUnit.SECONDS));
    }
    rewrite("upload: { raet: 20M }\n");
    CommandRun.signal("HUP", shaper.pid());
    await("a wrong file is refused", () -> SystemLab.read(log).contains("did you mean 'rate'"));
    assertThat(ping(first, "192.168.100.2")).isTrue();
    assertThat(SystemLab.read(log)).contains("shape.yaml:2:", "nothing was done");
  }

  private int reloads() {
    return SystemLab.read(log).split("reloaded: upload", -1).length - 1;
  }

  private CommandRun.Result show(String... more) throws Exception {
    String[] arguments = new String[4 + more.length];
    System.arraycopy(
        new String[] {"show", "queues", "--counters", counters().toString()}, 0, arguments, 0, 4);
    System.arraycopy(more, 0, arguments, 4, more.length);
    return CommandRun.viaduct(gateway.namespace(), arguments);
  }

  private static long value(String json, String queue, String key) {
    var found =
        Pattern.compile("\"queue\":\"" + queue + "\"[^}]*?\"" + key + "\":([0-9]+)").matcher(json);
    assertThat(found.find()).as("%s of %s in %s", key, queue, json).isTrue();
    return Long.parseLong(found.group(1));
  }

  private interface Condition {
    boolean isTrue() throws Exception;
  }

  private void await(String what, Condition condition) throws Exception {
    for (int i = 0; i < TRIES; i++) {
      if (condition.isTrue()) {
        return;
      }
      assertThat(shaper.isAlive()).as("it ended: %s", SystemLab.read(log)).isTrue();
      LockSupport.parkNanos(TRY_NS);
    }
    throw new AssertionError(what + " did not come to be: " + SystemLab.read(log));
  }

  private static boolean ping(Machine from, String address) {
    IpAddress to = IpAddress.parse(address);
    PingFlow flow = new PingFlow(from.name(), address, from.pingSocket(false), to);
    try {
      return PingRun.start(List.of(flow), PINGS, new EpollReadiness(), System::nanoTime)
              .await()
              .getFirst()
              .lost()
          == 0;
    } catch (Exception e) {
      throw new AssertionError(address, e);
    }
  }
}
