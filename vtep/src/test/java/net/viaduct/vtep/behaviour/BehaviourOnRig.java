package net.viaduct.vtep.behaviour;

import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PathSettings;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What the parts of the behaviour suite share: a fresh {@link Rig} for each test, and its check.
 */
abstract class BehaviourOnRig {
  /** The VNI of most tests. */
  protected static final int BLUE = 5000;

  /** Another VNI. */
  protected static final int RED = 6000;

  /** The first station. */
  protected static final long A = mac(1);

  /** The second station. */
  protected static final long B = mac(2);

  /** The third station. */
  protected static final long C = mac(3);

  /** A kernel that is busy takes its time to carry what was sent. */
  protected static final int MOST_SETTLES = 1000;

  /** What is tested on. */
  protected Rig rig;

  BehaviourOnRig() {}

  /** A fresh rig. */
  protected abstract Rig openRig();

  @BeforeEach
  void open() {
    rig = openRig();
    for (int host = 0; host < rig.hosts(); host++) {
      rig.await(rig.control(host).listen(Tunnel.PORT, rig.tunnel().doors()));
    }
  }

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

  /** A network as the rig's hosts speak, without probes of the path: tests count what is sent. */
  protected final NetworkConfig network(int vni, FloodList flood) {
    return new NetworkConfig(vni, "n" + vni, flood, Set.of(), settings());
  }

  /** The settings of such a network. */
  protected final NetworkSettings settings() {
    return NetworkSettings.DEFAULT
        .with(EncapsulationSettings.DEFAULT.with(rig.tunnel().type()))
        .with(new PathSettings(false, true, true, OptionalInt.empty()));
  }

  /** Where a host is reached by another. */
  protected final Endpoint reach(int host, int by) {
    return rig.tunnel().at(rig.address(host, rig.tunnel().isIpv6Between(host, by)));
  }

  /** Where a host is reached by who is not one of the rig. */
  protected final Endpoint reach(int host, ForeignHost by) {
    return rig.tunnel().at(rig.address(host, !by.endpoint().address().isIpv4()));
  }

  /** Where a host is that was heard by a group. */
  protected final IpAddress heardBy(int group, int host) {
    return rig.address(host, rig.tunnel().isIpv6Group(group));
  }

  /** A frame as the rig's hosts wrap it. */
  protected final byte[] wrapped(int vni, byte[] frame) {
    return TunnelBytes.wrap(rig.tunnel().type(), vni, frame);
  }

  /** The network on all hosts, flooding to a group. */
  protected final void networkByGroup(int vni, int group) {
    for (int host = 0; host < rig.hosts(); host++) {
      FloodList flood = new FloodList.Group(rig.tunnel().at(rig.group(group)));
      rig.await(rig.control(host).addNetwork(network(vni, flood)));
    }
  }

  /** The network on all hosts, each flooding to all others. */
  protected final void networkByRemotes(int vni) {
    for (int host = 0; host < rig.hosts(); host++) {
      rig.await(rig.control(host).addNetwork(network(vni, othersOf(host))));
    }
  }

  /** All hosts but one. */
  protected final FloodList othersOf(int host) {
    List<Endpoint> others = new ArrayList<>();
    for (int other = 0; other < rig.hosts(); other++) {
      if (other != host) {
        others.add(reach(other, host));
      }
    }
    return new FloodList.Remotes(others);
  }

  /** A machine sends, and everybody gets what is for him. */
  protected final void send(Machine from, byte[] frame) {
    from.send(frame);
    rig.settle();
  }

  /** All that a machine got since it was asked last. */
  protected static List<byte[]> received(Machine machine) {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = machine.receive(); frame != null; frame = machine.receive()) {
      frames.add(frame);
    }
    return frames;
  }

  /** A machine got exactly this since it was asked last; what is under way is waited for. */
  protected final void expect(Machine machine, byte[]... frames) {
    List<byte[]> received = received(machine);
    for (int i = 0; received.size() < frames.length && i < MOST_SETTLES; i++) {
      rig.settle();
      received.addAll(received(machine));
    }
    assertThat(received).as("received by %s", machine.port()).containsExactly(frames);
  }

  /** The same for many. */
  protected final void expect(Machine machine, List<byte[]> frames) {
    expect(machine, frames.toArray(byte[][]::new));
  }

  /** A host dropped so many frames for a reason; what is under way is waited for. */
  protected final void expectDrops(int host, DropReason reason, long count) {
    for (int i = 0; drops(host, reason) < count && i < MOST_SETTLES; i++) {
      rig.settle();
    }
    assertThat(drops(host, reason)).as("%s at host %d", reason.label(), host).isEqualTo(count);
  }

  /** How many frames a host dropped for a reason. */
  private long drops(int host, DropReason reason) {
    return rig.view(host).drops().get(reason);
  }

  /** A counter of a host as a whole. */
  protected final long counter(int host, String name) {
    return rig.view(host).counters().values().get(name);
  }
}
