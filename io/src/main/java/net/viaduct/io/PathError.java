package net.viaduct.io;

import java.lang.foreign.MemorySegment;

/**
 * What somebody on the way told by ICMP (RFC 792, RFC 4443) about a datagram that left this host,
 * as it seems: nothing proves who sent the message. Who acts on it first compares what it quotes
 * with what was really sent (RFC 8899 section 4.6.1). Reused: valid while the listener runs. Owned
 * by the underlay's thread.
 */
public final class PathError {
  /** What was told. */
  public enum Kind {
    /**
     * The datagram did not fit: ICMP "fragmentation needed" or ICMPv6 "packet too big", with the
     * MTU.
     */
    TOO_BIG,
    /** There is no way to the remote, or nobody answers there. */
    UNREACHABLE,
    /** The remote has no such UDP port, or does not speak GRE. */
    REFUSED,
    /** A firewall said no. */
    PROHIBITED,
    /** It went round in circles, or its TTL was too small. */
    TIME_EXCEEDED
  }

  private Kind kind = Kind.UNREACHABLE;
  private Endpoint remote;
  private long reporterHigh;
  private long reporterLow;
  private int sourcePort;
  private int mtuBytes;
  private MemorySegment memory = MemorySegment.NULL;
  private long quoteAt;
  private int quoteBytes;

  /** Takes what was told. */
  @FunctionalInterface
  public interface Listener {
    /** Something was told; the object is used again afterwards. */
    void onPathError(PathError error);
  }

  /** An error about a datagram to a remote. */
  public PathError(Endpoint remote) {
    this.remote = remote;
  }

  /**
   * Fills in what was told.
   *
   * @param about where the datagram went
   * @param from the UDP source port of the datagram; 0 with GRE
   * @param mtu what would have fitted, in bytes of IP packet; 0 if that was not told
   */
  public void told(Kind what, Endpoint about, int from, int mtu) {
    kind = what;
    remote = about;
    sourcePort = from;
    mtuBytes = mtu;
  }

  /** Fills in who told it. */
  public void reporter(long high, long low) {
    reporterHigh = high;
    reporterLow = low;
  }

  /** Fills in what is quoted of the datagram. */
  public void quote(MemorySegment in, long at, int bytes) {
    memory = in;
    quoteAt = at;
    quoteBytes = bytes;
  }

  /** What was told. */
  public Kind kind() {
    return kind;
  }

  /** Where the datagram went. */
  public Endpoint remote() {
    return remote;
  }

  /** Who told it, upper half, as {@link net.viaduct.wire.IpAddress#high()}. */
  public long reporterHigh() {
    return reporterHigh;
  }

  /** Who told it, lower half. */
  public long reporterLow() {
    return reporterLow;
  }

  /** The UDP source port of the datagram; 0 with GRE. One of ours: others are not told. */
  public int sourcePort() {
    return sourcePort;
  }

  /** What would have fitted, in bytes of IP packet; 0 if that was not told. */
  public int mtuBytes() {
    return mtuBytes;
  }

  /** The memory in which what is quoted is. */
  public MemorySegment memory() {
    return memory;
  }

  /** Where in {@link #memory()} the tunnel header of the quoted datagram begins. */
  public long quoteAt() {
    return quoteAt;
  }

  /**
   * How many bytes are quoted, from the tunnel header on; 0 if the reporter quoted no more than a
   * UDP header, which is all that RFC 792 wants.
   */
  public int quoteBytes() {
    return quoteBytes;
  }
}
