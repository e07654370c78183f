package net.viaduct.cli.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.host.Host;
import net.viaduct.host.devices.LinuxDevices;
import net.viaduct.io.IoFailure;
import net.viaduct.lab.CarrierWait;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabRegistry;
import net.viaduct.lab.LabSwitch;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.runtime.SystemClock;
import net.viaduct.wire.IpAddress;

/**
 * Two hosts in this JVM, in network namespaces of their own, with two machines each: the code and
 * the kernel are those of every day, so what the JVM learns here is right there. Owned by the
 * thread that builds it.
 */
final class TrainingGround implements AutoCloseable {
  private static final int HOSTS = 2;
  private static final int UNDERLAY_MTU_BYTES = 1_600;
  private static final int PREFIX_LENGTH = 24;
  private static final Duration CARRIER_TIMEOUT = Duration.ofSeconds(5);

  private final Lab lab;
  private final LabSwitch underlay;
  private final List<LabHost> places = new ArrayList<>();
  private final List<Machine> machines = new ArrayList<>();

  private TrainingGround(Lab lab) {
    this.lab = lab;
    underlay = new LabSwitch(lab, "underlay", UNDERLAY_MTU_BYTES);
  }

  /**
   * Builds it and brings the hosts up.
   *
   * @throws IoFailure where namespaces or taps are not permitted; then nothing is left
   */
  static TrainingGround build() {
    Lab lab = Lab.open(LabRegistry.ofUser());
    try {
      TrainingGround ground = new TrainingGround(lab);
      ground.build(new SystemClock());
      return ground;
    } catch (IOException | RuntimeException e) {
      lab.close();
      throw e instanceof IoFailure failure
          ? failure
          : new IoFailure("build the ground for training", "EIO", e.toString());
    }
  }

  private void build(SystemClock clock) throws IOException {
    for (int i = 1; i <= HOSTS; i++) {
      places.add(new LabHost(lab, underlay, "h" + i, address(i), PREFIX_LENGTH));
    }
    for (int i = 1; i <= 2 * HOSTS; i++) {
      machines.add(new Machine(lab, MachineSpec.numbered(i)));
    }
    CarrierWait.await(underlay.namespace(), List.of("h1", "h2"), CARRIER_TIMEOUT, clock);
    for (int i = 1; i <= HOSTS; i++) {
      LabHost place = places.get(i - 1);
      machines.get(HOSTS + i - 1).attachVeth(place, "veth" + i);
      Path file = Files.writeString(lab.directory().resolve("h" + i + ".yaml"), configuration(i));
      LinuxDevices devices = place.namespace().call(LinuxDevices::new);
      lab.closeWithLab(devices);
      lab.closeWithLab(
          place.namespace().call(() -> Host.start(file, Training.surroundings(devices))));
      machines.get(i - 1).adoptTap(place, "tap" + i);
    }
  }

  private static IpAddress address(int host) {
    return IpAddress.parse("10.77.0." + host);
  }

  /** The machines on taps are in a plain network, the others in one that does more. */
  private String configuration(int host) {
    return """
    host: h%1$d
    underlay: { address: 10.77.0.%1$d }
    api: { socket: %3$s/h%1$d.sock }
    counters: { file: %3$s/h%1$d.counters }
    networks:
      plain:
        vni: 100
        flood: { remotes: [10.77.0.%2$d] }
        ports: [{ tap: tap%1$d }]
      more:
        vni: 200
        flood: { remotes: [10.77.0.%2$d] }
        multicast: { snooping: true }
        neighbours: { suppression: true }
        ports: [{ device: veth%1$d }]
    """
        .formatted(host, HOSTS + 1 - host, lab.directory());
  }

  /** Has the machines exchange what machines exchange. */
  void exchange() {
    try {
      TrainingTraffic plain = new TrainingTraffic(machines.get(0), machines.get(1));
      plain.datagrams(false);
      plain.floods();
      plain.bulk(false);
      plain.datagrams(false);
      plain.back().bulk(false);
      TrainingTraffic more = new TrainingTraffic(machines.get(2), machines.get(3));
      more.datagrams(false);
      more.floods();
      more.bulk(false);
      plain.bulk(true);
      plain.datagrams(true);
    } catch (IOException e) {
      throw new IoFailure("exchange frames", "EIO", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    lab.close();
  }
}
