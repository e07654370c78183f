package net.viaduct.io.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.IoFailure;
import net.viaduct.io.PathError;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.Transport;
import net.viaduct.io.Underlay;
import net.viaduct.io.UnderlayLane;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;
import org.jspecify.annotations.Nullable;

/**
 * The twin of an underlay, a host's UDP port in a {@link MemoryNetwork}. It cuts super-frames and
 * finishes checksums as the real one does. Any thread may call any method; a lock keeps it whole.
 */
public final class MemoryUnderlay implements Underlay, MemorySource {
  /** Ethernet's. */
  public static final int DEFAULT_MTU_BYTES = 1500;

  private static final int DEFAULT_QUEUE_DATAGRAMS = 4096;
  private static final int MOST_GROUPS = 20;
  private static final int ENDLESS = Integer.MAX_VALUE;
  private static final int UDP_BYTES = 8;
  private static final int IPV4_AND_UDP_BYTES = 28;
  private static final int IPV6_AND_UDP_BYTES = 48;
  private static final int FIRST_SOURCE_PORT = 49_152;
  private static final int SOURCE_PORT_BITS = 14;

  private final MemoryNetwork network;
  private final List<IpAddress> addresses;
  private final int port;
  private final List<MemoryLane> threads = new ArrayList<>();
  private final ArrayDeque<Consumer<PathError>> errors = new ArrayDeque<>();
  private Set<Door> doors;
  private List<IpPrefix> zeroChecksumWith = List.of();
  private List<String> troubles = List.of();

  /** Held while one thread sends, which others may not at that time; never within the monitor. */
  private final Object sending = new Object();

  private final MemoryCutter cutter = new MemoryCutter();
  private boolean takesFragments;
  private boolean sendsFragments;
  private int queueDatagrams = DEFAULT_QUEUE_DATAGRAMS;
  private int mtuBytes = DEFAULT_MTU_BYTES;
  private int groups;
  private int mostGroups = MOST_GROUPS;
  private @Nullable SendResult refusal;
  private int room = ENDLESS;
  private boolean cutsAtTheEnd;
  private int refusesEach;
  private int asked;
  private long lost;

  MemoryUnderlay(MemoryNetwork network, List<IpAddress> addresses, int port) {
    this.network = network;
    this.addresses = List.copyOf(addresses);
    this.port = port;
    this.doors = Set.of(Door.udp(port));
    threads(1);
  }

  /**
   * So many threads receive, the owner among them: what comes by UDP is divided among them by where
   * it comes from. What has come already is lost.
   */
  public synchronized void threads(int count) {
    threads.clear();
    for (int i = 0; i < count; i++) {
      threads.add(new MemoryLane(this));
    }
  }

  @Override
  public synchronized List<UnderlayLane> lanes() {
    return List.copyOf(threads.subList(1, threads.size()));
  }

  /** A datagram arrives, as if the network had carried it here. */
  public synchronized void arrive(MemoryDatagram datagram) {
    MemoryLane lane = laneOf(datagram);
    if (lane.size() >= queueDatagrams) {
      lost++;
    } else {
      lane.arrive(datagram);
    }
  }

  private MemoryLane laneOf(MemoryDatagram datagram) {
    boolean divided =
        datagram.source().transport() == Transport.UDP
            && !datagram.destination().address().isMulticast();
    return threads.get(divided ? Math.floorMod(hash(datagram.source()), threads.size()) : 0);
  }

  private static int hash(Endpoint source) {
    return Long.hashCode(source.address().low()) * 31 + source.port();
  }

  /** Takes a datagram that came to the owner, instead of {@link #receive}; null if none did. */
  public synchronized @Nullable MemoryDatagram take() {
    return threads.getFirst().take();
  }

  /** Sends a payload as it is, from this host. */
  public void send(int sourcePort, Endpoint destination, byte[] payload) {
    network.carry(
        new MemoryDatagram(
            new Endpoint(from(destination).orElseThrow(), sourcePort), destination, payload));
  }

  /** The address of the destination's family. */
  private Optional<IpAddress> from(Endpoint destination) {
    boolean ipv4 = destination.address().isIpv4();
    return addresses.stream().filter(address -> address.isIpv4() == ipv4).findFirst();
  }

  /** Whether this is one of its addresses. */
  boolean hasAddress(IpAddress address) {
    return addresses.contains(address);
  }

  /** With these remotes UDP over IPv6 goes without checksum, both ways. */
  public synchronized void zeroChecksumWith(List<IpPrefix> remotes) {
    zeroChecksumWith = List.copyOf(remotes);
  }

  /** Says whether fragments are taken, and whether they are sent; at first neither. */
  public synchronized void fragments(boolean taken, boolean sent) {
    takesFragments = taken;
    sendsFragments = sent;
  }

  @Override
  public synchronized boolean sendsFragments() {
    return sendsFragments;
  }

  /** Something keeps it from working, as {@link #troubles()} tells then. */
  public synchronized void troubles(List<String> sentences) {
    troubles = List.copyOf(sentences);
  }

  /**
   * ICMP tells about a datagram.
   *
   * @param quoted what it quotes, from the tunnel header on
   */
  public synchronized void tell(
      PathError.Kind kind, Endpoint remote, int sourcePort, int mtu, byte[] quoted) {
    errors.add(error -> {
      error.told(kind, remote, sourcePort, mtu);
      MemorySegment copy = Arena.ofAuto().allocate(Math.max(1, quoted.length), 8);
      MemorySegment.copy(quoted, 0, copy, ValueLayout.JAVA_BYTE, 0, quoted.length);
      error.reporter(remote.address().high(), remote.address().low());
      error.quote(copy, 0, quoted.length);
    });
  }

  @Override
  public int receiveErrors(PathError.Listener to) {
    int told = 0;
    PathError error = new PathError(local());
    for (Consumer<PathError> next = nextError(); next != null; next = nextError()) {
      next.accept(error);
      to.onPathError(error);
      told++;
    }
    return told;
  }

  private synchronized @Nullable Consumer<PathError> nextError() {
    return errors.poll();
  }

  @Override
  public synchronized List<String> troubles() {
    return troubles;
  }

  @Override
  public synchronized Set<Door> doors() {
    return doors;
  }

  @Override
  public void listen(Set<Door> wanted) {
    Set<Endpoint> endpoints = new HashSet<>();
    for (IpAddress address : addresses) {
      for (Door door : wanted) {
        endpoints.add(new Endpoint(address, door.transport(), door.port()));
      }
    }
    MemoryUnderlay holder = network.listen(this, endpoints);
    if (holder != null) {
      throw new IoFailure("listen on " + wanted, "EADDRINUSE", "held by " + holder.local());
    }
    synchronized (this) {
      doors = Set.copyOf(wanted);
    }
  }

  /** How many groups it can join; those that were joined stay. */
  public synchronized void mostGroups(int value) {
    mostGroups = value;
  }

  /** How many datagrams wait at most. */
  public synchronized void queueDatagrams(int value) {
    queueDatagrams = value;
  }

  /** Sets the MTU. */
  public synchronized void mtuBytes(int value) {
    mtuBytes = value;
  }

  /** Everything that is sent gets this result from now on; null for the true one. */
  public synchronized void refuse(@Nullable SendResult result) {
    refusal = result;
  }

  /** So many frames are taken from now on, and then none, as by a full socket. */
  public synchronized void room(int frames) {
    room = frames;
  }

  /** Whether of a super-frame that finds no more room the first segment leaves nevertheless. */
  public synchronized void cutsAtTheEnd(boolean value) {
    cutsAtTheEnd = value;
  }

  /**
   * One of so many frames finds no room, and those behind it do, as where a device drops now and
   * then (ENOBUFS); 0 for none.
   */
  public synchronized void refusesEach(int frames) {
    refusesEach = frames;
  }

  @Override
  public Endpoint local() {
    return new Endpoint(addresses.getFirst(), port);
  }

  @Override
  public List<Endpoint> locals() {
    return addresses.stream().map(address -> new Endpoint(address, port)).toList();
  }

  @Override
  public synchronized int mtuBytes() {
    return mtuBytes;
  }

  @Override
  public boolean isReady() {
    return lane().isReady();
  }

  private synchronized MemoryLane lane() {
    return threads.getFirst();
  }

  @Override
  public int receive(ReceiveBatch batch) {
    return lane().receive(batch);
  }

  synchronized boolean takesFragments() {
    return takesFragments;
  }

  synchronized boolean goesWithout(IpAddress remote) {
    return zeroChecksumWith.stream().anyMatch(prefix -> prefix.contains(remote));
  }

  @Override
  public void send(DatagramBatch batch) {
    synchronized (sending) {
      sendAll(batch);
    }
  }

  private void sendAll(DatagramBatch batch) {
    for (int i = 0; i < batch.size(); i++) {
      SendResult refused = refusal();
      boolean inPart = refused == SendResult.FULL && leavesInPart(batch.frame(i));
      if (refused == null || inPart) {
        send(batch, i, inPart);
      } else {
        batch.result(i, refused, 0);
      }
    }
  }

  private synchronized boolean leavesInPart(Frame frame) {
    return cutsAtTheEnd && frame.offload().isSuperFrame();
  }

  private synchronized @Nullable SendResult refusal() {
    if (refusesEach != 0 && ++asked % refusesEach == 0) {
      return SendResult.FULL;
    }
    if (refusal != null || room == ENDLESS) {
      return refusal;
    }
    return room-- > 0 ? null : full();
  }

  private SendResult full() {
    room = 0;
    return SendResult.FULL;
  }

  private void send(DatagramBatch batch, int i, boolean inPart) {
    byte[] header = MemoryCutter.header(batch.frame(i), batch.headerBytes(i));
    byte[][] inner = cutter.framesOf(batch.frame(i));
    Endpoint destination = batch.destination(i);
    Optional<IpAddress> from = from(destination);
    boolean gre = destination.transport() == Transport.GRE;
    if (inner.length == 0 || from.isEmpty() || (gre && !doors().contains(Door.GRE))) {
      batch.result(i, SendResult.FAILED, 0);
      return;
    }
    int overhead =
        header.length
            + (destination.address().isIpv4() ? IPV4_AND_UDP_BYTES : IPV6_AND_UDP_BYTES)
            - (gre ? UDP_BYTES : 0);
    int hashed = FIRST_SOURCE_PORT + (batch.flowHash(i) >>> (32 - SOURCE_PORT_BITS));
    Endpoint source = gre ? Endpoint.gre(from.get()) : new Endpoint(from.get(), hashed);
    boolean checksummed = !goesWithout(destination.address());
    int sent = 0;
    int lostBytes = 0;
    for (byte[] each : inner) {
      boolean fits = overhead + each.length <= mtuBytes();
      if ((fits || sendsFragments()) && (sent == 0 || !inPart)) {
        byte[] payload = new byte[header.length + each.length];
        System.arraycopy(header, 0, payload, 0, header.length);
        System.arraycopy(each, 0, payload, header.length, each.length);
        MemoryDatagram whole =
            new MemoryDatagram(source, destination, payload, batch.trafficClass(i), checksummed);
        network.carry(fits ? whole : whole.inFragments());
        sent++;
      } else {
        lostBytes += each.length - (inner.length == 1 ? 0 : cutter.headerBytes());
      }
    }
    SendResult unsent = inPart ? SendResult.FULL : SendResult.TOO_BIG;
    SendResult result = sent == inner.length ? SendResult.SENT : unsent;
    batch.result(i, result, sent, lostBytes);
  }

  @Override
  public synchronized void join(IpAddress group) {
    if (groups >= mostGroups) {
      throw new IoFailure("join " + group, "ENOBUFS", "a socket joins " + mostGroups + " groups");
    }
    groups++;
    network.join(this, group);
  }

  @Override
  public synchronized void leave(IpAddress group) {
    groups--;
    network.leave(this, group);
  }

  @Override
  public synchronized long lostInKernel() {
    return lost;
  }

  @Override
  public void close() {
    network.close(this);
  }
}
