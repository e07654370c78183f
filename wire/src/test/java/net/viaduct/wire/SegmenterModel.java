package net.viaduct.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a super-frame slowly and obviously: each segment is a frame with all its fields set and all
 * its checksums summed word by word, with nothing from this package's own code. Knows VLAN tags,
 * IPv4 options, and IPv6's hop-by-hop and destination options.
 */
final class SegmenterModel {
  private final byte[] frame;
  private final int segmentBytes;
  private int network = 12;
  private int transport;
  private int headerBytes;
  private boolean ipv4;
  private boolean tcp;

  private SegmenterModel(byte[] frame, int segmentBytes) {
    this.frame = frame;
    this.segmentBytes = segmentBytes;
  }

  static List<byte[]> cut(byte[] frame, int segmentBytes) {
    SegmenterModel model = new SegmenterModel(frame, segmentBytes);
    model.readHeaders();
    List<byte[]> segments = new ArrayList<>();
    int from = model.headerBytes;
    do {
      segments.add(model.segment(segments.size(), from));
      from += segmentBytes;
    } while (from < frame.length);
    return segments;
  }

  private void readHeaders() {
    while (word(frame, network) == 0x8100 || word(frame, network) == 0x88a8) {
      network += 4;
    }
    ipv4 = word(frame, network) == 0x0800;
    network += 2;
    int protocol;
    if (ipv4) {
      transport = network + (frame[network] & 15) * 4;
      protocol = frame[network + 9];
    } else {
      transport = network + 40;
      protocol = frame[network + 6];
      while (protocol == 0 || protocol == 60) {
        protocol = frame[transport];
        transport += 8 * (1 + frame[transport + 1]);
      }
    }
    tcp = protocol == 6;
    headerBytes = transport + (tcp ? (frame[transport + 12] >> 4 & 15) * 4 : 8);
  }

  private byte[] segment(int index, int from) {
    int to = Math.min(frame.length, from + segmentBytes);
    byte[] segment = Arrays.copyOf(frame, headerBytes + to - from);
    System.arraycopy(frame, from, segment, headerBytes, to - from);
    if (ipv4) {
      word(segment, network + 2, segment.length - network);
      word(segment, network + 4, word(frame, network + 4) + index);
      word(segment, network + 10, 0);
      word(segment, network + 10, ~NaiveChecksum.sum(segment, network, headerEnd(), 0));
    } else {
      word(segment, network + 4, segment.length - network - 40);
    }
    if (tcp) {
      long sequence = (word(frame, transport + 4) * 65_536L + word(frame, transport + 6));
      sequence += from - headerBytes;
      word(segment, transport + 4, (int) (sequence >> 16));
      word(segment, transport + 6, (int) sequence);
      if (index > 0) {
        segment[transport + 13] &= 0x7f;
      }
      if (to < frame.length) {
        segment[transport + 13] &= ~0x09;
      }
      word(segment, transport + 16, 0);
      word(segment, transport + 16, ~transportSum(segment));
    } else {
      word(segment, transport + 4, segment.length - transport);
      if (word(frame, transport + 6) != 0) {
        word(segment, transport + 6, 0);
        int checksum = ~transportSum(segment) & 0xffff;
        word(segment, transport + 6, checksum == 0 ? 0xffff : checksum);
      }
    }
    return segment;
  }

  private int headerEnd() {
    return network + (frame[network] & 15) * 4;
  }

  private int transportSum(byte[] segment) {
    int addresses =
        ipv4
            ? NaiveChecksum.sum(segment, network + 12, network + 20, 0)
            : NaiveChecksum.sum(segment, network + 8, network + 40, 0);
    byte[] rest = new byte[4];
    rest[1] = (byte) (tcp ? 6 : 17);
    word(rest, 2, segment.length - transport);
    int pseudo = NaiveChecksum.sum(rest, 0, 4, addresses);
    return NaiveChecksum.sum(segment, transport, segment.length, pseudo);
  }

  private static int word(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  private static void word(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >> 8);
    bytes[at + 1] = (byte) value;
  }
}
