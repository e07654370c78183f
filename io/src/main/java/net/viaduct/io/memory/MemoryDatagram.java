package net.viaduct.io.memory;

import net.viaduct.io.Endpoint;

/** A UDP datagram in a {@link MemoryNetwork}. Immutable. */
public final class MemoryDatagram {
  private final Endpoint source;
  private final Endpoint destination;
  private final byte[] payload;

  /**
   * A datagram.
   *
   * @param destination a host's address or a group's
   */
  public MemoryDatagram(Endpoint source, Endpoint destination, byte[] payload) {
    this.source = source;
    this.destination = destination;
    this.payload = payload.clone();
  }

  /** Who sent it. */
  public Endpoint source() {
    return source;
  }

  /** Where it goes. */
  public Endpoint destination() {
    return destination;
  }

  /** A copy of what is in it. */
  public byte[] payload() {
    return payload.clone();
  }

  /** How many bytes are in it. */
  public int payloadBytes() {
    return payload.length;
  }

  @Override
  public String toString() {
    return source + " > " + destination + ", " + payload.length + " bytes";
  }
}
