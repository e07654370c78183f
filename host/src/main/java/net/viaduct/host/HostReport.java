package net.viaduct.host;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import net.viaduct.host.config.Flood;
import net.viaduct.host.config.NetworkConfig;
import net.viaduct.io.Endpoint;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.SeenMove;
import net.viaduct.protocol.SeenPort;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.VtepView;
import net.viaduct.vtep.show.MovingStatus;
import net.viaduct.wire.IpAddress;

/** What a host tells its controller about itself. Stateless. */
final class HostReport {
  private static final int MOST_TROUBLES = 20;

  private HostReport() {}

  /**
   * What it sees now.
   *
   * @param foreignVnis of devices of this machine that are not ours
   * @param troubles what it was told and cannot do
   */
  static Report of(
      InForce now,
      OthersWatched others,
      String version,
      Set<Integer> foreignVnis,
      List<String> troubles) {
    Report.Builder report =
        Report.newBuilder()
            .setVersion(version)
            .setAbilities(HostAbilities.of(now))
            .addAllTroubles(troubles.stream().limit(MOST_TROUBLES).toList())
            .setWatching(others.report(now));
    for (Endpoint local : now.config().underlay().locals()) {
      report.addUnderlay(
          net.viaduct.protocol.Endpoint.newBuilder()
              .setAddress(bytes(local.address()))
              .setPort(local.port()));
    }
    now.file().config().networks().stream()
        .filter(network -> network.flood() instanceof Flood.Controller)
        .map(NetworkConfig::vni)
        .forEach(report::addWantedVnis);
    now.dataPath()
        .view()
        .ports()
        .forEach(port ->
            report.addPorts(
                SeenPort.newBuilder()
                    .setName(port.name())
                    .setVni(port.vni())
                    .setState(
                        port.blockedBy().isEmpty()
                            ? "attached"
                            : "blocked: it " + port.blockedBy())));
    VtepView view = now.dataPath().view();
    NavigableSet<Integer> foreign = new TreeSet<>(foreignVnis);
    foreign.addAll(view.foreignVnis());
    report.addAllForeignVnis(foreign);
    view.moving().forEach(moving -> report.addMoves(seen(moving, view)));
    return report.build();
  }

  private static SeenMove seen(MovingStatus moving, VtepView view) {
    SeenMove.Builder seen = SeenMove.newBuilder().setVni(moving.vni()).setMac(moving.mac());
    switch (moving.part()) {
      case MovePart.Arriving _ -> {
        seen.setArriving(true);
        moving.firstHeardNs().ifPresent(seen::setHeardNs);
      }
      case MovePart.Leaving _ -> {
        boolean isElsewhere =
            view.station(moving.vni(), moving.mac())
                .filter(station -> station.location() instanceof Location.AtRemote)
                .isPresent();
        if (isElsewhere) {
          moving.lastHeardNs().ifPresent(seen::setHeardNs);
        }
      }
    }
    return seen.build();
  }

  private static ByteString bytes(IpAddress address) {
    return ByteString.copyFrom(address.toBytes());
  }
}
