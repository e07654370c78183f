package net.viaduct.host.configfile;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import net.viaduct.host.config.IntRange;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.QuerierSettings;
import net.viaduct.vtep.settings.ReservedProtocol;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.wire.IpAddress;

/** Reads the section {@code multicast} of a network. Owned by the thread that reads. */
final class MulticastReader {
  private static final IntRange GROUPS = new IntRange("a limit of groups", 1, 65_536);
  private static final IntRange ROBUSTNESS = new IntRange("the robustness", 1, 7);

  private enum Unknown {
    ROUTERS,
    EVERYBODY
  }

  private final NetworkContext context;

  MulticastReader(NetworkContext context) {
    this.context = context;
  }

  MulticastSettings read(Section network) {
    boolean floodsToGroup =
        network
            .get("flood")
            .filter(Value::isSection)
            .flatMap(Value::section)
            .filter(flood -> flood.has("group"))
            .isPresent();
    return network
        .section("multicast")
        .map(section -> readSection(section, floodsToGroup))
        .orElse(MulticastSettings.DEFAULT);
  }

  private MulticastSettings readSection(Section multicast, boolean floodsToGroup) {
    SnoopingSettings snooping = readSnooping(multicast);
    List<IpAddress> groups = readGroups(multicast);
    if (multicast.has("underlay-groups") && !floodsToGroup) {
      multicast.wrongKey(
          "underlay-groups", "these are for a network that floods to a group, not to remotes");
    }
    Set<ReservedProtocol> carried = EnumSet.noneOf(ReservedProtocol.class);
    for (Value item : multicast.items("carry")) {
      item.oneOf(ReservedProtocol.class).ifPresent(carried::add);
    }
    multicast.noMore();
    return told(
        multicast,
        () -> new MulticastSettings(snooping, groups, carried),
        MulticastSettings.DEFAULT);
  }

  private static SnoopingSettings readSnooping(Section multicast) {
    SnoopingSettings usual = SnoopingSettings.OFF;
    boolean enabled = multicast.get("snooping").flatMap(Value::bool).orElse(usual.enabled());
    boolean fastLeave = multicast.get("fast-leave").flatMap(Value::bool).orElse(usual.fastLeave());
    Unknown unknown =
        multicast.get("unknown").flatMap(v -> v.oneOf(Unknown.class)).orElse(Unknown.ROUTERS);
    int limit = multicast.get("groups").flatMap(v -> v.integer(GROUPS)).orElse(usual.groupLimit());
    QuerierSettings querier =
        multicast
            .section("querier")
            .map(MulticastReader::readQuerier)
            .orElse(QuerierSettings.DEFAULT);
    SnoopingSettings.Reports reports =
        multicast
            .get("reports")
            .flatMap(v -> v.oneOf(SnoopingSettings.Reports.class))
            .orElse(usual.reports());
    return new SnoopingSettings(
        enabled, fastLeave, unknown == Unknown.EVERYBODY, limit, reports, querier);
  }

  private static QuerierSettings readQuerier(Section querier) {
    QuerierSettings usual = QuerierSettings.DEFAULT;
    Optional<Boolean> enabled = querier.get("enabled").flatMap(Value::bool);
    Optional<IpAddress> address = querier.get("address").flatMap(Value::address);
    Optional<Duration> interval = querier.get("interval").flatMap(Value::duration);
    Optional<Duration> response = querier.get("response").flatMap(Value::duration);
    Optional<Duration> last = querier.get("last-member").flatMap(Value::duration);
    Optional<Integer> robustness = querier.get("robustness").flatMap(v -> v.integer(ROBUSTNESS));
    querier.noMore();
    return told(
        querier,
        () ->
            new QuerierSettings(
                enabled.orElse(usual.enabled()),
                address.orElse(usual.address()),
                interval.orElse(usual.interval()),
                response.orElse(usual.response()),
                last.orElse(usual.lastMember()),
                robustness.orElse(usual.robustness())),
        usual);
  }

  private List<IpAddress> readGroups(Section multicast) {
    List<IpAddress> groups = new ArrayList<>();
    for (Value item : multicast.items("underlay-groups")) {
      item.address().flatMap(a -> item.told(() -> requireGroup(a))).ifPresent(groups::add);
    }
    return groups;
  }

  private IpAddress requireGroup(IpAddress address) {
    FloodList.requireGroup(address);
    return context.requireReachable(address, "group");
  }

  /** What is made, or the usual after the section was told what is wrong with it. */
  static <T> T told(Section section, Supplier<T> made, T usual) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      section.wrong(String.valueOf(e.getMessage()));
      return usual;
    }
  }
}
