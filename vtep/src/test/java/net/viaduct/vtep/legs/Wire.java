package net.viaduct.vtep.legs;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.behaviour.MemoryRig;

/**
 * A wire in memory to which hosts and machines are attached: whatever one sends, all others get, as
 * with a switch that knows nobody. Owned by the test's thread.
 */
final class Wire {
  private static final int MOST_ROUNDS = 100;

  private final MemoryRig rig;
  private final Map<String, MemoryPort> legs = new LinkedHashMap<>();
  private final Map<String, List<byte[]>> machines = new LinkedHashMap<>();
  private final ArrayDeque<Sent> sent = new ArrayDeque<>();

  private record Sent(String from, byte[] frame) {}

  Wire(MemoryRig rig) {
    this.rig = rig;
  }

  /** A host's port, which is the wire. */
  void leg(String name, MemoryPort port) {
    legs.put(name, port);
  }

  /** A host's cable is pulled. */
  void cut(String name) {
    legs.remove(name);
  }

  void plug(String machine) {
    machines.put(machine, new ArrayList<>());
  }

  void unplug(String machine) {
    machines.remove(machine);
  }

  /** A machine on the wire sends, and all is carried until nobody sends any more. */
  void send(String machine, byte[] frame) {
    sent.add(new Sent(machine, frame));
    settle();
  }

  /** Carries what hosts put on the wire until nobody sends any more. */
  void settle() {
    for (int round = 0; round < MOST_ROUNDS; round++) {
      rig.settle();
      legs.forEach((name, port) -> {
        for (MemoryFrame frame = port.take(); frame != null; frame = port.take()) {
          sent.add(new Sent(name, frame.bytes()));
        }
      });
      if (sent.isEmpty()) {
        return;
      }
      while (!sent.isEmpty()) {
        carry(sent.remove());
      }
    }
    throw new AssertionError("frames go round and round");
  }

  private void carry(Sent one) {
    legs.forEach((name, port) -> {
      if (!name.equals(one.from())) {
        port.inject(one.frame());
      }
    });
    machines.forEach((name, received) -> {
      if (!name.equals(one.from())) {
        received.add(one.frame());
      }
    });
  }

  /** What a machine on the wire got since this was asked last. */
  List<byte[]> received(String machine) {
    return machines.replace(machine, new ArrayList<>());
  }
}
