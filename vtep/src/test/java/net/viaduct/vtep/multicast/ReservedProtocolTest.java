package net.viaduct.vtep.multicast;

import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.ReservedProtocol;
import net.viaduct.wire.EthernetHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is between neighbouring bridges, and whether a network carries it. */
@Tag("R66")
class ReservedProtocolTest {
  private static final int BLUE = 100;
  private static final byte[] STP = reserved(0x00, 38);
  private static final byte[] PROVIDER_STP = reserved(0x08, 38);
  private static final byte[] LACP = reserved(0x02, 0x8809);
  private static final byte[] LLDP = reserved(0x0e, 0x88cc);
  private static final byte[] PAUSE = reserved(0x01, 0x8808);

  private final MemoryRig rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT));

  @AfterEach
  void close() {
    rig.close();
  }

  private static byte[] reserved(int lastOctet, int etherType) {
    byte[] frame = Frames.frame(0x0180_c200_0000L | lastOctet, mac(1));
    EthernetHeader.etherType(MemorySegment.ofArray(frame), 0, etherType);
    return frame;
  }

  /** Whether the network hands a frame from one port to another. */
  private boolean carries(Set<ReservedProtocol> carried, byte[] frame) {
    NetworkSettings settings =
        NetworkSettings.DEFAULT.with(MulticastSettings.DEFAULT.carrying(carried));
    rig.await(
        rig.control(0)
            .addNetwork(new NetworkConfig(BLUE, "blue", FloodList.NOBODY).with(settings)));
    Machine a = rig.machine(0, BLUE, "a");
    Machine b = rig.machine(0, BLUE, "b");
    a.send(frame);
    rig.settle();
    boolean received = b.receive() != null;
    rig.await(rig.control(0).detachPort("a"));
    rig.await(rig.control(0).detachPort("b"));
    rig.await(rig.control(0).removeNetwork(BLUE));
    return received;
  }

  @ParameterizedTest
  @EnumSource
  void shouldCarryOneProtocolAloneWhenItIsNamed(ReservedProtocol protocol) {
    Set<ReservedProtocol> named = Set.of(protocol);
    assertThat(carries(named, STP)).isEqualTo(protocol == ReservedProtocol.STP);
    assertThat(carries(named, PROVIDER_STP)).isEqualTo(protocol == ReservedProtocol.STP);
    assertThat(carries(named, LACP)).isEqualTo(protocol == ReservedProtocol.LACP);
    assertThat(carries(named, LLDP)).isEqualTo(protocol == ReservedProtocol.LLDP);
    assertThat(carries(named, PAUSE)).isFalse();
  }

  @Test
  void shouldCarryNothingWhenNothingIsNamed() {
    for (byte[] frame : new byte[][] {STP, PROVIDER_STP, LACP, LLDP, PAUSE}) {
      assertThat(carries(Set.of(), frame)).isFalse();
    }
    assertThat(rig.view(0).drops().get(DropReason.RESERVED_GROUP_ADDRESS)).isEqualTo(5);
  }
}
