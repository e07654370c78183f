package net.viaduct.vtep;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Port;
import net.viaduct.runtime.CommandQueue;
import net.viaduct.vtep.capture.Capture;
import net.viaduct.vtep.capture.CaptureRequest;
import net.viaduct.vtep.capture.Captures;
import net.viaduct.vtep.control.Stations;
import net.viaduct.vtep.control.Topology;
import net.viaduct.vtep.control.Tracer;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.show.NeighbourPage;
import net.viaduct.vtep.show.StationStatus;
import net.viaduct.vtep.trace.Trace;
import net.viaduct.vtep.waiting.Queues;
import net.viaduct.vtep.watch.WatchOrder;
import net.viaduct.vtep.watching.Watching;
import net.viaduct.wire.IpAddress;

/**
 * Changes a VTEP from outside. Every method may be called from any thread and returns at once; the
 * command is carried out between two duty cycles, whole or not at all. Doing the same again is no
 * error, so that whoever reconciles can repeat.
 *
 * <p>The future completes on the data-path thread: what depends on it must be asynchronous, or wait
 * in {@code get}. It fails with {@link CommandRefused} if the command cannot be carried out, also
 * if too many wait or the VTEP has ended. One that was not begun can be withdrawn by {@code
 * cancel}; if that says true, it is never carried out.
 */
public final class VtepControl {
  private static final int MOST_WAITING = 1024;
  private static final int ADDRESSES_PER_PAGE = 1024;

  private final Topology topology;
  private final Stations stations;
  private final Tracer tracer;
  private final Captures captures;
  private final Queues queues;
  private final Watching watching;
  private final CommandQueue<Command<?>> queue;
  private volatile boolean closed;

  /** Is carried out, refused, or withdrawn by {@link #cancel}: whatever comes first. */
  private static final class Command<T> extends CompletableFuture<T> {
    private final Supplier<T> action;
    private final AtomicBoolean decided = new AtomicBoolean();

    Command(Supplier<T> action) {
      this.action = action;
    }

    void run() {
      if (decided.compareAndSet(false, true)) {
        try {
          complete(action.get());
        } catch (RuntimeException e) {
          completeExceptionally(e);
        }
      }
    }

    void refuse(String why) {
      if (decided.compareAndSet(false, true)) {
        completeExceptionally(new CommandRefused(why));
      }
    }

    void refuse() {
      refuse("the VTEP has ended");
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      return decided.compareAndSet(false, true) && super.cancel(false);
    }
  }

  VtepControl(
      Topology topology,
      Stations stations,
      Tracer tracer,
      Captures captures,
      Queues queues,
      Watching watching,
      Runnable wake) {
    this.topology = topology;
    this.stations = stations;
    this.tracer = tracer;
    this.captures = captures;
    this.queues = queues;
    this.watching = watching;
    this.queue = new CommandQueue<>(MOST_WAITING, wake);
  }

  /** Adds a network. Refused if its VNI has another configuration. */
  public CompletableFuture<Void> addNetwork(NetworkConfig config) {
    return run(() -> topology.addNetwork(config));
  }

  /** Makes the network with this VNI what the configuration says; ports and stations stay. */
  public CompletableFuture<Void> changeNetwork(NetworkConfig config) {
    return run(() -> topology.changeNetwork(config));
  }

  /** Changes where a network's BUM goes beyond this host, and so whose datagrams it takes. */
  public CompletableFuture<Void> changeFlood(int vni, FloodList flood) {
    return run(() -> topology.changeFlood(vni, flood));
  }

  /** Removes a network and its stations. Refused as long as it has ports. */
  public CompletableFuture<Void> removeNetwork(int vni) {
    return run(() -> topology.removeNetwork(vni));
  }

  /**
   * Attaches an open port to a network; with the first one the network's group is joined. Refused
   * if a port of this name is attached. From now on the data-path thread owns the port.
   */
  public CompletableFuture<Void> attachPort(int vni, Port port) {
    return attachPort(vni, port.name(), port, PortSettings.DEFAULT);
  }

  /**
   * The same for a port that may share its device with others, each with a VLAN of its own.
   *
   * @param name by which the port is known
   * @param device the way in and out; the same object for all ports that share it
   */
  public CompletableFuture<Void> attachPort(
      int vni, String name, Port device, PortSettings settings) {
    return run(() -> topology.attachPort(vni, name, device, settings));
  }

  /** Changes how a port behaves, but for its VLAN; its stations stay. */
  public CompletableFuture<Void> changePort(String name, PortSettings settings) {
    return run(() -> topology.changePort(name, settings));
  }

  /**
   * Detaches a port and forgets the stations behind it; with the last one the network's group is
   * left.
   *
   * @return its device, which belongs to the caller when no port uses it any more, who closes it;
   *     empty if it was not attached
   */
  public CompletableFuture<Optional<Port>> detachPort(String name) {
    return submit(() -> Optional.ofNullable(topology.detachPort(name)));
  }

  /**
   * Lets datagrams in by these doors only; none is lost at those that stay open. Refused, with
   * nothing changed, if one cannot be opened.
   *
   * @param usualPort the UDP port on which remotes listen of which nothing else is said (R4)
   */
  public CompletableFuture<Void> listen(int usualPort, Set<Door> doors) {
    return run(() -> topology.listen(usualPort, doors));
  }

  /**
   * Changes the queue to the underlay while it carries: no frame is lost by that, none of a flow
   * overtakes another. What can be made beforehand is made on the caller's thread; one at a time.
   *
   * @param settings empty for no queue
   */
  public CompletableFuture<Void> changeUnderlayQueue(Optional<QueueSettings> settings) {
    Queues.UnderlayChange change;
    try {
      change = queues.prepare(settings);
    } catch (CommandRefused e) {
      return CompletableFuture.failedFuture(e);
    }
    return run(() -> queues.change(change));
  }

  /** Keeps a remote, and tells the UDP port that it listens on (R4). */
  public CompletableFuture<Void> addRemote(Endpoint endpoint) {
    return run(() -> topology.addRemote(endpoint));
  }

  /** Takes {@link #addRemote} back. */
  public CompletableFuture<Void> removeRemote(IpAddress address) {
    return run(() -> topology.removeRemote(address));
  }

  /**
   * Says where a station is.
   *
   * @param mac neither zero nor a group address
   * @param origin who says so
   * @return false if a higher origin says otherwise, which stays
   */
  public CompletableFuture<Boolean> addStation(
      int vni, long mac, Location location, Origin origin) {
    return submit(() -> stations.add(vni, mac, location, origin));
  }

  /**
   * Takes back what an origin said about a station.
   *
   * @return false if this origin says nothing about it
   */
  public CompletableFuture<Boolean> removeStation(int vni, long mac, Origin origin) {
    return submit(() -> stations.remove(vni, mac, origin));
  }

  /**
   * Forgets stations that were learned and are still where they were seen.
   *
   * @param seen at most some hundreds: frames wait meanwhile
   * @return how many were forgotten
   */
  public CompletableFuture<Integer> forgetLearned(List<StationStatus> seen) {
    return submit(() -> stations.forgetLearned(seen));
  }

  /**
   * A station moves between this host and another from now on, until {@link #settle}. Refused if
   * the port is not in the network, or there is no room for the remote.
   */
  public CompletableFuture<Void> move(int vni, long mac, MovePart part) {
    return run(() -> stations.move(vni, mac, part));
  }

  /** A station moves no more. */
  public CompletableFuture<Void> settle(int vni, long mac) {
    return run(() -> stations.settle(vni, mac));
  }

  /**
   * Where a frame from a port would go, by the code and the tables of real ones; nothing comes of
   * it. Refused if there is no such port, or no frame can be so long.
   *
   * @param frame from its destination address on; not to be changed until the answer is there
   */
  public CompletableFuture<Trace> traceFromPort(String port, byte[] frame) {
    return submit(() -> tracer.fromPort(port, frame));
  }

  /**
   * Where a frame would go that a remote sends, wrapped as this host expects it from there. Refused
   * if no frame can be so long.
   *
   * @param frame from its destination address on; not to be changed until the answer is there
   */
  public CompletableFuture<Trace> traceFromRemote(IpAddress remote, int vni, byte[] frame) {
    return submit(() -> tracer.fromRemote(remote, vni, frame));
  }

  /**
   * Where a datagram from the underlay would go. Refused if none can be so long.
   *
   * @param door by which it comes in, which says how it is wrapped
   * @param trafficClass of its outer IP header, 0 to 255
   * @param payload tunnel header and frame; not to be changed until the answer is there
   */
  public CompletableFuture<Trace> traceFromUnderlay(
      Endpoint source, Door door, int trafficClass, byte[] payload) {
    return submit(() -> tracer.fromUnderlay(source, door, trafficClass, payload));
  }

  /**
   * Announces stations of this host to everybody, in their name.
   *
   * @param vni of the network that they are in; empty for all
   * @param port behind which they are; empty for all
   * @return how many, when all were announced
   */
  public CompletableFuture<Integer> announce(OptionalInt vni, Optional<String> port) {
    CompletableFuture<Integer> done = new CompletableFuture<>();
    return run(() -> stations.announce(vni, port, done)).thenCompose(_ -> done);
  }

  /**
   * Asks a station for the addresses that it is known to have (ARP, neighbour solicitation).
   * Refused if it is known to have none.
   *
   * @return whether it answered within two seconds
   */
  public CompletableFuture<Boolean> ask(int vni, long mac) {
    CompletableFuture<Boolean> answered = new CompletableFuture<>();
    return run(() -> stations.ask(vni, mac, answered)).thenCompose(_ -> answered);
  }

  /** Which station has which IP address: some of them, from 0 or from {@code next} on. */
  public CompletableFuture<NeighbourPage> addresses(int from) {
    return submit(() -> stations.addresses(from, ADDRESSES_PER_PAGE));
  }

  /**
   * Captures frames from now on, with what becomes of each. Refused if a capture is under way:
   * there is one at a time.
   */
  public CompletableFuture<Capture> capture(CaptureRequest request) {
    return submit(() -> captures.begin(request));
  }

  /** Watches these hosts from now on, and no others; answers those that ask for this one. */
  public CompletableFuture<Void> watch(WatchOrder order) {
    return run(() -> watching.change(order));
  }

  private CompletableFuture<Void> run(Runnable action) {
    return submit(() -> {
      action.run();
      return null;
    });
  }

  private <T> CompletableFuture<T> submit(Supplier<T> action) {
    Command<T> command = new Command<>(action);
    if (closed) {
      command.refuse();
    } else if (!queue.offer(command)) {
      command.refuse(MOST_WAITING + " commands wait already");
    } else if (closed) {
      command.refuse();
    }
    return command;
  }

  /** Whether commands wait. Any thread. */
  boolean hasCommands() {
    return queue.size() > 0;
  }

  /** Carries commands out. Owner. */
  int drain(int limit) {
    return queue.drain(Command::run, limit);
  }

  /** Refuses everything from now on. Owner. */
  void close() {
    closed = true;
    queue.drain(Command::refuse, Integer.MAX_VALUE);
  }
}
