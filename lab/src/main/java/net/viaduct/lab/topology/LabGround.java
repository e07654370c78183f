package net.viaduct.lab.topology;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.lab.CarrierWait;
import net.viaduct.lab.KernelVtep;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.Uplink;
import net.viaduct.lab.link.LinkedUplink;
import net.viaduct.lab.topology.LabPlan.HostPlan;
import net.viaduct.lab.topology.LabPlan.MachinePlan;
import net.viaduct.lab.topology.LabPlan.NetworkPlan;
import net.viaduct.lab.topology.LabPlan.SwitchPlan;
import net.viaduct.lab.topology.LabPlan.Vtep;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Builds what a plan has of namespaces and devices; programs, and whoever carries the links, come
 * later. Owned by the thread that builds.
 */
public final class LabGround {
  /** The namespace where the ends of links lie, without the laboratory's name. */
  public static final String WIRE = "wire";

  private static final int VXLAN_PORT = 4789;
  private static final Duration CARRIER_TIMEOUT = Duration.ofSeconds(10);

  private final Lab lab;
  private final LabPlan plan;
  private final Map<String, LabSwitch> switches = new LinkedHashMap<>();
  private final Map<String, LabHost> hosts = new LinkedHashMap<>();
  private @Nullable NetNamespace wire;
  private @Nullable Rtnetlink wireNet;

  /** Builds all. */
  public LabGround(Lab lab, LabPlan plan) {
    this.lab = lab;
    this.plan = plan;
    for (SwitchPlan each : plan.switches()) {
      switches.put(each.name(), new LabSwitch(lab, each.name(), each.mtuBytes()));
    }
    plan.hosts().forEach(this::addHost);
    int number = 0;
    for (MachinePlan each : plan.machines()) {
      addMachine(each, ++number);
    }
    for (NetworkPlan network : plan.networks()) {
      for (HostPlan host : plan.hostsOf(network)) {
        if (host.vtep() == Vtep.KERNEL) {
          addKernelVtep(network, host);
        }
      }
    }
  }

  private void addHost(HostPlan host) {
    LabSwitch at = switchOf(host);
    Uplink uplink = at;
    if (host.link().isPresent()) {
      if (wire == null || wireNet == null) {
        wire = lab.createNamespace(WIRE);
        wireNet = wire.rtnetlink();
        lab.closeWithLab(wireNet);
      }
      uplink = new LinkedUplink(at, wire, wireNet);
    }
    hosts.put(
        host.name(), new LabHost(lab, uplink, host.name(), host.address(), host.prefixLength()));
  }

  private LabSwitch switchOf(HostPlan host) {
    LabSwitch found = switches.get(host.switchName());
    if (found == null) {
      throw new IllegalArgumentException("there is no switch '" + host.switchName() + "'");
    }
    return found;
  }

  private void addMachine(MachinePlan machine, int number) {
    MachineSpec usual = MachineSpec.numbered(number);
    MachineSpec spec =
        new MachineSpec(
            machine.name(),
            usual.mac(),
            machine.address(),
            machine.prefixLength(),
            usual.ipv6(),
            usual.ipv6PrefixLength(),
            usual.mtuBytes());
    new Machine(lab, spec).attachVeth(host(machine.host()), machine.name());
  }

  private void addKernelVtep(NetworkPlan network, HostPlan host) {
    KernelVtep vtep =
        new KernelVtep(host(host.name()), network.vni(), VXLAN_PORT, network.group().orElse(null));
    plan.machinesOf(network, host).forEach(machine -> vtep.attach(machine.name()));
    if (network.group().isEmpty()) {
      plan.hostsOf(network).stream()
          .filter(other -> !other.equals(host))
          .forEach(other -> vtep.addRemote(other.address()));
    }
  }

  /** A host that was built. */
  public LabHost host(String name) {
    LabHost host = hosts.get(name);
    if (host == null) {
      throw new IllegalArgumentException("there is no host '" + name + "'");
    }
    return host;
  }

  /** Where the ends of links lie; empty if there are no links. */
  public Optional<NetNamespace> wire() {
    return Optional.ofNullable(wire);
  }

  /** Waits until the switches carry frames. */
  public void awaitCarrier(NanoClock clock) {
    for (SwitchPlan each : plan.switches()) {
      LabSwitch built = switches.get(each.name());
      if (built != null) {
        CarrierWait.await(
            built.namespace(),
            plan.hosts().stream()
                .filter(host -> host.switchName().equals(each.name()))
                .map(HostPlan::name)
                .toList(),
            CARRIER_TIMEOUT,
            clock);
      }
    }
  }
}
