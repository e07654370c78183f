package net.viaduct.cli.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.lab.CarrierWait;
import net.viaduct.lab.KernelVtep;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.Machine;

/** A host whose VTEP is the kernel's bridge and VXLAN device. */
final class KernelHost implements DemoHost {
  private static final Duration CARRIER_TIMEOUT = Duration.ofSeconds(5);

  private final KernelVtep vtep;
  private final List<String> ports = new ArrayList<>();
  private final List<String> awaited = new ArrayList<>();

  /**
   * Makes the VTEP.
   *
   * @throws net.viaduct.io.IoFailure EOPNOTSUPP if the kernel has no bridge or no VXLAN device
   */
  KernelHost(LabHost host, DemoPlan plan) {
    vtep = new KernelVtep(host, plan.vni(), plan.port(), plan.group());
  }

  @Override
  public LabHost host() {
    return vtep.host();
  }

  @Override
  public String program() {
    return "Linux kernel";
  }

  @Override
  public void plan(Machine machine, Attachment attachment) {
    String port = DemoPlan.portOf(machine);
    if (attachment == Attachment.VETH_AFTER_MOVE) {
      machine.prepareMove(host(), port);
    } else { // a tap has two ends only where a program holds one of them
      machine.attachVeth(host(), port);
      awaited.add(port);
    }
    ports.add(port);
    vtep.attach(port);
  }

  @Override
  public void begin() {}

  @Override
  public void finish() {
    CarrierWait.await(host().namespace(), awaited, CARRIER_TIMEOUT, System::nanoTime);
  }

  @Override
  public List<Knowledge> knowledge() {
    // A station that came to a port may still have its old place in the tunnel's own FDB, which is
    // not asked while the bridge knows the port.
    return Stream.concat(behindPorts(), behindRemotes()).toList();
  }

  private Stream<Knowledge> behindRemotes() {
    return vtep.learned().stream()
        .filter(entry -> entry.remote() != null)
        .map(entry -> new Knowledge(entry.mac(), String.valueOf(entry.remote())));
  }

  private Stream<Knowledge> behindPorts() {
    var names =
        host().net().links().list().stream().collect(Collectors.toMap(Link::index, Link::name));
    return vtep.learned().stream()
        .filter(entry -> ports.contains(names.getOrDefault(entry.index(), "")))
        .map(entry -> new Knowledge(entry.mac(), "port " + names.get(entry.index())));
  }

  @Override
  public Optional<Passed> passed() {
    return Optional.empty();
  }
}
