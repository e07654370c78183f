package net.viaduct.vtep.tables;

import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.show.PathStatus;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Another VTEP, known by its underlay address. It is configured as long as a flood list, a list of
 * accepted sources or a command refers to it; else it was learned from what it sent, and goes when
 * it is silent and no station is behind it. Owned by the data-path thread; any thread may read the
 * endpoint, the counters and whether it is configured.
 */
public final class Remote implements TunnelTarget {
  /** The next remote in the same bucket of a {@link RemoteTable}. */
  @Nullable Remote next;

  private final int index;
  private final IpAddress address;
  private final CounterBlock counters;
  private volatile Endpoint endpoint;
  private volatile boolean configured;
  private int references;
  private int portReferences;
  private int seenSeconds;
  private int seenBeforeSeconds;
  private int networkIndex = -1;
  private boolean largeSent;
  private volatile @Nullable PathStatus path;

  /** A remote that nothing refers to yet. */
  public Remote(int index, Endpoint endpoint, CounterBlock counters, int nowSeconds) {
    this.index = index;
    this.address = endpoint.address();
    this.endpoint = endpoint;
    this.counters = counters;
    this.seenSeconds = nowSeconds;
    this.seenBeforeSeconds = nowSeconds;
  }

  /** By which the FDB knows it. */
  public int index() {
    return index;
  }

  /** Its underlay address. */
  public IpAddress address() {
    return address;
  }

  @Override
  public Endpoint endpoint() {
    return endpoint;
  }

  @Override
  public CounterBlock counters() {
    return counters;
  }

  @Override
  public int pathMtuBytes() {
    PathStatus known = path;
    return known == null ? Integer.MAX_VALUE : known.mtuBytes();
  }

  /** What is known about the path to it; null if nothing yet. */
  public @Nullable PathStatus path() {
    return path;
  }

  /** Sets what is known about the path to it. */
  public void path(PathStatus value) {
    path = value;
  }

  /** It takes part in a network, by which it can be asked. */
  public void seenIn(int network) {
    networkIndex = network;
  }

  /** A network that it takes part in; negative if none is known. */
  public int networkIndex() {
    return networkIndex;
  }

  /** A frame was sent to it that not every path carries. */
  public void largeSent() {
    largeSent = true;
  }

  /** Whether such a frame was sent since the last call. */
  public boolean takeLargeSent() {
    boolean was = largeSent;
    largeSent = false;
    return was;
  }

  /** Whether configuration refers to it. */
  public boolean isConfigured() {
    return configured;
  }

  /** Whether configuration says what its port is. */
  public boolean hasConfiguredPort() {
    return portReferences > 0;
  }

  /** Something refers to its address. */
  public void acquire() {
    references++;
    configured = true;
  }

  /** Something refers to its address and to its port. */
  public void acquire(Endpoint configured) {
    acquire();
    portReferences++;
    endpoint = configured;
  }

  /** Something refers to its address no more. */
  public void release() {
    references--;
    configured = references > 0;
  }

  /**
   * Something refers to its address and to its port no more.
   *
   * @param usual its endpoint if nothing else says what its port is
   */
  public void release(Endpoint usual) {
    release();
    portReferences--;
    if (portReferences == 0) {
      endpoint = usual;
    }
  }

  /** Nothing says what its port is, and what is usual has changed. */
  public void moveTo(Endpoint usual) {
    endpoint = usual;
  }

  /** A datagram came from it. */
  public void seen(int nowSeconds) {
    seenBeforeSeconds = seenSeconds;
    seenSeconds = nowSeconds;
  }

  /**
   * What came from it last was no frame of a station: two hosts that only ask each other about
   * their path have to forget each other.
   */
  public void unseen() {
    seenSeconds = seenBeforeSeconds;
  }

  /** For how long no datagram came from it. */
  public int idleSeconds(int nowSeconds) {
    return nowSeconds - seenSeconds;
  }
}
