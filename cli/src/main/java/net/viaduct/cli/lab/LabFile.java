package net.viaduct.cli.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.SettingsFile;
import net.viaduct.host.configfile.Value;
import net.viaduct.lab.topology.LabPlan;
import net.viaduct.lab.topology.LabPlan.HostPlan;
import net.viaduct.lab.topology.LabPlan.LinkPlan;
import net.viaduct.lab.topology.LabPlan.MachinePlan;
import net.viaduct.lab.topology.LabPlan.NetworkPlan;
import net.viaduct.lab.topology.LabPlan.SwitchPlan;
import net.viaduct.lab.topology.LabPlan.Vtep;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.IpPrefix;

/** Reads files of laboratories. Owned by the thread that reads. */
final class LabFile {
  private static final IntRange MTU_BYTES = new IntRange("the MTU of a switch", 1_280, 9_200);
  private static final String USUAL_SWITCH = "core";
  private static final int USUAL_MTU_BYTES = 1_600;

  private final Path file;
  private final Map<String, LinkPlan> links = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final List<SwitchPlan> switches = new ArrayList<>();
  private final List<HostPlan> hosts = new ArrayList<>();
  private final List<NetworkPlan> networks = new ArrayList<>();
  private final List<MachinePlan> machines = new ArrayList<>();

  private LabFile(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws net.viaduct.host.configfile.ConfigException with all that is wrong
   */
  static LabPlan read(Path file) {
    return SettingsFile.read(file, root -> new LabFile(file).read(root));
  }

  private Optional<LabPlan> read(Section root) {
    Optional<String> name =
        root.get("lab").map(v -> v.as(LabPlan::requireName)).orElseGet(() -> nameOfFile(root));
    each(root, "links", (link, value) -> value.section().ifPresent(s -> readLink(link, s)));
    each(root, "switches", (each, value) -> value.section().ifPresent(s -> readSwitch(each, s)));
    if (switches.isEmpty()) {
      switches.add(new SwitchPlan(USUAL_SWITCH, USUAL_MTU_BYTES));
      names.add(USUAL_SWITCH);
    }
    each(root, "hosts", (each, value) -> value.section().ifPresent(s -> readHost(each, s)));
    each(root, "networks", (each, value) -> value.section().ifPresent(s -> readNetwork(each, s)));
    each(root, "machines", (each, value) -> value.section().ifPresent(s -> readMachine(each, s)));
    return name.map(n -> new LabPlan(n, switches, hosts, networks, machines));
  }

  private Optional<String> nameOfFile(Section root) {
    String name =
        String.valueOf(file.getFileName()).replaceFirst("\\..*", "").toLowerCase(Locale.ROOT);
    try {
      return Optional.of(LabPlan.requireName(name));
    } catch (IllegalArgumentException e) {
      root.wrong("the file's name is none for a laboratory; give one with 'lab: NAME'");
      return Optional.empty();
    }
  }

  private interface Entry {
    void read(String name, Value value);
  }

  private static void each(Section root, String key, Entry entry) {
    root.section(key)
        .ifPresent(section -> {
          for (Map.Entry<String, Value> each : section.all()) {
            try {
              LabPlan.requireName(each.getKey());
            } catch (IllegalArgumentException e) {
              section.wrongKey(each.getKey(), String.valueOf(e.getMessage()));
              continue;
            }
            entry.read(each.getKey(), each.getValue());
          }
        });
  }

  /** What becomes a namespace has a name that nothing else has. */
  private void take(String name, Section section) {
    if (!names.add(name)) {
      section.wrong("'" + name + "' is the name of something else already");
    }
  }

  private void readLink(String name, Section section) {
    new LinkReader(section).read().ifPresent(link -> links.put(name, link));
  }

  private void readSwitch(String name, Section section) {
    take(name, section);
    int mtu = section.get("mtu").flatMap(v -> v.integer(MTU_BYTES)).orElse(USUAL_MTU_BYTES);
    section.noMore();
    switches.add(new SwitchPlan(name, mtu));
  }

  private void readHost(String name, Section section) {
    take(name, section);
    Optional<Interface> address =
        section.need("address", "such as 10.77.0.1/24").flatMap(v -> v.as(LabFile::address));
    String at = section.get("switch").flatMap(v -> v.as(this::switchName)).orElse(firstSwitch());
    Optional<LinkPlan> link = section.get("link").flatMap(v -> v.as(this::link));
    Vtep vtep = section.get("vtep").flatMap(v -> v.oneOf(Vtep.class)).orElse(Vtep.VIADUCT);
    section.noMore();
    address.ifPresent(
        a -> hosts.add(new HostPlan(name, a.address(), a.prefixLength(), at, link, vtep)));
  }

  private record Interface(IpAddress address, int prefixLength) {}

  private static Interface address(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "'" + text + "' has no prefix length; such as 10.77.0.1/24");
    }
    IpAddress address = IpAddress.parse(text.substring(0, slash));
    int bits = IpPrefix.parse(text.substring(0, slash)).lengthBits();
    String length = text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > bits) {
      throw new IllegalArgumentException("'" + length + "' is no prefix length");
    }
    return new Interface(address, Integer.parseInt(length));
  }

  private String firstSwitch() {
    return switches.getFirst().name();
  }

  private String switchName(String text) {
    if (switches.stream().noneMatch(each -> each.name().equals(text))) {
      throw new IllegalArgumentException("there is no switch '" + text + "'");
    }
    return text;
  }

  private LinkPlan link(String text) {
    LinkPlan link = links.get(text);
    if (link == null) {
      throw new IllegalArgumentException("there is no link '" + text + "' under 'links'");
    }
    return link;
  }

  private void readNetwork(String name, Section section) {
    Optional<Integer> vni =
        section.need("vni", IntRange.VNI.right()).flatMap(v -> v.integer(IntRange.VNI));
    Optional<IpAddress> group = section.get("group").flatMap(Value::address);
    section.noMore();
    vni.ifPresent(number -> networks.add(new NetworkPlan(name, number, group)));
  }

  private void readMachine(String name, Section section) {
    take(name, section);
    Optional<String> host =
        section.need("host", "where the machine runs").flatMap(v -> v.as(this::hostName));
    Optional<String> network =
        section.need("network", "which network it is in").flatMap(v -> v.as(this::networkName));
    Optional<Interface> address =
        section
            .need("address", "such as 192.168.100.1/24")
            .flatMap(v -> v.as(LabFile::machineAddress));
    section.noMore();
    if (host.isPresent() && network.isPresent() && address.isPresent()) {
      Interface a = address.get();
      machines.add(new MachinePlan(name, host.get(), network.get(), a.address(), a.prefixLength()));
    }
  }

  private static Interface machineAddress(String text) {
    Interface address = address(text);
    if (!address.address().isIpv4()) {
      throw new IllegalArgumentException("a machine is given an IPv4 address; it has IPv6 anyhow");
    }
    return address;
  }

  private String hostName(String text) {
    return hosts.stream()
        .filter(host -> host.name().equals(text))
        .filter(host -> host.vtep() != Vtep.NONE)
        .map(HostPlan::name)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("there is no host '" + text + "' with a VTEP"));
  }

  private String networkName(String text) {
    return networks.stream()
        .map(NetworkPlan::name)
        .filter(text::equals)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no network '" + text + "'"));
  }
}
