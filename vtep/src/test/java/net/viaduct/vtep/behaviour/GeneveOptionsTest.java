package net.viaduct.vtep.behaviour;

import static net.viaduct.vtep.behaviour.Frames.broadcast;

import java.util.Arrays;
import java.util.HexFormat;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of Geneve datagrams with options, of which we know none. */
class GeneveOptionsTest extends BehaviourOnRig {
  private static final Tunnel GENEVE = new Tunnel(EncapsulationType.GENEVE, Tunnel.Over.IPV4);

  @Override
  protected Rig openRig() {
    return new MemoryRig(GENEVE);
  }

  /** A datagram with options behind the header; the header says how many and the flags. */
  private byte[] withOptions(String options, int flags, int optionsWords, byte[] frame) {
    byte[] header = Arrays.copyOf(wrapped(BLUE, frame), TunnelBytes.HEADER_BYTES);
    header[0] = (byte) optionsWords;
    header[1] = (byte) flags;
    byte[] behind = HexFormat.of().parseHex(options);
    byte[] datagram = Arrays.copyOf(header, header.length + behind.length + frame.length);
    System.arraycopy(behind, 0, datagram, header.length, behind.length);
    System.arraycopy(frame, 0, datagram, header.length + behind.length, frame.length);
    return datagram;
  }

  private Machine receiver(byte[] datagram) {
    networkByGroup(BLUE, 0);
    ForeignHost foreign = rig.foreignHost();
    Machine a = rig.machine(0, BLUE, "a");
    foreign.send(reach(0, foreign), datagram);
    rig.settle();
    return a;
  }

  @ParameterizedTest
  @CsvSource({
    "01020000, 1", // one without data
    "01020301aabbccdd, 2",
    "01020301aabbccdd0103010000020000, 4" // three of them
  })
  @DisplayName("R20: options that nobody must know are skipped, and the frame arrives")
  void shouldSkipOptionsThatNobodyMustKnow(String options, int words) {
    expect(receiver(withOptions(options, 0, words, broadcast(B))), broadcast(B));
  }

  @ParameterizedTest
  @CsvSource({
    "01020000, 0x40, 1, INVALID_TUNNEL_HEADER", // C without a critical option
    "01028000, 0x00, 1, INVALID_TUNNEL_HEADER", // a critical option without C
    "01028000, 0x40, 1, UNKNOWN_CRITICAL_OPTION",
    "0102000001038001aabbccdd, 0x40, 3, UNKNOWN_CRITICAL_OPTION",
    "0102001f, 0x00, 1, INVALID_TUNNEL_HEADER", // longer than all options
    "0102030001030001, 0x00, 2, INVALID_TUNNEL_HEADER", // the second one overlaps the frame
    "'', 0x00, 63, INVALID_TUNNEL_HEADER", // more options than datagram
    "'', 0x80, 0, CONTROL_DATAGRAM"
  })
  @DisplayName("R19, R20, R21: broken and critical options, and what is for control, are drops")
  void shouldDropWhatItMustNotSkip(String options, int flags, int words, DropReason reason) {
    Machine a = receiver(withOptions(options, flags, words, broadcast(B)));
    expect(a);
    expectDrops(0, reason, 1);
  }

  @Test
  @DisplayName("R18: reserved bits are ignored, and what follows must be Ethernet")
  void shouldDropWhatIsNotEthernet() {
    byte[] datagram = wrapped(BLUE, broadcast(B));
    datagram[2] = 0x08;
    datagram[3] = 0;
    expect(receiver(datagram));
    expectDrops(0, DropReason.UNKNOWN_INNER_PROTOCOL, 1);
  }
}
