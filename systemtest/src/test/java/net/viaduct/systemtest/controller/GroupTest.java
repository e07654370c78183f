package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.systemtest.NumberedDatagrams;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hosts with a machine each; the port of the first is in a group of the controller. */
@DisplayName("Port groups of a controller, on its hosts")
class GroupTest {
  private static final int PORT = 9_000;
  private static final int CHANGES = 40;
  private static final long EACH_NS = 1_000_000;
  private static final String LISTENER =
      """
      import socket, sys
      s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
      s.bind(('eth0', 0))
      while True:
          frame = s.recv(2000)
          if frame[12:14] == b'\\x08\\x00' and frame[23] == 17 and frame[36:38] == b'\\x12\\xb5':
              if frame[15] >> 2 == int(sys.argv[1]) and frame[26:30] == bytes([10, 77, 0, 1]):
                  break
      """;

  @TempDir private Path directory;
  private ControlledHosts hosts;
  private ControllerApi api;
  private final List<Machine> machines = new ArrayList<>();

  @BeforeEach
  void build() throws Exception {
    hosts = new ControlledHosts(directory, 2);
    api = hosts.controller().api();
    api.ask("POST", "/networks", "{\"name\":\"blue\",\"vni\":100}");
    api.ask("POST", "/groups", "{\"name\":\"web\",\"sendBitsPerSecond\":8000,\"stations\":4}");
    for (int i = 1; i <= 2; i++) {
      Machine machine = new Machine(hosts.lab(), MachineSpec.numbered(i));
      machines.add(machine);
      machine.attachVeth(hosts.place(i - 1), "vm" + i);
      api.ask(
          "POST",
          "/ports",
          "{\"name\":\"vm%d\",\"network\":\"blue\",\"mac\":\"%s\",\"host\":\"h%d\"}"
              .formatted(i, MacAddress.format(machine.spec().mac()), i));
    }
    for (ViaductHost host : hosts.all()) {
      host.awaitAnswer("/v1/controller", "\"stations\":2");
    }
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private void change(String kind, String name, String fields) throws Exception {
    api.ask("PATCH", "/" + kind + "/" + name, "{" + fields + "}");
  }

  private void awaitOfPort(String regex) throws Exception {
    hosts.host(0).awaitAnswer("/v1/ports", "\"name\":\"vm1\".*" + regex);
  }

  private InetSocketAddress address(int machine) {
    return new InetSocketAddress(machines.get(machine - 1).spec().ipv4().toString(), PORT);
  }

  private CompletableFuture<Void> flood(DatagramChannel from, AtomicBoolean stop) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            while (!stop.get()) {
              from.send(ByteBuffer.allocate(1_000), address(2));
              LockSupport.parkNanos(EACH_NS);
            }
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        },
        Thread::startVirtualThread);
  }

  @Test
  @DisplayName("hold a port back, mark what leaves it, change while it sends, and outlive a start")
  void shouldFollowTheGroupOfAPort() throws Exception {
    assertThat(hosts.host(0).get("/v1/ports")).contains("\"portGroup\":null");
    AtomicBoolean stop = new AtomicBoolean();
    try (DatagramChannel sender = NumberedDatagrams.open(machines.get(0))) {
      CompletableFuture<Void> sending = flood(sender, stop);
      change("ports", "vm1", "\"group\":\"web\"");
      awaitOfPort("\"heldBack\":\"it has sent as much as it may\"");
      awaitOfPort("\"name\":\"controller/web\",\"fromPortBitsPerSecond\":8000,");

      Process listener =
          hosts.place(1).namespace().start(new ProcessBuilder("python3", "-c", LISTENER, "46"));
      change("groups", "web", "\"dscp\":46,\"sendBitsPerSecond\":null");
      awaitOfPort("\"heldBack\":null.*\"tunnelDscp\":46");
      assertThat(listener.waitFor(20, TimeUnit.SECONDS)).as("DSCP 46 in the underlay").isTrue();
      assertThat(listener.exitValue()).isZero();
      stop.set(true);
      sending.get(NumberedDatagrams.PATIENCE_SECONDS, TimeUnit.SECONDS);
    } finally {
      stop.set(true);
    }
    hosts.signal("KILL", 0);
    hosts.controller().kill();
    hosts.restart(0);
    awaitOfPort("\"name\":\"controller/web\",\"fromPortBitsPerSecond\":null,.*\"tunnelDscp\":46");
  }

  @Test
  @DisplayName("change 40 times while a machine sends: nothing is lost or overtaken")
  void shouldLoseNothingWhenGroupsChange() throws Exception {
    change("ports", "vm2", "\"group\":\"web\"");
    change("groups", "web", "\"sendBitsPerSecond\":null");
    hosts.host(1).awaitAnswer("/v1/ports", "controller/web.*\"fromPortBitsPerSecond\":null");
    int missing =
        NumberedDatagrams.missingInOrderWhile(
            machines.get(0), machines.get(1), address(2), this::changeOften);
    // where this machine is busy for long, what waits meanwhile is too old for the queue to a port
    List<String> dropped = missing == 0 ? List.of() : List.of("queue-codel " + missing);
    assertThat(hosts.host(0).drops()).isEmpty();
    assertThat(hosts.host(1).drops()).isEqualTo(dropped);
    for (ViaductHost host : hosts.all()) {
      assertThat(host.log()).doesNotContain("detached");
    }
  }

  /** In turn the sender's port is in the group and in none; each change has come to both hosts. */
  private void changeOften() throws Exception {
    for (int i = 1; i <= CHANGES; i++) {
      boolean isInGroup = i % 2 == 1;
      String dscp = "\"dscp\":" + i;
      String receive = "\"receiveBitsPerSecond\":" + (i % 3 == 0 ? "null" : i + "00000000");
      String send = "\"sendBitsPerSecond\":" + (i % 4 == 0 ? "null" : i + "00000000");
      change("ports", "vm1", "\"group\":" + (isInGroup ? "\"web\"" : "null"));
      change("groups", "web", String.join(",", receive, send, dscp));
      hosts.host(1).awaitAnswer("/v1/ports", "\"tunnelDscp\":" + i + ",");
      awaitOfPort(
          isInGroup
              ? "\"name\":\"controller/web\".*\"tunnelDscp\":" + i + ","
              : "\"portGroup\":null");
    }
  }
}
