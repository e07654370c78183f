package net.viaduct.vtep.waiting;

import static net.viaduct.vtep.behaviour.Frames.mac;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.TestQueues;
import net.viaduct.vtep.behaviour.Tunnel;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PathSettings;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A host in memory and in virtual time, with a queue on its way to the underlay; for tests. */
abstract class QueuedHost {
  static final int BLUE = 100;
  static final long FAR = mac(99);
  static final int VXLAN_BYTES = 8;
  static final int PORT_AT = Frames.TRANSPORT_OFFSET;
  static final int SEQUENCE_AT = Frames.TRANSPORT_OFFSET + 8;

  final MemoryRig rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));
  MemoryUnderlay far;
  MemoryPort a;

  @BeforeEach
  void open() {
    far = rig.network().open(List.of(IpAddress.parse("10.77.0.50")), Tunnel.PORT);
    far.mtuBytes(9000);
    far.queueDatagrams(100_000);
    network(BLUE);
    a = port(BLUE, "a");
  }

  @AfterEach
  void closeAndCheckThatNothingWasLostSilently() {
    try {
      Conservation.check(rig.view(0));
    } finally {
      rig.close();
    }
  }

  void network(int vni) {
    FloodList flood = new FloodList.Remotes(List.of(far.local()));
    NetworkSettings withoutProbes =
        NetworkSettings.DEFAULT.with(new PathSettings(false, true, true, OptionalInt.empty()));
    rig.await(
        rig.control(0)
            .addNetwork(new NetworkConfig(vni, "n" + vni, flood, Set.of(), withoutProbes)));
  }

  MemoryPort port(int vni, String name) {
    MemoryPort port = new MemoryPort(name);
    port.queueFrames(100_000);
    rig.attach(0, vni, port);
    return port;
  }

  void queue(QueueSettings settings) {
    rig.await(rig.control(0).changeUnderlayQueue(Optional.of(settings)));
  }

  void queue(long bitsPerSecond, QueueConfig queue) {
    queue(TestQueues.limited(bitsPerSecond, 1, queue));
  }

  List<MemoryDatagram> taken() {
    List<MemoryDatagram> all = new ArrayList<>();
    for (MemoryDatagram next = far.take(); next != null; next = far.take()) {
      all.add(next);
    }
    return all;
  }

  /** The inner frames that left since the last call, each in its datagram. */
  List<byte[]> sent() {
    List<byte[]> frames = new ArrayList<>();
    for (MemoryDatagram datagram : taken()) {
      byte[] payload = datagram.payload();
      byte[] frame = new byte[payload.length - VXLAN_BYTES];
      System.arraycopy(payload, VXLAN_BYTES, frame, 0, frame.length);
      frames.add(frame);
    }
    return frames;
  }

  static byte[] numbered(long source, int flow, int number, int payloadBytes) {
    byte[] frame = Frames.udp(FAR, source, flow, payloadBytes);
    for (int i = 0; i < 4; i++) {
      frame[SEQUENCE_AT + i] = (byte) (number >>> 8 * (3 - i));
    }
    return frame;
  }

  static int flow(byte[] frame) {
    return (frame[PORT_AT] & 0xff) << 8 | (frame[PORT_AT + 1] & 0xff);
  }

  static int number(byte[] frame) {
    int number = 0;
    for (int i = 0; i < 4; i++) {
      number = number << 8 | (frame[SEQUENCE_AT + i] & 0xff);
    }
    return number;
  }

  long counter(String name) {
    return rig.view(0).counters().values().get(name);
  }
}
