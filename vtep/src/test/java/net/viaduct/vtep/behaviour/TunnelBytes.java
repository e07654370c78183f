package net.viaduct.vtep.behaviour;

import java.util.Arrays;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.encapsulation.EncapsulationType;

/** Datagrams of each encapsulation, byte by byte as the RFCs and drafts have them. Stateless. */
public final class TunnelBytes {
  /** All headers have this size, as nobody sends options. */
  static final int HEADER_BYTES = 8;

  /** Where NVGRE has the flow id; zero with all others. */
  static final int FLOW_ID_OFFSET = 7;

  private TunnelBytes() {}

  /** A frame as it is wrapped by who sends no more than he must. */
  public static byte[] wrap(EncapsulationType type, int vni, byte[] frame) {
    byte[] datagram = Arrays.copyOf(begin(type), HEADER_BYTES + frame.length);
    datagram[4] = (byte) (vni >> 16);
    datagram[5] = (byte) (vni >> 8);
    datagram[6] = (byte) vni;
    System.arraycopy(frame, 0, datagram, HEADER_BYTES, frame.length);
    return datagram;
  }

  private static byte[] begin(EncapsulationType type) {
    return switch (type) {
      case VXLAN, VXLAN_GBP -> new byte[] {0x08};
      case VXLAN_GPE -> new byte[] {0x0c, 0, 0, 3};
      case GENEVE -> new byte[] {0, 0, 0x65, 0x58};
      case NVGRE -> new byte[] {0x20, 0, 0x65, 0x58};
    };
  }

  /** The same datagram with every reserved bit set. */
  public static byte[] withReservedBits(EncapsulationType type, byte[] datagram) {
    byte[] changed = datagram.clone();
    switch (type) {
      case VXLAN -> Arrays.fill(changed, 0, 4, (byte) 0xff);
      case VXLAN_GBP -> {
        changed[0] = 0x7f;
        changed[1] = (byte) 0xb7;
      }
      case VXLAN_GPE -> {
        changed[0] |= (byte) 0xc0;
        changed[1] = (byte) 0xff;
        changed[2] = (byte) 0xff;
      }
      case GENEVE -> changed[1] = 0x3f;
      case NVGRE -> {
        changed[0] = 0x6f;
        changed[1] = (byte) 0xf8;
      }
    }
    if (type != EncapsulationType.NVGRE) {
      changed[7] = (byte) 0xff;
    }
    return changed;
  }

  /** The same datagram with a header that nobody can read. */
  static byte[] unreadable(EncapsulationType type, byte[] datagram) {
    byte[] changed = datagram.clone();
    changed[0] =
        switch (type) {
          case VXLAN, VXLAN_GBP -> 0;
          case VXLAN_GPE -> 0x04;
          case GENEVE -> 0x40;
          case NVGRE -> (byte) 0xa0;
        };
    return changed;
  }

  /** Why {@link #unreadable} is dropped. */
  static DropReason refusal(EncapsulationType type) {
    return switch (type) {
      case VXLAN, VXLAN_GBP, VXLAN_GPE -> DropReason.VNI_FLAG_MISSING;
      case GENEVE -> DropReason.UNKNOWN_TUNNEL_VERSION;
      case NVGRE -> DropReason.INVALID_TUNNEL_HEADER;
    };
  }
}
