package net.viaduct.io.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A simulated IP network that connects underlays: unicast by address and port, any-source groups by
 * membership. Nothing is lost in it but what nobody listens for. Any thread may call any method; a
 * lock keeps it whole.
 */
public final class MemoryNetwork {
  private final Map<Endpoint, MemoryUnderlay> underlays = new HashMap<>();
  private final Map<IpAddress, Set<MemoryUnderlay>> members = new HashMap<>();
  private final List<Consumer<MemoryDatagram>> observers = new ArrayList<>();
  private boolean echo;
  private long unheard;

  /** A network without hosts. */
  public MemoryNetwork() {}

  /**
   * Opens a UDP port on a host.
   *
   * @throws IllegalArgumentException if it is open already
   */
  public MemoryUnderlay open(Endpoint local) {
    return open(List.of(local.address()), local.port());
  }

  /**
   * Opens a UDP port on a host of several addresses.
   *
   * @throws IllegalArgumentException if it is open already
   */
  public synchronized MemoryUnderlay open(List<IpAddress> addresses, int port) {
    MemoryUnderlay underlay = new MemoryUnderlay(this, addresses, port);
    for (Endpoint local : underlay.locals()) {
      if (underlays.containsKey(local)) {
        throw new IllegalArgumentException(local + " is open already");
      }
    }
    underlay.locals().forEach(local -> underlays.put(local, underlay));
    return underlay;
  }

  /** Lets a host listen at these endpoints only; who has one of them already, or null. */
  synchronized @Nullable MemoryUnderlay listen(MemoryUnderlay underlay, Set<Endpoint> endpoints) {
    for (Endpoint endpoint : endpoints) {
      MemoryUnderlay holder = underlays.get(endpoint);
      if (holder != null && holder != underlay) {
        return holder;
      }
    }
    underlays.values().removeIf(underlay::equals);
    endpoints.forEach(endpoint -> underlays.put(endpoint, underlay));
    return null;
  }

  /** Calls this for every datagram that is sent, on the sending thread. */
  public synchronized void observe(Consumer<MemoryDatagram> observer) {
    observers.add(observer);
  }

  /** Whether a member gets what it sent to its own group itself. */
  public synchronized void echo(boolean value) {
    echo = value;
  }

  /** Datagrams that nobody listened for. */
  public synchronized long unheard() {
    return unheard;
  }

  /** Who is in a group. */
  public synchronized Set<Endpoint> members(IpAddress group) {
    Set<Endpoint> found = new HashSet<>();
    members.getOrDefault(group, Set.of()).forEach(member -> found.add(member.local()));
    return found;
  }

  /** Carries a datagram, whoever may have sent it. */
  public synchronized void carry(MemoryDatagram datagram) {
    observers.forEach(observer -> observer.accept(datagram));
    List<MemoryUnderlay> receivers = receivers(datagram);
    if (receivers.isEmpty()) {
      unheard++;
    }
    receivers.forEach(receiver -> receiver.arrive(datagram));
  }

  private List<MemoryUnderlay> receivers(MemoryDatagram datagram) {
    Endpoint destination = datagram.destination();
    if (!destination.address().isMulticast()) {
      MemoryUnderlay receiver = underlays.get(destination);
      return receiver == null ? List.of() : List.of(receiver);
    }
    return members.getOrDefault(destination.address(), Set.of()).stream()
        .filter(member ->
            member.doors().contains(new Door(destination.transport(), destination.port())))
        .filter(member -> echo || !member.hasAddress(datagram.source().address()))
        .toList();
  }

  synchronized void join(MemoryUnderlay underlay, IpAddress group) {
    members.computeIfAbsent(group, _ -> new HashSet<>()).add(underlay);
  }

  synchronized void leave(MemoryUnderlay underlay, IpAddress group) {
    members.computeIfPresent(
        group,
        (_, hosts) -> {
          hosts.remove(underlay);
          return hosts.isEmpty() ? null : hosts;
        });
  }

  synchronized void close(MemoryUnderlay underlay) {
    underlays.values().removeIf(underlay::equals);
    members.values().forEach(hosts -> hosts.remove(underlay));
  }
}
