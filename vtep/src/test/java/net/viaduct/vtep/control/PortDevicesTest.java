package net.viaduct.vtep.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Pollable;
import net.viaduct.io.Readiness;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.ManualClock;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.vtep.counting.Layouts;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** Devices that are divided among two threads, while the kernel refuses some of them. */
class PortDevicesTest {
  private static final Endpoint HERE = new Endpoint(IpAddress.parse("10.77.0.1"), 4789);
  private static final int PORTS = 6;

  private final ManualClock clock = new ManualClock();
  private final CountersFile counters =
      CountersFile.anonymous(CountersCapacity.forBlocks(16), clock);
  private final DistinctErrors errors = new DistinctErrors(clock);
  private final FailingReadiness owner = new FailingReadiness();
  private final FailingReadiness worker = new FailingReadiness();
  private final PortDevices devices = new PortDevices(parts());
  private final Network network =
      new Network(
          0,
          new NetworkConfig(100, "blue", FloodList.NOBODY),
          counters.allocate(Layouts.NETWORK, "blue"));

  /** Refuses what it is told to refuse. */
  private static final class FailingReadiness implements Readiness {
    private final Set<Pollable> sources = new HashSet<>();
    private final Set<Pollable> refusedIn = new HashSet<>();
    private final Set<Pollable> refusedOut = new HashSet<>();

    @Override
    public void add(Pollable source, int token) {
      if (refusedIn.contains(source)) {
        throw new IoFailure("wait for it", "ENOSPC", "told to fail");
      }
      sources.add(source);
    }

    @Override
    public void remove(Pollable source) {
      if (refusedOut.contains(source)) {
        throw new IoFailure("wait for it no more", "EBADF", "told to fail");
      }
      sources.remove(source);
    }

    @Override
    public int await(int[] tokens, long timeoutNs) {
      return 0;
    }

    @Override
    public void wake() {}

    @Override
    public void close() {}
  }

  private VtepParts parts() {
    MemoryUnderlay underlay = new MemoryNetwork().open(HERE);
    underlay.threads(2);
    return new VtepParts(
        underlay,
        owner,
        clock,
        counters,
        errors,
        bytes -> Arena.ofAuto().allocate(bytes, Long.BYTES),
        List.of(worker));
  }

  private List<LocalPort> ports() {
    List<LocalPort> ports = new ArrayList<>();
    for (int i = 0; i < PORTS; i++) {
      String name = "p" + i;
      LocalPort port =
          new LocalPort(
              i,
              name,
              devices.of(new MemoryPort(name)),
              network,
              PortSettings.DEFAULT,
              counters.allocate(Layouts.PORT, name),
              8);
      devices.add(port);
      ports.add(port);
    }
    return ports;
  }

  private static List<LocalPort> readBy(int lane, List<LocalPort> ports) {
    return ports.stream().filter(port -> port.device().source(0).lane() == lane).toList();
  }

  @Test
  void shouldGiveTheOthersToTheirReaderWhenOneCannotGo() {
    List<LocalPort> ports = ports();
    List<LocalPort> ofWorker = readBy(1, ports);
    assertThat(ofWorker).hasSize(PORTS / 2);
    LocalPort stuck = ofWorker.get(1);
    worker.refusedOut.add(stuck.port());
    devices.divide(false);
    assertThat(readBy(1, ports)).containsExactly(stuck);
    assertThat(worker.sources).containsExactly(stuck.port());
    assertThat(owner.sources).hasSize(PORTS - 1);
    assertThat(errors.snapshot()).singleElement().asString().contains("told to fail");

    worker.refusedOut.clear();
    devices.divide(false);
    assertThat(readBy(0, ports)).as("tried again").hasSize(PORTS);
    assertThat(owner.sources).hasSize(PORTS);
  }

  @Test
  void shouldLeaveADeviceToHousekeepingThatItsNewReaderCannotWaitFor() {
    List<LocalPort> ports = ports();
    LocalPort lost = readBy(1, ports).getFirst();
    owner.refusedIn.add(lost.port());
    devices.divide(false);
    assertThat(readBy(0, ports)).hasSize(PORTS);
    assertThat(lost.device().source(0).isSuspended()).isTrue();
    assertThat(ports)
        .filteredOn(port -> port.device().source(0).isSuspended())
        .containsExactly(lost);
    assertThat(errors.snapshot()).hasSize(1);

    owner.refusedIn.clear();
    lost.device().source(0).listen(lost.device());
    assertThat(owner.sources).contains(lost.port());
  }
}
