package net.viaduct.host;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import net.viaduct.host.view.TrafficView;
import net.viaduct.io.Endpoint;
import net.viaduct.protocol.Count;
import net.viaduct.protocol.DropMeter;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.NetworkMeter;
import net.viaduct.protocol.PortMeter;
import net.viaduct.protocol.RemoteMeter;
import net.viaduct.protocol.TrafficMeter;
import net.viaduct.runtime.CounterValues;
import net.viaduct.vtep.VtepView;
import net.viaduct.vtep.show.NetworkStatus;
import net.viaduct.vtep.show.PortStatus;
import net.viaduct.vtep.show.RemoteStatus;

/**
 * Puts together what a host tells its controller about what it has counted. It reads the counters
 * that {@code viaduct show} reads, and no more of networks, ports and remotes than a message has
 * room for: then those that moved most since the last time. Owned by the follower's thread.
 */
final class HostMeters {
  private static final int MOST_NETWORKS = 1_000;
  private static final int MOST_PORTS = 1_000;
  private static final int MOST_REMOTES = 200;

  private final long run;
  private final Busiest<Integer> networks = new Busiest<>(MOST_NETWORKS);
  private final Busiest<String> ports = new Busiest<>(MOST_PORTS);
  private final Busiest<Endpoint> remotes = new Busiest<>(MOST_REMOTES);

  /**
   * Those of a run of the program.
   *
   * @param run when it began, in ms since 1970
   */
  HostMeters(long run) {
    this.run = run;
  }

  /** What was counted up to now. */
  Meters read(VtepView view, long nowNs) {
    Meters.Builder meters = Meters.newBuilder().setRun(run).setClockNs(nowNs);
    meters.setTotal(traffic(view.counters()));
    List<NetworkMeter> byVni = view.networks().stream().map(HostMeters::network).toList();
    meters.addAllNetworks(networks.of(byVni, NetworkMeter::getVni, it -> bytes(it.getTraffic())));
    List<PortMeter> byName = view.ports().stream().map(HostMeters::port).toList();
    meters.addAllPorts(
        ports.of(byName, PortMeter::getName, it -> bytes(it.getReceived(), it.getSent())));
    List<Remote> byEndpoint = view.remotes().stream().map(HostMeters::remote).toList();
    remotes
        .of(
            byEndpoint,
            Remote::endpoint,
            it -> bytes(it.meter().getReceived(), it.meter().getSent()))
        .forEach(it -> meters.addRemotes(it.meter()));
    view.drops()
        .forEach((reason, frames) -> {
          if (frames > 0) {
            meters.addDrops(DropMeter.newBuilder().setReason(reason.label()).setFrames(frames));
          }
        });
    return meters.build();
  }

  private record Remote(Endpoint endpoint, RemoteMeter meter) {}

  private static NetworkMeter network(NetworkStatus network) {
    return NetworkMeter.newBuilder()
        .setVni(network.config().vni())
        .setTraffic(traffic(network.counters()))
        .build();
  }

  private static PortMeter port(PortStatus port) {
    TrafficView traffic = LiveView.traffic(port.counters());
    return PortMeter.newBuilder()
        .setName(port.name())
        .setVni(port.vni())
        .setReceived(count(traffic.receivedFrames(), traffic.receivedBytes()))
        .setSent(count(traffic.sentFrames(), traffic.sentBytes()))
        .setDroppedFrames(traffic.drops())
        .build();
  }

  private static Remote remote(RemoteStatus remote) {
    TrafficView traffic = LiveView.traffic(remote.counters());
    return new Remote(
        remote.endpoint(),
        RemoteMeter.newBuilder()
            .setAddress(ByteString.copyFrom(remote.endpoint().address().toBytes()))
            .setPort(remote.endpoint().port())
            .setReceived(count(traffic.receivedFrames(), traffic.receivedBytes()))
            .setSent(count(traffic.sentFrames(), traffic.sentBytes()))
            .setReceivedDatagrams(traffic.receivedDatagrams())
            .setSentDatagrams(traffic.sentDatagrams())
            .setDroppedFrames(traffic.drops())
            .build());
  }

  private static TrafficMeter traffic(CounterValues values) {
    return TrafficMeter.newBuilder()
        .setFromPorts(count(values, "egress-received"))
        .setToPorts(count(values, "egress-delivered", "ingress-delivered"))
        .setFromRemotes(count(values, "ingress-received"))
        .setToRemotes(count(values, "egress-sent"))
        .setDroppedFrames(LiveView.traffic(values).drops())
        .build();
  }

  /** The frames and bytes of counters that are called so. */
  private static Count count(CounterValues values, String... names) {
    String[] frames = Arrays.stream(names).map(name -> name + "-frames").toArray(String[]::new);
    String[] bytes = Arrays.stream(names).map(name -> name + "-bytes").toArray(String[]::new);
    return count(LiveView.sum(values, frames), LiveView.sum(values, bytes));
  }

  private static Count count(long frames, long bytes) {
    return Count.newBuilder().setFrames(frames).setBytes(bytes).build();
  }

  private static long bytes(TrafficMeter traffic) {
    return bytes(traffic.getFromPorts(), traffic.getToPorts())
        + bytes(traffic.getFromRemotes(), traffic.getToRemotes());
  }

  private static long bytes(Count one, Count other) {
    return one.getBytes() + other.getBytes();
  }

  /** Some of very many: those with the most bytes since the last time. */
  private static final class Busiest<K> {
    private final int most;
    private Map<K, Long> before = Map.of();

    Busiest(int most) {
      this.most = most;
    }

    <T> List<T> of(List<T> all, Function<T, K> key, ToLongFunction<T> bytes) {
      if (all.size() <= most) {
        before = Map.of();
        return all;
      }
      Map<K, Long> then = before;
      Map<K, Long> now = new HashMap<>();
      all.forEach(it -> now.put(key.apply(it), bytes.applyAsLong(it)));
      before = now;
      List<T> some = new ArrayList<>(all);
      some.sort(
          Comparator.comparingLong(
                  (T it) -> bytes.applyAsLong(it) - then.getOrDefault(key.apply(it), 0L))
              .reversed());
      return some.subList(0, most);
    }
  }
}
