package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.Port;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The devices together, as a host uses them: TCP with default offloads from a machine's veth into
 * datagrams and back, without a line of the data plane.
 */
class TunnelTest {
  private static final int TUNNEL_BYTES = 8;
  private static final int SLOTS = 64;

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private Namespaces namespaces;

  @BeforeEach
  void makeNamespaces() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
  }

  @AfterEach
  void removeNamespaces() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SOCKETS", "TAP"})
  void shouldCarryTcpBetweenMachinesOfTwoHosts(UdpUnderlayConfig.Way way) {
    String near = namespaces.add();
    String far = namespaces.add();
    String client = namespaces.add();
    String server = namespaces.add();
    namespaces.join(near, "eth0", far, "eth0");
    namespaces.ip(near, "link set eth0 mtu 1600");
    namespaces.ip(far, "link set eth0 mtu 1600");
    namespaces.ip(near, "addr add 10.77.0.1/24 dev eth0");
    namespaces.ip(far, "addr add 10.77.0.2/24 dev eth0");
    namespaces.join(near, "p0", client, "eth0");
    namespaces.join(far, "p0", server, "eth0");
    namespaces.ip(client, "addr add 10.9.0.1/24 dev eth0");
    namespaces.ip(server, "addr add 10.9.0.2/24 dev eth0");
    try (TunnelEnd one = new TunnelEnd(near, "10.77.0.1", "10.77.0.2", way);
        TunnelEnd other = new TunnelEnd(far, "10.77.0.2", "10.77.0.1", way);
        TcpTransfer transfer = new TcpTransfer(client, server, "10.9.0.2")) {
      assertThat(transfer.run(100 << 20)).as("same content").isTrue();
      assertThat(one.superFrames).isGreaterThan(0);
      if (way == UdpUnderlayConfig.Way.TAP) {
        assertThat(one.underlay.way()).isEqualTo("tap vd-ul0 to eth0");
        assertThat(other.superFramesReceived).isGreaterThan(0);
      }
      assertThat(one.unsent + other.unsent).isZero();
      assertThat(errors.snapshot()).isEmpty();
    }
  }

  /** One host: a thread that carries frames from its port to the other host and back. */
  private final class TunnelEnd implements AutoCloseable {
    private final EpollReadiness readiness = new EpollReadiness();
    private final MappedMemory memory = new MappedMemory((long) SLOTS * Frame.SLOT_BYTES);
    private final ReceiveBatch received = new ReceiveBatch(memory.segment(), SLOTS);
    private final SendBatch toPort = new SendBatch(SLOTS);
    private final DatagramBatch toUnderlay = new DatagramBatch(SLOTS);
    private final FlowKey key = new FlowKey();
    private final Endpoint remote;
    private final Port port;
    private final UdpUnderlay underlay;
    private final Thread thread;
    private volatile long superFrames;
    private volatile long superFramesReceived;
    private volatile long unsent;
    private volatile boolean stopped;

    TunnelEnd(String namespace, String local, String remote, UdpUnderlayConfig.Way way) {
      this.remote = new Endpoint(IpAddress.parse(remote), 4789);
      UdpUnderlayConfig config =
          UdpUnderlayConfig.of(new Endpoint(IpAddress.parse(local), 4789)).withWay(way);
      port = Namespaces.in(namespace, () -> new PacketPort("p0", errors));
      underlay = Namespaces.in(namespace, () -> new UdpUnderlay(config, errors));
      readiness.add(port, 0);
      readiness.add(underlay, 1);
      thread = new Thread(this::work, "tunnel end " + local);
      thread.start();
    }

    private void work() {
      int[] tokens = new int[2];
      for (int cycle = 0; !stopped; cycle++) {
        int count = readiness.await(tokens, 10_000_000);
        if (count == 0 || cycle % 64 == 0) {
          underlay.attend();
        }
        for (int i = 0; i < count; i++) {
          if (tokens[i] == 0) {
            encapsulate();
          } else {
            decapsulate();
          }
        }
      }
    }

    private void encapsulate() {
      int count = port.receive(received);
      toUnderlay.clear();
      for (int i = 0; i < count; i++) {
        Frame frame = received.frame(i);
        superFrames += frame.offload().isSuperFrame() ? 1 : 0;
        key.parse(frame.memory(), frame.start(), frame.lengthBytes());
        toUnderlay.add(frame, TUNNEL_BYTES, remote, key.hash());
      }
      underlay.send(toUnderlay);
      for (int i = 0; i < count; i++) {
        unsent += toUnderlay.result(i) == SendResult.SENT ? 0 : 1;
      }
    }

    private void decapsulate() {
      for (Frame frame : Datagrams.of(received, underlay.receive(received))) {
        frame.strip(TUNNEL_BYTES);
        superFramesReceived += frame.offload().isSuperFrame() ? 1 : 0;
        toPort.clear();
        toPort.add(frame);
        port.send(toPort);
        unsent += toPort.result(0) == SendResult.SENT ? 0 : 1;
      }
    }

    @Override
    public String toString() {
      return "%d super-frames, %d unsent, %d+%d lost"
          .formatted(superFrames, unsent, port.lostInKernel(), underlay.lostInKernel());
    }

    @Override
    public void close() {
      stopped = true;
      readiness.wake();
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      port.close();
      underlay.close();
      readiness.close();
      memory.close();
    }
  }
}
