package net.viaduct.vtep.multicast;

import static net.viaduct.vtep.behaviour.Frames.mac;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.MulticastFrames;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.QuerierSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.SnoopingSettings.Reports;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;

/**
 * Three hosts that report for their machines. The last one has a crowd; behind a port of the first
 * is a multicast router, which asks, and hears what the crowd's host reports.
 */
abstract class ProxyingHosts {
  static final int HOSTS = 3;
  static final int CROWD = 2;
  static final int MACHINES = 5;
  static final int BLUE = 100;
  static final int ROUTER = 0x0a00_0063;
  static final int GROUP = 0xef01_0203;
  static final int OTHER_GROUP = 0xef01_0204;
  static final IpAddress GROUP4 = IpAddress.ofIpv4(GROUP);
  static final IpAddress GROUP6 = IpAddress.parse("ff05::1:3");
  static final IpAddress SOLICITED = IpAddress.parse("ff02::1:ff00:11");
  static final int ROBUSTNESS = QuerierSettings.DEFAULT.robustness();

  final MemoryRig rig = new MemoryRig(HOSTS, MemoryRig.impatient(VtepConfig.DEFAULT));
  final List<Machine> crowd = new ArrayList<>();
  Machine sender;
  Machine router;

  @AfterEach
  void close() {
    IntStream.range(0, HOSTS).forEach(host -> Conservation.checkSums(rig.view(host)));
    rig.close();
  }

  void open() {
    open(SnoopingSettings.ON.with(Reports.PROXY));
  }

  void open(SnoopingSettings snooping) {
    for (int host = 0; host < HOSTS; host++) {
      int self = host;
      List<Endpoint> others =
          IntStream.range(0, HOSTS).filter(h -> h != self).mapToObj(rig::endpoint).toList();
      NetworkConfig config = new NetworkConfig(BLUE, "blue", new FloodList.Remotes(others));
      NetworkSettings settings =
          NetworkSettings.DEFAULT.with(MulticastSettings.DEFAULT.with(snooping));
      rig.await(rig.control(host).addNetwork(config.with(settings)));
    }
    router = rig.machine(0, BLUE, "router");
    sender = rig.machine(1, BLUE, "vm1");
    for (int i = 0; i < MACHINES; i++) {
      crowd.add(rig.machine(CROWD, BLUE, "crowd" + i));
    }
    for (int i = 0; i < MACHINES; i++) { // so that later frames are not announced as first ones
      send(crowd.get(i), Frames.broadcast(mac(10 + i)));
    }
    for (int i = 0; i < 6; i++) {
      ask();
      advance(20);
    }
    forgetAll();
  }

  /** The router asks about everything, by IGMPv3 and MLDv2. */
  void ask() {
    send(router, QueryFrames.igmp3(mac(99), ROUTER, 0, 100));
    send(router, QueryFrames.mld2(mac(99)));
  }

  void advance(int seconds) {
    for (int i = 0; i < seconds * 10; i++) {
      rig.advance(Duration.ofMillis(100));
      rig.settle();
    }
  }

  void send(Machine machine, byte[] frame) {
    machine.send(frame);
    rig.settle();
  }

  static byte[] join(int machine, int group) {
    return MulticastFrames.join(mac(10 + machine), 0x0a00_000a + machine, group);
  }

  static byte[] join3(int machine, int record, int group, int... sources) {
    return MulticastFrames.report3(
        mac(10 + machine), 0x0a00_000a + machine, record, group, sources);
  }

  static byte[] leave(int machine, int group) {
    return MulticastFrames.leave(mac(10 + machine), 0x0a00_000a + machine, group);
  }

  void allJoin(int group) {
    for (int i = 0; i < MACHINES; i++) {
      send(crowd.get(i), join(i, group));
    }
  }

  static List<byte[]> received(Machine machine) {
    List<byte[]> frames = new ArrayList<>();
    for (byte[] frame = machine.receive(); frame != null; frame = machine.receive()) {
      frames.add(frame);
    }
    return frames;
  }

  void forgetAll() {
    received(router);
    received(sender);
    crowd.forEach(ProxyingHosts::received);
  }

  /** What the router has heard since it was asked last. */
  List<HeardReport> heard() {
    return HeardReport.of(received(router));
  }

  List<HeardReport> heard(IpAddress group) {
    return heard().stream().filter(report -> report.group().equals(group)).toList();
  }

  long reached() {
    forgetAll();
    byte[] stream = MulticastFrames.toGroup(mac(1), 0x0a00_0001, GROUP);
    send(sender, stream);
    return crowd.stream()
        .filter(machine -> received(machine).stream().anyMatch(f -> Arrays.equals(f, stream)))
        .count();
  }
}
