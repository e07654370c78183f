package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.encapsulation.DscpMode;
import net.viaduct.vtep.encapsulation.EcnMode;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.wire.tunnel.TunnelEcn;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DSCP and ECN of a frame and of the tunnel packet that carries it. */
class TunnelClassesTest extends TunnelledNetwork {
  @ParameterizedTest
  @EnumSource
  @Tag("R26")
  @Tag("R28")
  @DisplayName("R26, R28: the outer class of each inner one, in each mode")
  void shouldTellTheOuterClassOfEachInnerOne(EncapsulationType type) {
    for (EcnMode ecn : EcnMode.values()) {
      for (DscpMode dscp : DscpMode.values()) {
        TunnelClassesTest each = new TunnelClassesTest();
        each.expectOuterClasses(by(type).with(new TrafficClassPolicy(ecn, dscp, 46)), ecn, dscp);
        each.closeAndCheckThatNothingWasLostSilently();
      }
    }
  }

  private void expectOuterClasses(EncapsulationSettings settings, EcnMode ecn, DscpMode dscp) {
    network(settings);
    Machine a = rig.machine(0, VNI, "a");
    Machine b = rig.machine(1, VNI, "b");
    for (int inner = 0; inner < 256; inner++) {
      byte[] frame = Frames.withTrafficClass(Frames.udp(B, A, 1, 20), inner);
      sent.clear();
      send(a, frame);
      int expected =
          (dscp == DscpMode.UNIFORM ? inner & 0xfc : 46 << 2)
              | (ecn == EcnMode.NORMAL ? inner & 3 : 0);
      assertThat(sent).isNotEmpty().allMatch(datagram -> datagram.trafficClass() == expected);
      assertThat(received(b)).as("what arrives is what was sent").containsExactly(frame);
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("R27")
  @Tag("R28")
  @DisplayName("R27: each inner and outer class together, on each encapsulation")
  void shouldCombineEachInnerClassWithEachOuterOne(EncapsulationType type) {
    for (DscpMode dscp : DscpMode.values()) {
      TunnelClassesTest each = new TunnelClassesTest();
      each.expectInnerClasses(type, dscp);
      each.closeAndCheckThatNothingWasLostSilently();
    }
  }

  private void expectInnerClasses(EncapsulationType type, DscpMode dscp) {
    network(by(type).with(new TrafficClassPolicy(EcnMode.NORMAL, dscp, 0)));
    Machine a = rig.machine(0, VNI, "a");
    Machine b = rig.machine(1, VNI, "b");
    send(a, broadcast(A));
    sent.clear();
    send(b, Frames.udp(A, B, 1, 20));
    byte[] header = headerOf(sent.getFirst());
    received(a);
    long dropped = 0;
    long unexpected = 0;
    for (int inner = 0; inner < 256; inner += 3) {
      for (int outer = 0; outer < 256; outer += 3) {
        byte[] frame = Frames.withTrafficClass(Frames.udp(A, B, 1, 20), inner);
        byte[] payload = Arrays.copyOf(header, header.length + frame.length);
        System.arraycopy(frame, 0, payload, header.length, frame.length);
        Endpoint from = PORTS.endpoint(address(1), type);
        Endpoint to = PORTS.endpoint(address(0), type);
        rig.network().carry(new MemoryDatagram(from, to, payload, outer, true));
        rig.settle();
        int ecn = TunnelEcn.combine(inner & 3, outer & 3);
        unexpected += TunnelEcn.isUnexpected(inner & 3, outer & 3) ? 1 : 0;
        if (ecn == TunnelEcn.DROP) {
          dropped++;
          assertThat(received(a)).isEmpty();
        } else {
          int expected = (dscp == DscpMode.UNIFORM ? outer : inner) & 0xfc | ecn;
          assertThat(received(a)).containsExactly(Frames.withTrafficClass(frame, expected));
        }
      }
    }
    assertThat(rig.view(0).drops().get(DropReason.CONGESTION_NOT_UNDERSTOOD)).isEqualTo(dropped);
    assertThat(rig.view(0).counters().values().get("ingress-unexpected-ecn")).isEqualTo(unexpected);
  }

  @Test
  @Tag("R28")
  @DisplayName("R28: the class that serves a frame never depends on bits of ECN")
  void shouldServeByDscpAlone() {
    for (DscpMode dscp : DscpMode.values()) {
      TrafficClassPolicy policy = new TrafficClassPolicy(EcnMode.NORMAL, dscp, 0);
      for (int inner = 0; inner < 256; inner++) {
        for (int outer = 0; outer < 256; outer++) {
          int expected = (dscp == DscpMode.SHORT_PIPE ? inner : outer) >> 2;
          assertThat(policy.served(inner, outer)).isEqualTo(expected);
        }
      }
    }
  }
}
