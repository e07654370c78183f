package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.PathError;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.Transport;
import net.viaduct.io.Underlay;
import net.viaduct.io.UnderlayLane;
import net.viaduct.io.rtnetlink.Address;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;

/**
 * An underlay by sockets of the kernel: UDP, and GRE where it is wanted, over IPv4, IPv6 or both.
 * Owned by one data-path thread; what {@link Underlay} says so of may be called from any.
 *
 * <p>One socket receives what is sent to a local address and door, one more for each group that is
 * joined. Datagrams leave from a pool of sockets for each address, by the hash of their flow, never
 * fragmented unless configured so.
 */
public final class UdpUnderlay implements Underlay {
  private static final int NAMES_TOLD = 8;

  private final Arena arena = Arena.ofShared();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final UdpUnderlayConfig config;
  private final HomeNamespace home;
  private final List<UnderlayWatch.Place> places = new ArrayList<>();
  private final List<IcmpErrors> errorSockets = new ArrayList<>();
  private final UnderlayReceiver receiver;
  private final UnderlaySender sender;
  private final List<UdpLane> lanes = new ArrayList<>();
  private final DoorParts doorParts;
  private final UnderlayWatch watch;
  private final TapWay taps;
  private boolean closed;

  /**
   * Opens the sockets, in the calling thread's namespace, for one thread.
   *
   * @param errors where errors of sending go that have no result of their own
   * @throws IoFailure EADDRINUSE if the port is taken, and by whom; EADDRNOTAVAIL if no device has
   *     the address
   */
  public UdpUnderlay(UdpUnderlayConfig config, DistinctErrors errors) {
    this(config, errors, 1);
  }

  /**
   * Opens the sockets, in the calling thread's namespace.
   *
   * @param threads how many receive and send, the owner among them: 1 or more, and 1 by a tap. What
   *     comes by GRE or for groups is the owner's
   * @param errors where errors of sending go that have no result of their own
   * @throws IoFailure EADDRINUSE if the port is taken, and by whom; EADDRNOTAVAIL if no device has
   *     the address
   */
  public UdpUnderlay(UdpUnderlayConfig config, DistinctErrors errors, int threads) {
    if (threads > 1 && config.way() == UdpUnderlayConfig.Way.TAP) {
      throw new IllegalArgumentException("the way by a tap is for one thread, not " + threads);
    }
    this.config = config;
    try {
      home = keep(new HomeNamespace());
      List<UnderlaySockets> sockets = new ArrayList<>();
      List<String> devices = new ArrayList<>();
      for (IpAddress address : config.addresses()) {
        String device = deviceOf(address);
        devices.add(device);
        sockets.add(new UnderlaySockets(config, address, device, arena));
      }
      // first the doors: whoever holds one is found before much else is opened
      DoorSockets first = threads == 1 ? DoorSockets.ALONE : DoorSockets.FIRST;
      receiver = keep(new UnderlayReceiver(sockets, home, first, config.doors(), arena));
      openLegs(sockets, devices, errors);
      taps = keep(new TapWay(config, home, arena));
      places.forEach(place -> place.leg().tap(taps.senderOf(place.leg().local())));
      Reachability reachability = new Reachability();
      List<UnderlayLeg> legs = places.stream().map(UnderlayWatch.Place::leg).toList();
      sender = new UnderlaySender(legs, reachability, arena, errors);
      for (int i = 1; i < threads; i++) {
        DoorSockets further = DoorSockets.FURTHER;
        UnderlayReceiver own =
            new UnderlayReceiver(sockets, home, further, shared(config.doors()), arena);
        UnderlaySender sending = new UnderlaySender(legs, reachability, arena, errors);
        lanes.add(keep(new UdpLane(own, sending, sendsFragments())));
      }
      doorParts = doorParts();
      watch = keep(new UnderlayWatch(places, receiver, reachability, home));
    } catch (RuntimeException e) {
      closeAll();
      throw e;
    }
  }

  private DoorParts doorParts() {
    List<DoorParts.Part> others = new ArrayList<>();
    for (UnderlayWatch.Place place : places) {
      others.add(doors ->
          home.call(() -> {
            place.leg().listen(doors);
            return true;
          }));
    }
    others.add(taps::listen);
    List<DoorParts.Part> ofLanes = new ArrayList<>();
    lanes.forEach(lane -> ofLanes.add(doors -> lane.receiver().listen(shared(doors))));
    return new DoorParts(receiver::doors, receiver::listen, ofLanes, others);
  }

  /** What the kernel divides among sockets: of raw ones each would get a copy. */
  private static Set<Door> shared(Set<Door> doors) {
    return doors.stream()
        .filter(door -> door.transport() == Transport.UDP)
        .collect(Collectors.toUnmodifiableSet());
  }

  private void openLegs(
      List<UnderlaySockets> sockets, List<String> devices, DistinctErrors errors) {
    int slot = 0;
    for (int i = 0; i < sockets.size(); i++) {
      UnderlayLeg leg = keep(new UnderlayLeg(config, sockets.get(i), slot));
      slot += leg.slots();
      leg.listen(config.doors());
      DeviceMtu mtu = new DeviceMtu(devices.get(i)); // closed by who watches it
      places.add(new UnderlayWatch.Place(leg, devices.get(i), config.device().isPresent(), mtu));
      try {
        errorSockets.add(keep(new IcmpErrors(leg, arena)));
      } catch (IoFailure e) {
        errors.record(e); // without it nobody tells of routers that cannot pass something on
      }
    }
  }

  private <T extends AutoCloseable> T keep(T made) {
    opened.push(made);
    return made;
  }

  private String deviceOf(IpAddress address) {
    try (Rtnetlink rtnetlink = NetlinkSocket.openRtnetlink()) {
      List<Address> addresses = rtnetlink.addresses().list();
      List<Link> links = rtnetlink.links().list();
      return addresses.stream()
          .filter(it -> it.ip().equals(address))
          .findFirst()
          .map(it -> config.device().orElseGet(() -> name(it, links)))
          .orElseThrow(() ->
              ErrorNumber.failure(
                  "open underlay " + new Endpoint(address, config.port()),
                  ErrorNumber.EADDRNOTAVAIL,
                  "no device here has that address; there are "
                      + describe(addresses, links, IpFamily.of(address))));
    }
  }

  private static String name(Address address, List<Link> links) {
    return links.stream()
        .filter(link -> link.index() == address.index())
        .map(Link::name)
        .findFirst()
        .orElse("?");
  }

  private static String describe(List<Address> addresses, List<Link> links, IpFamily family) {
    String all =
        addresses.stream()
            .filter(it -> IpFamily.of(it.ip()) == family)
            .limit(NAMES_TOLD)
            .map(it -> it.ip() + " on " + name(it, links))
            .collect(Collectors.joining(", "));
    return all.isEmpty() ? "none of " + family : all;
  }

  @Override
  public Endpoint local() {
    return config.local();
  }

  @Override
  public List<Endpoint> locals() {
    return config.locals();
  }

  @Override
  public int mtuBytes() {
    int smallest = Integer.MAX_VALUE;
    for (int i = 0; i < places.size(); i++) {
      smallest = Math.min(smallest, places.get(i).mtu().askedBytes());
    }
    return smallest;
  }

  @Override
  public int mtuBytes(IpAddress remote) {
    IpFamily family = IpFamily.of(remote);
    for (int i = 0; i < places.size(); i++) {
      if (places.get(i).leg().family() == family) {
        return places.get(i).mtu().bytes();
      }
    }
    return mtuBytes();
  }

  @Override
  public boolean sendsFragments() {
    return config.fragments().sent();
  }

  @Override
  public int[] descriptors() {
    return taps.descriptors(receiver.descriptors());
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return taps.receive(batch, receiver);
  }

  @Override
  public void send(DatagramBatch batch) {
    sender.send(batch);
  }

  @Override
  public List<UnderlayLane> lanes() {
    return List.copyOf(lanes);
  }

  @Override
  public Set<Door> doors() {
    return receiver.doors();
  }

  @Override
  public void listen(Set<Door> doors) {
    doorParts.listen(doors);
  }

  @Override
  public void join(IpAddress group) {
    if (!group.isMulticast()) {
      throw new IllegalArgumentException(group + " is no multicast group");
    }
    receiver.join(group);
  }

  @Override
  public void leave(IpAddress group) {
    receiver.leave(group);
  }

  @Override
  public int receiveErrors(PathError.Listener to) {
    int told = 0;
    for (int i = 0; i < errorSockets.size(); i++) {
      told += errorSockets.get(i).receive(to);
    }
    return told;
  }

  @Override
  public void attend() {
    watch.attend();
    taps.attend();
  }

  @Override
  public List<String> troubles() {
    return watch.troubles();
  }

  @Override
  public long lostInKernel() {
    long lost = receiver.lostInKernel() + taps.lost();
    for (UdpLane lane : lanes) {
      lost += lane.receiver().lostInKernel();
    }
    return lost;
  }

  @Override
  public String way() {
    return taps.description();
  }

  /** The UDP ports that datagrams leave from. */
  public int[] sourcePorts() {
    return places.stream().flatMapToInt(place -> IntStream.of(place.leg().sourcePorts())).toArray();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closeAll();
    }
  }

  private void closeAll() {
    boolean watched = opened.stream().anyMatch(UnderlayWatch.class::isInstance);
    if (!watched) {
      places.forEach(place -> place.mtu().close());
    }
    for (AutoCloseable each : opened) {
      try {
        each.close();
      } catch (Exception e) {
        throw new IllegalStateException(e); // none of them throws
      }
    }
    arena.close();
  }
}
