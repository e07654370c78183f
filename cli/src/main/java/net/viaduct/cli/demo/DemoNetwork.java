package net.viaduct.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.cli.demo.DemoHost.Attachment;
import net.viaduct.cli.demo.stage.Screen;
import net.viaduct.io.IoFailure;
import net.viaduct.lab.CarrierWait;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * What the demo builds: a switch, three hosts, and two machines on each. Owned by the thread that
 * runs the demo.
 */
final class DemoNetwork {
  private static final int PREFIX_LENGTH = 24;
  private static final Duration CARRIER_TIMEOUT = Duration.ofSeconds(5);

  private final Lab lab;
  private final DemoPlan plan;
  private final NanoClock clock;
  private final Screen screen;
  private final LabSwitch underlay;
  private final List<DemoHost> hosts = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();
  private @Nullable String whyNoKernel;

  DemoNetwork(Lab lab, DemoPlan plan, NanoClock clock, Screen screen) {
    this.lab = lab;
    this.plan = plan;
    this.clock = clock;
    this.screen = screen;
    screen.doing("laying the underlay");
    underlay = new LabSwitch(lab, "underlay", plan.underlayMtuBytes());
  }

  /** Builds everything; when it returns, each machine is attached and each host is ready. */
  void build() {
    for (int i = 1; i <= DemoPlan.HOSTS; i++) {
      screen.doing("making host h" + i);
      LabHost host = new LabHost(lab, underlay, "h" + i, DemoPlan.addressOf(i), PREFIX_LENGTH);
      hosts.add(i == DemoPlan.HOSTS ? kernelHost(host) : viaductHost(host));
    }
    for (int i = 1; i <= DemoPlan.MACHINES; i++) {
      screen.doing("making machine m" + i);
      Machine machine = new Machine(lab, MachineSpec.numbered(i));
      machines.add(machine);
      boolean first = i % 2 == 1;
      hosts.get((i - 1) / 2).plan(machine, first && plan.taps() ? Attachment.TAP : Attachment.VETH);
    }
    hosts.get(1).plan(mover(), Attachment.VETH_AFTER_MOVE);
    hosts.forEach(DemoHost::begin);
    screen.doing("waiting until the hosts are ready");
    List<String> cables = hosts.stream().map(host -> host.host().name()).toList();
    CarrierWait.await(underlay.namespace(), cables, CARRIER_TIMEOUT, clock);
    hosts.forEach(DemoHost::finish);
  }

  private DemoHost viaductHost(LabHost host) {
    return new ViaductHost(lab, host, plan, clock);
  }

  private DemoHost kernelHost(LabHost host) {
    try {
      return new KernelHost(host, plan);
    } catch (IoFailure e) {
      whyNoKernel = e.getMessage();
      return viaductHost(host);
    }
  }

  /** Why the third host runs Viaduct and not the kernel's VTEP; null if it does. */
  @Nullable String whyNoKernel() {
    return whyNoKernel;
  }

  List<DemoHost> hosts() {
    return hosts;
  }

  List<ViaductHost> viaductHosts() {
    return hosts.stream()
        .filter(ViaductHost.class::isInstance)
        .map(ViaductHost.class::cast)
        .toList();
  }

  List<Machine> machines() {
    return machines;
  }

  /** The machine that moves: the one on a veth pair at h1. */
  Machine mover() {
    return machines.get(1);
  }

  /** The host that a machine was attached to at first. */
  DemoHost homeOf(Machine machine) {
    return hosts.get(machines.indexOf(machine) / 2);
  }

  /** How a machine was attached, for a person. */
  String attachmentOf(Machine machine) {
    boolean first = machines.indexOf(machine) % 2 == 0;
    return first && plan.taps() && homeOf(machine) instanceof ViaductHost ? "tap" : "veth";
  }
}
