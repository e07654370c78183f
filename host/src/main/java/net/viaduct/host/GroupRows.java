package net.viaduct.host;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import net.viaduct.host.view.GroupView;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.show.MulticastStatus;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** What is known about multicast, as it is shown. Stateless: safe from any thread. */
final class GroupRows {
  private GroupRows() {}

  static List<GroupView> of(List<MulticastStatus> statuses) {
    return statuses.stream()
        .sorted(
            Comparator.comparingInt(MulticastStatus::vni)
                .thenComparing(MulticastStatus::kind)
                .thenComparing(MulticastStatus::group))
        .map(GroupRows::row)
        .toList();
  }

  private static GroupView row(MulticastStatus status) {
    @Nullable Location at = status.at().orElse(null);
    boolean asks =
        status.kind() == MulticastStatus.Kind.ASKED_HERE
            || status.kind() == MulticastStatus.Kind.ASKED_ELSEWHERE;
    boolean all =
        status.kind() == MulticastStatus.Kind.ROUTER || status.kind() == MulticastStatus.Kind.NEW;
    return new GroupView(
        status.network(),
        status.vni(),
        status.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
        all ? null : status.group().toString(),
        at instanceof Location.AtPort port ? port.port() : null,
        at instanceof Location.AtRemote remote ? remote.remote().toString() : null,
        status.sources().stream().map(IpAddress::toString).toList(),
        asks ? null : (long) status.untilSeconds());
  }
}
