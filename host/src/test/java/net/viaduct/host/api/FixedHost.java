package net.viaduct.host.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
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
import net.viaduct.host.view.PortView;
import net.viaduct.host.view.ReloadRefused;
import net.viaduct.host.view.ReloadView;
import net.viaduct.host.view.RemoteView;
import net.viaduct.host.view.StationFilter;
import net.viaduct.host.view.StationView;
import net.viaduct.host.view.StatusView;
import net.viaduct.host.view.TrafficView;
import org.jspecify.annotations.Nullable;

/** A host that always looks the same. */
final class FixedHost implements HostView {
  private static final TrafficView TRAFFIC = new TrafficView(10, 1_000, 11, 20, 2_000, 22, 3);

  @Override
  public StatusView status() {
    return new StatusView(
        "h1",
        "0.1.0",
        42,
        Instant.EPOCH,
        "10.77.0.1",
        List.of("10.77.0.1", "fd77::1"),
        4789,
        List.of("UDP port 4789"),
        List.of(),
        "sockets",
        "eth0",
        1500,
        "balanced",
        1,
        1,
        1,
        2,
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
            "blue", 100, "vxlan, geneve", "group 239.1.1.100", 1, 2, 300, 10, 20, 30, 40, 5, 3));
  }

  @Override
  public List<PortView> ports() {
    return List.of(
        new PortView(
            "vm1",
            "blue",
            100,
            "tap",
            null,
            "attached",
            null,
            "UP",
            1450,
            1,
            1,
            null,
            null,
            TRAFFIC));
  }

  @Override
  public @Nullable String stations(
      StationFilter filter, int limit, String cursor, Consumer<StationView> each) {
    if (!cursor.isEmpty() && !cursor.equals("1")) {
      throw new IllegalArgumentException("'" + cursor + "' is none");
    }
    StationView here =
        new StationView("blue", 100, "02:00:00:00:00:01", "vm1", null, "learned", 7L, null);
    StationView there =
        new StationView("blue", 100, "02:00:00:00:00:02", null, "10.77.0.2", "static", null, null);
    if (limit == 1) {
      each.accept(cursor.isEmpty() ? here : there);
      return cursor.isEmpty() ? "1" : null;
    }
    each.accept(here);
    each.accept(there);
    return null;
  }

  @Override
  public FlushView flush(StationFilter filter) {
    return new FlushView(2);
  }

  @Override
  public List<NeighbourView> neighbours(StationFilter filter) {
    return List.of(
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
    return List.of(new RemoteView("10.77.0.2", 4789, "learned", 1, null, TRAFFIC));
  }

  @Override
  public List<FloodView> flood() {
    return List.of(
        new FloodView("blue", 100, "group", List.of("239.1.1.100:4789"), List.of("vm1")));
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
    return List.of(new DropView("unknown-vni", 6, 3, "What happened.", "What to do."));
  }

  @Override
  public List<CountersView> counters() {
    return List.of(new CountersView("port", "vm1", Map.of("received-frames", 10L)));
  }

  @Override
  public List<ErrorView> errors() {
    throw new IllegalStateException("the log of errors is broken");
  }

  @Override
  public Diagnosis diagnosis() {
    return new FixedDiagnosis();
  }

  @Override
  public ReloadView reload() {
    throw new ReloadRefused(List.of("v.yaml:1:1: first", "v.yaml:2:1: second"));
  }
}
