package net.viaduct.experiment.serve;

import java.nio.ByteBuffer;

/**
 * What experiments and responders say to each other. Numbers are big-endian. Stateless.
 *
 * <pre>
 * datagram:   0 u32 magic   4 u8 version   5 u8 what   6 u16 0   8 u64 stream   16 u64 sequence
 *            24 u64 answered: nanoseconds since 1970 by the responder; of REPORT, datagrams that came
 *            then padding up to the size that was asked for
 * connection: the first byte tells what becomes of all that follows: it is sent back, or read
 * </pre>
 *
 * <p>An answer is never longer than what it answers.
 */
public final class Protocol {
  /** The port of UDP and TCP that is used unless another one is named. */
  public static final int USUAL_PORT = 7_411;

  /** Bytes of a datagram in front of its padding. */
  public static final int HEADER_BYTES = 32;

  /** A datagram to be sent back. */
  public static final byte ECHO = 1;

  /** A datagram to be counted. */
  public static final byte COUNT = 2;

  /** A datagram to be counted, and answered with how many came. */
  public static final byte REPORT = 3;

  /** A connection whose bytes are sent back. */
  public static final byte CONNECTION_ECHO = 'E';

  /** A connection whose bytes are read and forgotten. */
  public static final byte CONNECTION_DISCARD = 'D';

  private static final int MAGIC = 0x56446578;
  private static final byte VERSION = 1;
  private static final int WHAT_OFFSET = 5;
  private static final int STREAM_OFFSET = 8;
  private static final int SEQUENCE_OFFSET = 16;
  private static final int ANSWERED_OFFSET = 24;

  private Protocol() {}

  /** Writes a datagram into a buffer as long as it is to be. */
  public static void write(ByteBuffer datagram, byte what, long stream, long sequence) {
    datagram.putInt(0, MAGIC).put(4, VERSION).put(WHAT_OFFSET, what).putShort(6, (short) 0);
    datagram.putLong(STREAM_OFFSET, stream).putLong(SEQUENCE_OFFSET, sequence);
    datagram.putLong(ANSWERED_OFFSET, 0);
  }

  /** Whether a datagram is one of ours. */
  public static boolean isOurs(ByteBuffer datagram) {
    return datagram.limit() >= HEADER_BYTES
        && datagram.getInt(0) == MAGIC
        && datagram.get(4) == VERSION;
  }

  /** What a datagram asks for. */
  public static byte what(ByteBuffer datagram) {
    return datagram.get(WHAT_OFFSET);
  }

  /** By which a sender knows its stream again. */
  public static long stream(ByteBuffer datagram) {
    return datagram.getLong(STREAM_OFFSET);
  }

  /** The sequence number. */
  public static long sequence(ByteBuffer datagram) {
    return datagram.getLong(SEQUENCE_OFFSET);
  }

  /** What the responder said. */
  public static long answered(ByteBuffer datagram) {
    return datagram.getLong(ANSWERED_OFFSET);
  }

  /** Says something as the responder. */
  static void answered(ByteBuffer datagram, long value) {
    datagram.putLong(ANSWERED_OFFSET, value);
  }
}
