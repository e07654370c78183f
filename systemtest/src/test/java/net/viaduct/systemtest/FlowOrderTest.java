package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.util.Arrays;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many flows in turn between two machines, through two hosts, however these wait, and however many
 * threads they forward by.
 */
class FlowOrderTest {
  private static final int FLOWS = 64;
  private static final int ROUNDS = 400;
  private static final int PORT = 5010;
  private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

  /** How long it is silent when nothing more comes. */
  private static final long SILENCE_MS = 1_000;

  private static final long PATIENCE_MS = 20_000;

  @TempDir private Path directory;

  private Lab lab;
  private final Machine[] machines = new Machine[2];

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  private void build(String latency) throws Exception {
    lab = SystemLab.open(directory);
    LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
    for (int i = 0; i < 2; i++) {
      machines[i] = new Machine(lab, MachineSpec.numbered(i + 1));
      IpAddress address = IpAddress.parse("10.77.0." + (i + 1));
      LabHost host = new LabHost(lab, underlay, "h" + (i + 1), address, 24);
      ViaductHost.start(
          lab,
          host,
          "{ address: " + address + " }\nlatency: " + latency,
          """
          blue:
            vni: 100
            flood: { remotes: [10.77.0.%d] }
            ports: [ tap: vm%d ]
          """
              .formatted(2 - i, i + 1));
      machines[i].adoptTap(host, "vm" + (i + 1));
    }
  }

  /** The number of the datagram in its flow, then the flow's; flows have sizes of their own. */
  private static ByteBuffer datagram(ByteBuffer buffer, int flow, int number) {
    return buffer.clear().putInt(0, number).putInt(4, flow).limit(8 + 7 * flow);
  }

  private static DatagramChannel open(Machine machine) throws Exception {
    return machine.namespace().call(DatagramChannel::open);
  }

  private void send(InetSocketAddress to) throws Exception {
    DatagramChannel[] flows = new DatagramChannel[FLOWS];
    try {
      for (int i = 0; i < FLOWS; i++) {
        flows[i] = open(machines[0]).connect(to);
      }
      ByteBuffer buffer = ByteBuffer.allocateDirect(2_048);
      for (int number = 1; number <= ROUNDS; number++) {
        for (int flow = 0; flow < FLOWS; flow++) {
          flows[flow].write(datagram(buffer, flow, number));
        }
      }
    } finally {
      for (DatagramChannel flow : flows) {
        if (flow != null) {
          flow.close();
        }
      }
    }
  }

  /** By flow, how many came; fails if one comes behind a later one of its flow. */
  private static int[] receive(DatagramChannel from) throws IOException {
    int[] counts = new int[FLOWS];
    int[] last = new int[FLOWS];
    ByteBuffer buffer = ByteBuffer.allocateDirect(2_048);
    try (Selector selector = Selector.open()) {
      from.configureBlocking(false).register(selector, SelectionKey.OP_READ);
      long waitMs = PATIENCE_MS;
      while (selector.select(waitMs) > 0) {
        waitMs = SILENCE_MS;
        selector.selectedKeys().clear();
        while (from.receive(buffer.clear()) != null) {
          int flow = buffer.getInt(4);
          assertThat(buffer.getInt(0)).as("flow %d", flow).isGreaterThan(last[flow]);
          last[flow] = buffer.getInt(0);
          counts[flow]++;
        }
      }
    }
    return counts;
  }

  @ParameterizedTest
  @ValueSource(strings = {"low", "balanced", "power", "balanced\nworkers: 2"})
  @Tag("R5")
  void shouldKeepTheOrderWithinEachFlow(String latency) throws Exception {
    build(latency);
    String address = machines[1].ip(false).toString();
    Datagrams.check(
        machines[0].namespace(), machines[1].namespace(), address, new int[] {100, 1400}, 1);
    InetSocketAddress to = new InetSocketAddress(address, PORT);
    try (DatagramChannel receiver = open(machines[1])) {
      receiver.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES).bind(to);
      Thread sender = Thread.ofPlatform().start(() -> sendUnchecked(to));
      int[] counts = receive(receiver);
      sender.join();

      assertThat(Arrays.stream(counts).min().orElse(0)).as("datagrams of each flow").isPositive();
    }
  }

  private void sendUnchecked(InetSocketAddress to) {
    try {
      send(to);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
