package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.Tunnel;
import net.viaduct.vtep.behaviour.TunnelBytes;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reserved bits of each header, for a host that is strict about them and for one that is not. */
class StrictHeadersTest {
  private static final int VNI = 5000;
  private static final IpAddress SENDER = IpAddress.parse("10.77.0.50");

  /** How many of these datagrams a host passes on to its port. */
  private static int passed(boolean strict, EncapsulationType type, byte[] payload) {
    VtepConfig usual = VtepConfig.DEFAULT;
    Tunnel tunnel = new Tunnel(type, Tunnel.Over.IPV4);
    MemoryRig rig =
        new MemoryRig(
            tunnel, 1, new VtepConfig(usual.ageing(), strict, usual.limits(), Duration.ZERO));
    try {
      rig.await(rig.control(0).listen(Tunnel.PORT, tunnel.doors()));
      NetworkSettings settings =
          NetworkSettings.DEFAULT.with(EncapsulationSettings.DEFAULT.with(type));
      FloodList group = new FloodList.Group(tunnel.at(rig.group(1)));
      rig.await(
          rig.control(0).addNetwork(new NetworkConfig(VNI, "blue", group, Set.of(), settings)));
      MemoryPort port = new MemoryPort("a");
      rig.attach(0, VNI, port);
      Endpoint from = tunnel.at(SENDER);
      rig.network().carry(new MemoryDatagram(from, tunnel.at(rig.address(0, false)), payload));
      rig.settle();
      Conservation.check(rig.view(0));
      int passed = port.takeAll().size();
      assertThat(rig.view(0).drops().get(DropReason.RESERVED_BITS_SET)).isEqualTo(1 - passed);
      return passed;
    } finally {
      rig.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  @DisplayName("R2, R18, R23, R24: reserved bits are a drop when strict, and else ignored")
  void shouldDropReservedBitsOfEachHeaderOnlyWhenStrict(EncapsulationType type) {
    byte[] plain = TunnelBytes.wrap(type, VNI, broadcast(mac(1)));
    byte[] reserved = TunnelBytes.withReservedBits(type, plain);
    assertThat(passed(true, type, plain)).isEqualTo(1);
    assertThat(passed(true, type, reserved)).isZero();
    assertThat(passed(false, type, reserved)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"VXLAN", "VXLAN_GBP"})
  @DisplayName("R2, R25: a group is a reserved bit where the network has no groups")
  void shouldTakeGroupsOnlyWhereTheNetworkHasThem(EncapsulationType type) {
    byte[] grouped = TunnelBytes.wrap(type, VNI, broadcast(mac(1)));
    grouped[0] |= (byte) 0x80;
    grouped[3] = 77;
    assertThat(passed(true, type, grouped)).isEqualTo(type == EncapsulationType.VXLAN ? 0 : 1);
    assertThat(passed(false, type, grouped)).isEqualTo(1);
  }
}
