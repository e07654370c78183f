package net.viaduct.cli;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import net.viaduct.host.diagnosis.Diagnosis;
import net.viaduct.host.view.AnnouncementView;
import net.viaduct.host.view.ControllerView;
import net.viaduct.host.view.CountersView;
import net.viaduct.host.view.DropView;
import net.viaduct.host.view.ErrorView;
import net.viaduct.host.view.FlapView;
import net.viaduct.host.view.FloodView;
import net.viaduct.host.view.FlushView;
import net.viaduct.host.view.GroupView;
import net.viaduct.host.view.HostView;
import net.viaduct.host.view.NeighbourView;
import net.viaduct.host.view.NetworkView;
import net.viaduct.host.view.PathView;
import net.viaduct.host.view.PortView;
import net.viaduct.host.view.ReloadRefused;
import net.viaduct.host.view.ReloadView;
import net.viaduct.host.view.RemoteView;
import net.viaduct.host.view.StationFilter;
import net.viaduct.host.view.StationView;
import net.viaduct.host.view.StatusView;
import net.viaduct.host.view.TrafficView;
import org.jspecify.annotations.Nullable;

/** A host whose ports carry more each time that they are looked at. */
final class ShownHost implements HostView {
  private final AtomicLong looks = new AtomicLong();
  private final List<StationFilter> filters = new java.util.concurrent.CopyOnWriteArrayList<>();
  private final String address;
  private List<String> wrong = List.of();
  private volatile boolean lost;
  private volatile @Nullable String heldBack;
  private volatile @Nullable String queuesMissing;

  ShownHost() {
    this("10.77.0.1");
  }

  ShownHost(String address) {
    this.address = address;
  }

  /** From now on the device of the second port is gone. */
  void loseDevice() {
    lost = true;
  }

  /** From now on the first port is held back. */
  void holdBack(String why) {
    heldBack = why;
  }

  /** From now on the first port has fewer queues than there are threads. */
  void missQueues(String why) {
    queuesMissing = why;
  }

  void refuseReloads(String... errors) {
    wrong = List.of(errors);
  }

  @Override
  public StatusView status() {
    return new StatusView(
        "h1",
        "0.1.0",
        42,
        Instant.EPOCH,
        address,
        List.of(address, "fd77::1"),
        4789,
        List.of("UDP port 4789"),
        List.of(),
        "sockets",
        "eth0",
        1500,
        "balanced",
        1,
        1,
        2,
        3,
        "/etc/viaduct/viaduct.yaml",
        "/run/viaduct/h1.counters",
        Instant.EPOCH,
        null);
  }

  @Override
  public ControllerView controller() {
    return ControllerView.NONE;
  }

  @Override
  public List<NetworkView> networks() {
    return List.of(
        new NetworkView(
            "blue", 100, "vxlan, geneve", "group 239.1.1.100", 2, 3, 300, 10, 20, 30, 40, 5, 1));
  }

  @Override
  public List<PortView> ports() {
    long grown = looks.getAndIncrement() * 1_000_000_000_000L;
    return List.of(
        new PortView(
            "vm1",
            "blue",
            100,
            "tap",
            null,
            "attached",
            heldBack,
            "UP",
            1450,
            1,
            1,
            queuesMissing,
            null,
            new TrafficView(12_345 + grown, 1_234_567, 12_345, 7, 420, 7, 0)),
        new PortView(
            "veth7",
            "blue",
            100,
            "device",
            null,
            lost ? "missing" : "attached",
            null,
            lost ? null : "NO-CARRIER",
            lost ? 0 : 1500,
            lost ? 0 : 12,
            lost ? 0 : 1,
            null,
            null,
            new TrafficView(0, 0, 0, 0, 0, 0, 3)));
  }

  @Override
  public @Nullable String stations(
      StationFilter filter, int limit, String cursor, Consumer<StationView> each) {
    filters.add(filter);
    if (cursor.isEmpty()) {
      each.accept(
          new StationView("blue", 100, "02:00:00:00:00:01", "vm1", null, "learned", 42L, null));
      if (limit == 1) {
        return "w1";
      }
    }
    each.accept(
        new StationView("blue", 100, "02:00:00:00:00:02", null, "10.77.0.2", "static", null, null));
    return null;
  }

  @Override
  public FlushView flush(StationFilter filter) {
    if (filter.network().equals("red")) {
      throw new IllegalArgumentException("there is no network 'red'");
    }
    filters.add(filter);
    return new FlushView(filter.mac().isEmpty() ? 2 : 1);
  }

  /** By what was asked for stations until now. */
  List<StationFilter> filters() {
    return filters;
  }

  @Override
  public List<NeighbourView> neighbours(StationFilter filter) {
    filters.add(filter);
    return List.of(
        new NeighbourView(
            "blue",
            100,
            "10.0.0.10",
            "02:00:00:00:00:0a",
            null,
            null,
            "static",
            false,
            false,
            null),
        new NeighbourView(
            "blue", 100, "10.0.0.9", "02:00:00:00:00:09", null, null, "learned", false, false, 70L),
        new NeighbourView(
            "blue",
            100,
            "10.0.0.1",
            "02:00:00:00:00:01",
            "vm1",
            null,
            "learned",
            false,
            false,
            7L));
  }

  @Override
  public List<FlapView> flaps() {
    return List.of(
        new FlapView("blue", 100, "02:00:00:00:00:02", "port vm1", "remote 10.77.0.2", 8));
  }

  @Override
  public AnnouncementView announce(String network, String port) {
    if (network.equals("red")) {
      throw new IllegalArgumentException("there is no network 'red'");
    }
    return new AnnouncementView(2);
  }

  @Override
  public List<RemoteView> remotes() {
    return List.of(
        new RemoteView(
            "10.77.0.2",
            4789,
            "configured",
            1,
            new PathView(1500, 1500, "probed", "found", "found by probes"),
            new TrafficView(10, 48_000, 32, 3, 186_000, 129, 0)));
  }

  @Override
  public List<FloodView> flood() {
    return List.of(
        new FloodView("blue", 100, "group", List.of("239.1.1.100:4789"), List.of("veth7", "vm1")));
  }

  @Override
  public List<GroupView> groups() {
    return List.of(
        new GroupView("blue", 100, "asked-here", "10.77.0.1", null, null, List.of(), null),
        new GroupView("blue", 100, "listener", "239.1.2.3", "vm1", null, List.of(), 250L),
        new GroupView(
            "blue", 100, "listener", "232.1.1.1", null, "10.77.0.2", List.of("10.0.0.9"), 12L));
  }

  @Override
  public List<DropView> drops() {
    return List.of(
        new DropView("unknown-vni", 6, 12, "A datagram is for nobody.", "Add the network here."),
        new DropView("same-port", 13, 0, "It came from there.", "This is usual."));
  }

  @Override
  public List<CountersView> counters() {
    return List.of(
        new CountersView("port", "vm1", Map.of("received-frames", 10L)),
        new CountersView("port", "veth7", Map.of("received-frames", 0L)));
  }

  @Override
  public List<ErrorView> errors() {
    return List.of();
  }

  @Override
  public Diagnosis diagnosis() {
    return new FixedDiagnosis();
  }

  @Override
  public ReloadView reload() {
    if (!wrong.isEmpty()) {
      throw new ReloadRefused(wrong);
    }
    return new ReloadView(
        List.of("port vm2 attached to network 'blue'"), List.of("device vm2 is down"));
  }
}
