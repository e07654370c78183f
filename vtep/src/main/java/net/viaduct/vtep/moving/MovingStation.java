package net.viaduct.vtep.moving;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import org.jspecify.annotations.Nullable;

/**
 * A station that comes here or leaves, and when it was heard at its port here. Owned by the
 * data-path thread; any thread may read when it was heard.
 */
public final class MovingStation {
  private static final VarHandle FIRST_NS = handle("firstNs");
  private static final VarHandle LAST_NS = handle("lastNs");

  private final Network network;
  private final long mac;
  private final MovePart part;
  private final @Nullable LocalPort port;
  private final @Nullable Remote next;

  @SuppressWarnings("UnusedVariable") // by its handle
  private long firstNs = Long.MIN_VALUE;

  @SuppressWarnings("UnusedVariable") // by its handle
  private long lastNs = Long.MIN_VALUE;

  MovingStation(
      Network network, long mac, MovePart part, @Nullable LocalPort port, @Nullable Remote next) {
    this.network = network;
    this.mac = mac;
    this.part = part;
    this.port = port;
    this.next = next;
  }

  private static VarHandle handle(String field) {
    try {
      return MethodHandles.lookup().findVarHandle(MovingStation.class, field, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Its network. */
  public Network network() {
    return network;
  }

  /** Its address. */
  public long mac() {
    return mac;
  }

  /** What this host has to do with it. */
  public MovePart part() {
    return part;
  }

  /** Its port here, which may be gone; null if it had none. */
  @Nullable LocalPort port() {
    return port;
  }

  /** Where it goes; null if it comes here. */
  @Nullable Remote next() {
    return next;
  }

  boolean comesHere() {
    return next == null;
  }

  /** A frame of it came from its port here. Owner. */
  void heard(long nowNs) {
    if ((long) FIRST_NS.get(this) == Long.MIN_VALUE) {
      FIRST_NS.setOpaque(this, nowNs);
    }
    LAST_NS.setOpaque(this, nowNs);
  }

  /** When it was heard first, by the clock of the VTEP; {@link Long#MIN_VALUE} if never. */
  public long firstNs() {
    return (long) FIRST_NS.getOpaque(this);
  }

  /** When it was heard last, by the clock of the VTEP; {@link Long#MIN_VALUE} if never. */
  public long lastNs() {
    return (long) LAST_NS.getOpaque(this);
  }
}
