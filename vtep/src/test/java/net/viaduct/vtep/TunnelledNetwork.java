package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TunnelPorts;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;

/** Hosts in memory with one network between them, wrapped one way or another; for tests. */
abstract class TunnelledNetwork {
  static final int VNI = 5000;
  static final long A = mac(1);
  static final long B = mac(2);
  static final long C = mac(3);
  static final TunnelPorts PORTS = TunnelPorts.usual(4789);

  final MemoryRig rig = new MemoryRig();
  final List<MemoryDatagram> sent = new ArrayList<>();

  @AfterEach
  void closeAndCheckThatNothingWasLostSilently() {
    try {
      for (int host = 0; host < rig.hosts(); host++) {
        Conservation.check(rig.view(host));
      }
    } finally {
      rig.close();
    }
  }

  IpAddress address(int host) {
    return rig.endpoint(host).address();
  }

  void listenAtAll() {
    Set<Door> doors = EncapsulationType.ALL.stream().map(PORTS::door).collect(Collectors.toSet());
    for (int host = 0; host < rig.hosts(); host++) {
      rig.await(rig.control(host).listen(4789, doors));
    }
    rig.network().observe(sent::add);
  }

  /** The network on all hosts, each flooding to the others, with these settings. */
  void network(EncapsulationSettings... byHost) {
    listenAtAll();
    for (int host = 0; host < rig.hosts(); host++) {
      EncapsulationSettings settings = byHost[Math.min(host, byHost.length - 1)];
      List<Endpoint> others = new ArrayList<>();
      for (int other = 0; other < rig.hosts(); other++) {
        if (other != host) {
          others.add(PORTS.endpoint(address(other), settings.typeFor(address(other))));
        }
      }
      rig.await(
          rig.control(host)
              .addNetwork(
                  new NetworkConfig(
                      VNI,
                      "blue",
                      new FloodList.Remotes(others),
                      Set.of(),
                      NetworkSettings.DEFAULT.with(settings))));
    }
  }

  static EncapsulationSettings by(EncapsulationType type) {
    return EncapsulationSettings.DEFAULT.with(type);
  }

  void send(Machine from, byte[] frame) {
    from.send(frame);
    rig.settle();
  }

  static List<byte[]> received(Machine machine) {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = machine.receive(); frame != null; frame = machine.receive()) {
      frames.add(frame);
    }
    return frames;
  }

  static byte[] headerOf(MemoryDatagram datagram) {
    return Arrays.copyOf(datagram.payload(), 8);
  }
}
