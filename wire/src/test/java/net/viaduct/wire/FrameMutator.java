package net.viaduct.wire;

import java.util.List;
import java.util.SplittableRandom;

/** Makes bad frames of sound ones, in a buffer that is reused; the same for the same seed. */
final class FrameMutator {
  private static final int MAX_BYTES = 66_048;
  private static final int[] INTERESTING = {
    0, 1, 7, 8, 19, 20, 40, 0x7f, 0x80, 0xff, 0x100, 0x5dc, 0x5ff, 0x600, 0x7fff, 0x8000, 0xfff7,
    0xfff8, 0xffff, 0x0800, 0x0806, 0x8100, 0x88a8, 0x86dd, 0x2c00, 0x0011, 0x0006, 0x4500, 0x6000
  };

  private final List<byte[]> samples;
  private final SplittableRandom random;
  private final byte[] bytes = new byte[MAX_BYTES];
  private int length;

  FrameMutator(List<byte[]> samples, long seed) {
    this.samples = samples;
    this.random = new SplittableRandom(seed);
  }

  /** The buffer; only {@link #length()} bytes count. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  /** Makes the next frame. */
  void next() {
    byte[] sample = samples.get(random.nextInt(samples.size()));
    length = sample.length;
    System.arraycopy(sample, 0, bytes, 0, length);
    for (int i = random.nextInt(5); i >= 0; i--) {
      mutate();
    }
  }

  private void mutate() {
    switch (random.nextInt(9)) {
      case 0 -> length = random.nextInt(length + 1);
      case 1 -> flip(64);
      case 2 -> flip(length);
      case 3 -> setWord(Math.min(length, 100));
      case 4 -> setWord(length);
      case 5 -> insertTag();
      case 6 -> splice();
      case 7 -> append();
      default -> setByte();
    }
  }

  private void flip(int below) {
    if (length > 0) {
      bytes[random.nextInt(Math.min(length, Math.max(1, below)))] ^=
          (byte) (1 << random.nextInt(8));
    }
  }

  private void setWord(int below) {
    if (below >= 2) {
      int at = random.nextInt(below / 2) * 2;
      int value = INTERESTING[random.nextInt(INTERESTING.length)];
      bytes[at] = (byte) (value >> 8);
      bytes[at + 1] = (byte) value;
    }
  }

  private void setByte() {
    if (length > 0) {
      bytes[random.nextInt(Math.min(length, 80))] = (byte) random.nextInt();
    }
  }

  private void insertTag() {
    if (length >= 14 && length < 2000) {
      System.arraycopy(bytes, 12, bytes, 16, length - 12);
      bytes[12] = (byte) (random.nextBoolean() ? 0x81 : 0x88);
      bytes[13] = (byte) (bytes[12] == (byte) 0x81 ? 0 : 0xa8);
      length += 4;
    }
  }

  private void splice() {
    byte[] other = samples.get(random.nextInt(samples.size()));
    int keep = random.nextInt(length + 1);
    int from = random.nextInt(other.length);
    int count = Math.min(other.length - from, 2000 - Math.min(2000, keep));
    System.arraycopy(other, from, bytes, keep, count);
    length = keep + count;
  }

  // Jumbo frames and super-frames are rare, as they cost time.
  private void append() {
    int most = random.nextInt(1000) == 0 ? MAX_BYTES : 100;
    int to = Math.min(MAX_BYTES, length + random.nextInt(most));
    for (int i = length; i < to; i++) {
      bytes[i] = (byte) (i * 31);
    }
    length = to;
  }
}
