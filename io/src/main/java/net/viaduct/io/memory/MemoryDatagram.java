package net.viaduct.io.memory;

import net.viaduct.io.Endpoint;

/** A datagram of UDP or GRE in a {@link MemoryNetwork}. Immutable. */
public final class MemoryDatagram {
  private final Endpoint source;
  private final Endpoint destination;
  private final byte[] payload;
  private final int trafficClass;
  private final boolean checksummed;
  private final boolean fragmented;

  /**
   * A datagram.
   *
   * @param destination a host's address or a group's
   */
  public MemoryDatagram(Endpoint source, Endpoint destination, byte[] payload) {
    this(source, destination, payload, 0, true);
  }

  /**
   * A datagram.
   *
   * @param destination a host's address or a group's
   * @param trafficClass the TOS byte or traffic class of its IP header
   * @param checksummed whether it has a UDP checksum
   */
  public MemoryDatagram(
      Endpoint source,
      Endpoint destination,
      byte[] payload,
      int trafficClass,
      boolean checksummed) {
    this(source, destination, payload, trafficClass, checksummed, false);
  }

  private MemoryDatagram(
      Endpoint source,
      Endpoint destination,
      byte[] payload,
      int trafficClass,
      boolean checksummed,
      boolean fragmented) {
    this.source = source;
    this.destination = destination;
    this.payload = payload.clone();
    this.trafficClass = trafficClass;
    this.checksummed = checksummed;
    this.fragmented = fragmented;
  }

  /** The same in fragments. */
  public MemoryDatagram inFragments() {
    return new MemoryDatagram(source, destination, payload, trafficClass, checksummed, true);
  }

  /** Whether it comes in fragments. */
  public boolean isFragmented() {
    return fragmented;
  }

  /** The TOS byte or traffic class of its IP header. */
  public int trafficClass() {
    return trafficClass;
  }

  /** Whether it has a UDP checksum. */
  public boolean isChecksummed() {
    return checksummed;
  }

  /** Whether another one went the same way, between the same ports. */
  boolean isLike(MemoryDatagram other) {
    return source.equals(other.source)
        && destination.equals(other.destination)
        && trafficClass == other.trafficClass
        && checksummed == other.checksummed
        && isFragmented() == other.isFragmented();
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
