package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.viaduct.io.Door;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;
import net.viaduct.wire.ip.UdpHeader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes by a tap, whatever its bytes are. */
class TapLegReceiverTest {
  private static final int PORT = 4789;
  private static final int PAYLOAD_BYTES = 200;
  private static final int ROUNDS = 300_000;
  private static final int NONE = -1; // no descriptor: nothing is read here

  private final Frame frame = Frames.empty();

  /** Where the tap's header is. */
  private long header() {
    return frame.start() - TunnelVirtioHeader.SIZE_BYTES;
  }

  private void write(IpAddress local) {
    frame.reset();
    MemorySegment s = frame.memory();
    long ip = frame.start() + EthernetHeader.SIZE_BYTES;
    int ipBytes = local.isIpv4() ? Ipv4Header.MIN_SIZE_BYTES : Ipv6Header.SIZE_BYTES;
    int udpBytes = UdpHeader.SIZE_BYTES + PAYLOAD_BYTES;
    frame.lengthBytes(EthernetHeader.SIZE_BYTES + ipBytes + udpBytes);
    TunnelVirtioHeader.clear(s, header());
    if (local.isIpv4()) {
      EthernetHeader.write(s, frame.start(), 2, 4, EtherType.IPV4);
      Ipv4Header.begin(s, ip, ipBytes, ipBytes + udpBytes);
      Ipv4Header.protocol(s, ip, IpProtocol.UDP);
      Ipv4Header.source(s, ip, 0x0a4d_0002);
      Ipv4Header.destination(s, ip, local.ipv4Bits());
      Ipv4Header.writeChecksum(s, ip);
    } else {
      EthernetHeader.write(s, frame.start(), 2, 4, EtherType.IPV6);
      Ipv6Header.begin(s, ip, IpProtocol.UDP, udpBytes);
      Ipv6Header.source(s, ip, local.high(), 2);
      Ipv6Header.destination(s, ip, local.high(), local.low());
    }
    UdpHeader.write(s, ip + ipBytes, 50_000, PORT, udpBytes);
    UdpHeader.checksum(s, ip + ipBytes, 1); // to be finished, says the tap's header
    int start = EthernetHeader.SIZE_BYTES + ipBytes;
    TunnelVirtioHeader.checksum(s, header(), start, UdpHeader.CHECKSUM_OFFSET);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.77.0.1", "fd77::1"})
  @Tag("R13")
  void shouldTakeNothingThatIsNotThere(String address) {
    IpAddress local = IpAddress.parse(address);
    TapLegReceiver receiver = new TapLegReceiver(NONE, local, List.of());
    receiver.listen(Set.of(Door.udp(PORT)));
    write(local);
    assertThat(receiver.accept(frame, header())).isTrue();
    assertThat(frame.lengthBytes()).isEqualTo(PAYLOAD_BYTES);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int taken = 0;
    for (int round = 0; round < ROUNDS; round++) {
      write(local);
      damage(random);
      if (receiver.accept(frame, header())) {
        taken++;
        assertThat(isWithin()).as("seed %d, round %d", seed, round).isTrue();
      }
    }
    assertThat(taken).as("seed %d", seed).isBetween(ROUNDS / 100, ROUNDS - ROUNDS / 100);
  }

  /** Headers are damaged more than payloads; half of the time the tap's own header is too. */
  private void damage(Random random) {
    long from = random.nextBoolean() ? header() : frame.start();
    int bytes = (int) (frame.start() - from) + (random.nextInt(4) == 0 ? PAYLOAD_BYTES : 62);
    for (int i = random.nextInt(3); i >= 0; i--) {
      frame
          .memory()
          .set(ValueLayout.JAVA_BYTE, from + random.nextInt(bytes), (byte) random.nextInt());
    }
    if (random.nextInt(4) == 0) {
      frame.lengthBytes(random.nextInt(frame.lengthBytes() + 1));
    }
  }

  private boolean isWithin() {
    Offload offload = frame.offload();
    int end = frame.lengthBytes();
    boolean partialWithin =
        !offload.isChecksumPartial()
            || (offload.checksumStart() >= EthernetHeader.SIZE_BYTES
                && offload.checksumStart() + offload.checksumOffset() + 2 <= end);
    boolean superWithin = !offload.isSuperFrame() || offload.segmentBytes() > 0;
    return end <= PAYLOAD_BYTES
        && frame.localPort() == PORT
        && frame.datagramBytes() <= end
        && partialWithin
        && superWithin;
  }
}
