package net.viaduct.io;

import java.util.List;
import java.util.Set;
import net.viaduct.wire.IpAddress;

/**
 * The IP network that carries tunnels, as a source and a sink of payloads of UDP and GRE. Owned by
 * one data-path thread; what says so may be called from any.
 */
public interface Underlay extends UnderlayLane, AutoCloseable {
  /**
   * Where remotes reach this host: the source address of all that is sent, and the UDP port. Any
   * thread.
   */
  Endpoint local();

  /**
   * All addresses and ports at which remotes reach this host, {@link #local()} first; any thread.
   */
  default List<Endpoint> locals() {
    return List.of(local());
  }

  /** The largest IP packet that every device of the underlay takes, in bytes. */
  int mtuBytes();

  /** The largest IP packet that the device on the way to a remote takes, in bytes. */
  default int mtuBytes(IpAddress remote) {
    return mtuBytes();
  }

  /** Where datagrams are let in now; any thread. */
  default Set<Door> doors() {
    return Set.of(Door.udp(local().port()));
  }

  /**
   * Lets datagrams in by these doors only, without losing any at doors that stay open.
   *
   * @throws IoFailure if one of them cannot be opened: then nothing has changed
   */
  default void listen(Set<Door> doors) {
    if (!doors.equals(doors())) {
      throw new IoFailure("listen on " + doors, "EOPNOTSUPP", "the doors here are " + doors());
    }
  }

  /**
   * Hands over what ICMP told about datagrams that left from here, without waiting; some at a time.
   *
   * @return how many there were
   */
  default int receiveErrors(PathError.Listener to) {
    return 0;
  }

  /**
   * Looks whether addresses or devices went away or came back, and follows: for the owner, about
   * ten times a second.
   */
  default void attend() {}

  /** What keeps this from working now, a sentence each; empty if all is well. Any thread. */
  default List<String> troubles() {
    return List.of();
  }

  /** By what packets come and leave, and why not by another way, for a person. Any thread. */
  default String way() {
    return "sockets";
  }

  /**
   * What other threads than the owner receive and send by, one for each; never changes. None if all
   * is the owner's.
   */
  default List<UnderlayLane> lanes() {
    return List.of();
  }

  /**
   * Joins an any-source group, for all doors, on the device that has the local address.
   *
   * @throws IoFailure if the kernel refuses, with the limit if it is one
   */
  void join(IpAddress group);

  /** Leaves a group that was joined. */
  void leave(IpAddress group);

  /** Datagrams that were lost before we could receive them, since opening; any thread. */
  long lostInKernel();

  @Override
  void close();
}
