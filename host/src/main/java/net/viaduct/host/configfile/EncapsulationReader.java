package net.viaduct.host.configfile;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import net.viaduct.host.config.IntRange;
import net.viaduct.vtep.encapsulation.DscpMode;
import net.viaduct.vtep.encapsulation.EcnMode;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.wire.IpAddress;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/**
 * Reads how a network is wrapped: {@code encapsulation: geneve}, or a section with more. Owned by
 * the thread that reads.
 */
final class EncapsulationReader {
  EncapsulationReader() {}

  EncapsulationSettings read(Section network) {
    return network.get("encapsulation").flatMap(this::read).orElse(EncapsulationSettings.DEFAULT);
  }

  private Optional<EncapsulationSettings> read(Value value) {
    return value.node() instanceof MappingNode
        ? value.section().map(this::readSection)
        : value.oneOf(EncapsulationType.class).map(EncapsulationSettings.DEFAULT::with);
  }

  private EncapsulationSettings readSection(Section section) {
    EncapsulationSettings usual = EncapsulationSettings.DEFAULT;
    EncapsulationType type =
        section
            .get("type")
            .flatMap(v -> v.oneOf(EncapsulationType.class))
            .orElse(EncapsulationType.VXLAN);
    Map<IpAddress, EncapsulationType> remotes = new HashMap<>();
    section.section("remotes").ifPresent(each -> readRemotes(each, remotes));
    boolean flowIds = section.get("flow-ids").flatMap(Value::bool).orElse(usual.flowIds());
    TrafficClassPolicy trafficClass = readTrafficClass(section, usual.trafficClass());
    section.noMore();
    return new EncapsulationSettings(type, remotes, flowIds, trafficClass);
  }

  private static void readRemotes(Section section, Map<IpAddress, EncapsulationType> remotes) {
    for (Map.Entry<String, Value> entry : section.all()) {
      Optional<IpAddress> address = entry.getValue().told(() -> IpAddress.parse(entry.getKey()));
      entry
          .getValue()
          .oneOf(EncapsulationType.class)
          .ifPresent(type -> address.ifPresent(a -> remotes.put(a, type)));
    }
  }

  private static TrafficClassPolicy readTrafficClass(Section section, TrafficClassPolicy usual) {
    EcnMode ecn = section.get("ecn").flatMap(v -> v.oneOf(EcnMode.class)).orElse(usual.ecn());
    DscpMode dscp = section.get("dscp").flatMap(v -> v.oneOf(DscpMode.class)).orElse(usual.dscp());
    int own =
        section
            .get("tunnel-dscp")
            .flatMap(v -> v.integer(IntRange.DSCP))
            .orElse(usual.tunnelDscp());
    return new TrafficClassPolicy(ecn, dscp, own);
  }
}
