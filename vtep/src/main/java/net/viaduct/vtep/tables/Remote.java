package net.viaduct.vtep.tables;

import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TunnelPorts;
import net.viaduct.vtep.show.PathStatus;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Another VTEP, known by its underlay address. It is configured as long as a flood list, a list of
 * accepted sources or a command refers to it; else it was learned from what it sent, and goes when
 * it is silent and no station is behind it. Changed by the data-path thread, but for what workers
 * say of what they sent and heard; any thread may read the endpoint, the counters and whether it is
 * configured.
 */
public final class Remote implements TunnelTarget {
  /** The next remote in the same bucket of a {@link RemoteTable}. */
  @Nullable Remote next;

  private final int index;
  private final IpAddress address;
  private TunnelPorts usual;
  private final CounterBlock counters;
  private final Endpoint[] endpoints = new Endpoint[EncapsulationType.ALL.size()];
  private final int[] endpointReferences = new int[EncapsulationType.ALL.size()];
  private volatile Endpoint shown;
  private volatile boolean configured;
  private int references;
  private int seenSeconds;
  private int seenBeforeSeconds;
  private int networkIndex = -1;
  private final Stall stall = new Stall();
  private boolean largeSent;
  private volatile @Nullable PathStatus path;
  private boolean gone;

  /** A remote that nothing refers to yet, and that listens at the ports of this endpoint's kind. */
  public Remote(int index, Endpoint endpoint, CounterBlock counters, int nowSeconds) {
    this(index, endpoint.address(), TunnelPorts.usual(endpoint.port()), counters, nowSeconds);
  }

  /**
   * A remote that nothing refers to yet.
   *
   * @param usual where it listens as long as nothing else is said
   */
  public Remote(
      int index, IpAddress address, TunnelPorts usual, CounterBlock counters, int nowSeconds) {
    this.index = index;
    this.address = address;
    this.usual = usual;
    this.counters = counters;
    this.seenSeconds = nowSeconds;
    this.seenBeforeSeconds = nowSeconds;
    for (EncapsulationType type : EncapsulationType.ALL) {
      endpoints[type.index()] = usual.endpoint(address, type);
    }
    this.shown = endpoint(EncapsulationType.VXLAN);
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
    return shown;
  }

  @Override
  public Endpoint endpoint(EncapsulationType type) {
    return endpoints[slot(type)];
  }

  /** VXLAN is at one port, with groups and without. */
  private static int slot(EncapsulationType type) {
    return (type == EncapsulationType.VXLAN_GBP ? EncapsulationType.VXLAN : type).index();
  }

  @Override
  public Stall stall() {
    return stall;
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
    if (!largeSent) { // several threads say so, and are not to write the same line all the time
      largeSent = true;
    }
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

  /** Whether configuration says where it is reached by an encapsulation. */
  public boolean hasConfiguredPort(EncapsulationType type) {
    return endpointReferences[slot(type)] > 0;
  }

  /** Something refers to its address. */
  public void acquire() {
    references++;
    configured = true;
  }

  /** Something refers to its address, and to where it is reached by an encapsulation. */
  public void acquire(Endpoint endpoint, EncapsulationType type) {
    acquire();
    int slot = slot(type);
    endpointReferences[slot]++;
    endpoints[slot] = endpoint;
    shown = endpoint;
  }

  /** Something refers to its address no more. */
  public void release() {
    references--;
    configured = references > 0;
  }

  /** Takes back what {@link #acquire(Endpoint, EncapsulationType)} did. */
  public void release(EncapsulationType type) {
    release();
    int slot = slot(type);
    endpointReferences[slot]--;
    if (endpointReferences[slot] == 0) {
      endpoints[slot] = usual.endpoint(address, type);
      shown = endpoints[slot];
    }
  }

  /** A datagram came from it by this encapsulation: one that was learned is reached so too. */
  public void heard(EncapsulationType type) {
    Endpoint endpoint = endpoint(type);
    if (!configured && !endpoint.equals(shown)) {
      shown = endpoint;
    }
  }

  /** What is usual has changed; where configuration says its port, that stays. */
  public void moveTo(TunnelPorts ports) {
    usual = ports;
    for (EncapsulationType type : EncapsulationType.ALL) {
      Endpoint before = endpoint(type);
      if (!hasConfiguredPort(type)) {
        endpoints[slot(type)] = usual.endpoint(address, type);
      }
      if (before.equals(shown)) {
        shown = endpoint(type);
      }
    }
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

  /** It was taken away. Owner. */
  public void gone() {
    gone = true;
  }

  @Override
  public boolean isGone() {
    return gone;
  }
}
