package net.viaduct.vtep.counting;

import java.util.Locale;

/**
 * What is counted for each port, remote and group. Received is what we received from it, sent what
 * it took.
 */
public enum PlaceCounter {
  /** Frames from there; a super-frame is one, also if it was put together here. */
  RECEIVED_FRAMES,
  /** Bytes of them, of a datagram those of the inner frame. */
  RECEIVED_BYTES,
  /** Datagrams that they came in; as many as frames from a port. */
  RECEIVED_DATAGRAMS,
  /** Frames that went there. */
  SENT_FRAMES,
  /** Their bytes. */
  SENT_BYTES,
  /** Datagrams that they became; as many as frames for a port. */
  SENT_DATAGRAMS;

  /** How many there are. */
  public static final int COUNT = values().length;

  /** The name of the counter: {@code received-frames}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Its index in a block of counters. */
  @SuppressWarnings("EnumOrdinal") // the layout is made from the constants in their order
  public int index() {
    return ordinal();
  }
}
