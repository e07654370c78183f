package net.viaduct.vtep.neighbour;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.settings.NeighbourSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.dhcp.DhcpMessage;
import net.viaduct.wire.ip.UdpHeader;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Addresses that a DHCP server gave and that were given back. Machine a is the client, at host 0;
 * the server, and c who asks for the client's address, are at host 1.
 */
@Tag("R52")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class DhcpTest {
  private static final int BLUE = 100;
  private static final long A = mac(1);
  private static final long SERVER = mac(2);
  private static final long C = mac(3);
  private static final int IP_A = 0x0a00_000a;
  private static final int IP_C = 0x0a00_000c;
  private static final int MESSAGE = Frames.TRANSPORT_OFFSET + UdpHeader.SIZE_BYTES;
  private static final int OPTIONS = MESSAGE + DhcpMessage.HEADER_SIZE_BYTES;

  private final MemoryRig rig;
  private Machine a;
  private Machine server;
  private Machine c;

  DhcpTest(int threads) {
    rig = new MemoryRig(2, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
  }

  @BeforeEach
  void open() {
    for (int host = 0; host < 2; host++) {
      FloodList other = new FloodList.Remotes(List.of(rig.endpoint(1 - host)));
      NetworkSettings settings =
          NetworkSettings.DEFAULT.with(NeighbourSettings.DEFAULT.suppressing(true));
      rig.await(
          rig.control(host).addNetwork(new NetworkConfig(BLUE, "blue", other, Set.of(), settings)));
    }
    a = rig.machine(0, BLUE, "a");
    server = rig.machine(1, BLUE, "server");
    c = rig.machine(1, BLUE, "c");
    send(a, broadcast(A));
    send(c, broadcast(C));
    forget();
  }

  @AfterEach
  void close() {
    Conservation.check(rig.view(0));
    Conservation.check(rig.view(1));
    rig.close();
  }

  private void send(Machine from, byte[] frame) {
    from.send(frame);
    rig.settle();
  }

  private void forget() {
    for (Machine machine : List.of(a, server, c)) {
      while (machine.receive() != null) {
        continue;
      }
    }
  }

  /** A message of this type about the client a; without a lease time if that is 0. */
  private static byte[] message(long from, long to, int type, int leaseSeconds) {
    boolean fromServer = type == DhcpMessage.ACKNOWLEDGMENT;
    int port = fromServer ? DhcpMessage.SERVER_PORT : DhcpMessage.CLIENT_PORT;
    byte[] frame = Frames.udp(to, from, port, DhcpMessage.HEADER_SIZE_BYTES + 10);
    MemorySegment s = MemorySegment.ofArray(frame);
    s.asSlice(MESSAGE).fill((byte) 0);
    UdpHeader.checksum(s, Frames.TRANSPORT_OFFSET, 0); // there is none
    NetworkOrder.i32(
        s, MESSAGE, (fromServer ? DhcpMessage.REPLY : DhcpMessage.REQUEST) << 24 | 0x1_0600);
    NetworkOrder.i32(s, MESSAGE + (fromServer ? 16 : 12), IP_A);
    NetworkOrder.u48(s, MESSAGE + 28, A);
    NetworkOrder.i32(s, MESSAGE + 236, 0x6382_5363);
    NetworkOrder.i32(s, OPTIONS, 0x3501_0000 | type << 8 | (leaseSeconds == 0 ? 255 : 51));
    NetworkOrder.i32(s, OPTIONS + 4, 4 << 24 | leaseSeconds >>> 8);
    NetworkOrder.u16(s, OPTIONS + 8, (leaseSeconds & 0xff) << 8 | 255);
    return frame;
  }

  /** Whether c is answered by its own host when it asks who has the client's address. */
  private boolean isAnswered() {
    forget();
    byte[] question = new byte[ArpFrame.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(question);
    ArpFrame.announcement(s, 0, C, IP_C);
    ArpPacket.target(s, EthernetHeader.SIZE_BYTES, 0, IP_A);
    send(c, question);
    byte[] answer = c.receive();
    boolean asked = a.receive() != null;
    assertThat(asked).as("the client is asked if nobody answers for it").isEqualTo(answer == null);
    if (answer != null) {
      MemorySegment r = MemorySegment.ofArray(answer);
      assertThat(ArpPacket.senderMac(r, EthernetHeader.SIZE_BYTES)).isEqualTo(A);
      assertThat(ArpPacket.senderIp(r, EthernetHeader.SIZE_BYTES)).isEqualTo(IP_A);
    }
    return answer != null;
  }

  @Test
  @DisplayName("An address is known from the server's word, and no more when it is given back")
  void shouldAnswerFromAcknowledgmentUntilRelease() {
    assertThat(isAnswered()).as("nobody has said anything").isFalse();
    send(server, message(SERVER, A, DhcpMessage.ACKNOWLEDGMENT, 3600));
    assertThat(isAnswered()).isTrue();
    send(a, message(A, SERVER, DhcpMessage.RELEASE, 0));
    assertThat(isAnswered()).isFalse();
  }

  @Test
  void shouldNotBelieveAcknowledgmentThatGivesNoLease() {
    send(server, message(SERVER, A, DhcpMessage.ACKNOWLEDGMENT, 0));
    assertThat(isAnswered()).isFalse();
  }

  @Test
  void shouldNotLetSomebodyElseGiveAnAddressBack() {
    send(server, message(SERVER, A, DhcpMessage.ACKNOWLEDGMENT, 3600));
    send(c, message(C, SERVER, DhcpMessage.RELEASE, 0));
    assertThat(isAnswered()).isTrue();
  }
}
