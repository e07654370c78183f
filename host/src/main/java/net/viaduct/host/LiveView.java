package net.viaduct.host;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.config.NetworkConfig;
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
import net.viaduct.host.view.ReloadView;
import net.viaduct.host.view.RemoteView;
import net.viaduct.host.view.StationFilter;
import net.viaduct.host.view.StationView;
import net.viaduct.host.view.StatusView;
import net.viaduct.host.view.TrafficView;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CounterValues;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.show.NetworkStatus;
import net.viaduct.vtep.show.PathStatus;
import net.viaduct.vtep.show.RemoteStatus;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Shows a host as it is now. Any thread; never waits for the data path. */
final class LiveView implements HostView {
  private final Supplier<InForce> inForce;
  private final NeighbourShow addresses;
  private final CountersFile counters;
  private final DistinctErrors errors;
  private final StationShow stations;
  private final HostFacts facts;
  private final Supplier<ReloadView> reload;
  private final Supplier<ControllerView> controller;
  private final Diagnosis diagnosis;

  LiveView(
      Supplier<InForce> inForce,
      CountersFile counters,
      DistinctErrors errors,
      StationWalks walks,
      HostFacts facts,
      Supplier<ReloadView> reload,
      Supplier<ControllerView> controller) {
    this.inForce = inForce;
    this.addresses = new NeighbourShow(inForce);
    this.counters = counters;
    this.errors = errors;
    this.stations = new StationShow(inForce, walks);
    this.facts = facts;
    this.reload = reload;
    this.controller = controller;
    this.diagnosis = new LiveDiagnosis(inForce, facts);
  }

  @Override
  public StatusView status() {
    InForce now = inForce.get();
    HostConfig config = now.config();
    List<NetworkStatus> networks = now.dataPath().view().networks();
    Endpoint local = config.underlay().local();
    return new StatusView(
        config.host(),
        facts.version(),
        ProcessHandle.current().pid(),
        facts.startedAt(),
        local.address().toString(),
        config.underlay().addresses().stream().map(IpAddress::toString).toList(),
        local.port(),
        now.desired().listening().doors().stream().map(Door::toString).toList(),
        now.dataPath().troubles(),
        now.dataPath().way(),
        now.clearance().underlay().name(),
        now.clearance().underlay().mtuBytes(),
        now.dataPath().latency(),
        config.workers(),
        networks.size(),
        networks.stream().mapToInt(network -> network.ports().size()).sum(),
        networks.stream().mapToLong(NetworkStatus::stations).sum(),
        now.file().file().toString(),
        config.countersFile().toString(),
        now.since(),
        now.reloadError());
  }

  @Override
  public ControllerView controller() {
    return controller.get();
  }

  @Override
  public List<NetworkView> networks() {
    return inForce.get().dataPath().view().networks().stream().map(LiveView::networkView).toList();
  }

  /** As the data path has it: what is wanted may not be done yet, or be impossible. */
  private static NetworkView networkView(NetworkStatus network) {
    CounterValues values = network.counters();
    int vni = network.config().vni();
    String unknown =
        InForce.hasFallenBack(network.config().stations())
            ? ", learns: no controller"
            : network.config().stations().unknown() == StationPolicy.Unknown.DROP
                ? ", known stations only"
                : "";
    Duration ageing = network.config().stations().ageing().orElse(NetworkConfig.DEFAULT_AGEING);
    return new NetworkView(
        network.config().name(),
        vni,
        encapsulations(network.config().settings().encapsulation()),
        floodSentence(network.config().flood())
            + (network.missesGroup() ? ", not joined" : "")
            + unknown,
        network.ports().size(),
        network.stations(),
        ageing.toSeconds(),
        sum(values, "egress-received-frames"),
        sum(values, "egress-delivered-frames", "ingress-delivered-frames"),
        sum(values, "ingress-received-frames"),
        sum(values, "egress-sent-frames"),
        sum(values, "egress-flooded-frames", "ingress-flooded-frames"),
        sum(values, "egress-dropped-frames", "ingress-dropped-frames"));
  }

  private static String encapsulations(EncapsulationSettings settings) {
    Stream<EncapsulationType> others = settings.remotes().values().stream().sorted();
    return Stream.concat(Stream.of(settings.type()), others)
        .map(EncapsulationType::label)
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static String floodSentence(FloodList flood) {
    return switch (flood) {
      case FloodList.Group group -> "group " + group.endpoint().address();
      case FloodList.Remotes remotes ->
          remotes.endpoints().isEmpty()
              ? "nowhere"
              : Host.counted(remotes.endpoints().size(), "remote");
    };
  }

  static long sum(CounterValues values, String... names) {
    return Arrays.stream(names).mapToLong(name -> values.values().getOrDefault(name, 0L)).sum();
  }

  @Override
  public List<PortView> ports() {
    InForce now = inForce.get();
    return new PortRows(now.config(), now.dataPath().view().ports(), now.dataPath().devices())
        .rows();
  }

  static TrafficView traffic(CounterValues values) {
    long drops =
        values.values().entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("drop-"))
            .mapToLong(java.util.Map.Entry::getValue)
            .sum();
    return new TrafficView(
        sum(values, "received-frames"),
        sum(values, "received-bytes"),
        sum(values, "received-datagrams"),
        sum(values, "sent-frames"),
        sum(values, "sent-bytes"),
        sum(values, "sent-datagrams"),
        drops);
  }

  @Override
  public @Nullable String stations(
      StationFilter filter, int limit, String cursor, Consumer<StationView> each) {
    return stations.page(filter, limit, cursor, each);
  }

  @Override
  public FlushView flush(StationFilter filter) {
    return stations.flush(filter);
  }

  @Override
  public List<NeighbourView> neighbours(StationFilter filter) {
    StationShow.requireKnown(filter, inForce.get().config());
    return addresses.neighbours().stream().filter(filter::passes).toList();
  }

  @Override
  public List<FlapView> flaps() {
    return addresses.flaps();
  }

  @Override
  public AnnouncementView announce(String network, String port) {
    return addresses.announce(network, port);
  }

  @Override
  public List<RemoteView> remotes() {
    return inForce.get().dataPath().view().remotes().stream().map(LiveView::remoteView).toList();
  }

  private static PathView pathView(PathStatus path) {
    return new PathView(
        path.mtuBytes(),
        path.deviceMtuBytes(),
        path.source().label(),
        path.phase().label(),
        path.sentence());
  }

  private static RemoteView remoteView(RemoteStatus remote) {
    return new RemoteView(
        remote.endpoint().address().toString(),
        remote.endpoint().port(),
        remote.configured() ? "configured" : "learned",
        remote.stations(),
        remote.path().map(LiveView::pathView).orElse(null),
        traffic(remote.counters()));
  }

  @Override
  public List<GroupView> groups() {
    return GroupRows.of(inForce.get().dataPath().view().multicast());
  }

  @Override
  public List<FloodView> flood() {
    return inForce.get().dataPath().view().networks().stream().map(LiveView::floodView).toList();
  }

  private static FloodView floodView(NetworkStatus network) {
    Stream<Endpoint> targets =
        switch (network.config().flood()) {
          case FloodList.Group group -> Stream.of(group.endpoint());
          case FloodList.Remotes remotes -> remotes.endpoints().stream();
        };
    List<String> names =
        Stream.concat(targets, network.copiesTo().stream()).map(Endpoint::toString).toList();
    boolean group = network.config().flood() instanceof FloodList.Group;
    String mode =
        group
            ? network.missesGroup() ? "group-not-joined" : "group"
            : names.isEmpty() ? "local" : "remotes";
    return new FloodView(
        network.config().name(), network.config().vni(), mode, names, network.ports());
  }

  @Override
  public List<DropView> drops() {
    return inForce.get().dataPath().view().drops().entrySet().stream()
        .map(entry ->
            new DropView(
                entry.getKey().label(),
                entry.getKey().code(),
                entry.getValue(),
                entry.getKey().sentence(),
                entry.getKey().hint()))
        .toList();
  }

  @Override
  public List<CountersView> counters() {
    return counters.snapshot().blocks().stream()
        .map(block -> new CountersView(block.kind(), block.label(), block.values()))
        .toList();
  }

  @Override
  public List<ErrorView> errors() {
    return errors.snapshot().stream()
        .map(error ->
            new ErrorView(
                error.message().isEmpty() ? error.type() : error.message(),
                error.count(),
                facts.instant(error.firstNs()),
                facts.instant(error.lastNs())))
        .toList();
  }

  @Override
  public Diagnosis diagnosis() {
    return diagnosis;
  }

  @Override
  public ReloadView reload() {
    return reload.get();
  }
}
