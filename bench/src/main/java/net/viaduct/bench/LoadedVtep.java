package net.viaduct.bench;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.viaduct.io.Endpoint;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.SystemClock;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.Vtep;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.wire.IpAddress;

/**
 * A VTEP without a kernel, one of whose sources always has a full batch: one network, one port, one
 * source. Owned by the thread that calls {@link #cycle}.
 */
final class LoadedVtep {
  private static final int VNI = 100;
  private static final Endpoint LOCAL = endpoint(1);
  private static final Endpoint REMOTE = endpoint(2);

  private final SteadyReadiness readiness = new SteadyReadiness();
  private final DistinctErrors errors;
  private final SteadyUnderlay underlay;
  private final SteadyPort port;
  private final Vtep vtep;

  private LoadedVtep(SampleFrame frame, int lengthBytes, int remotes) {
    SystemClock clock = new SystemClock();
    errors = new DistinctErrors(clock);
    underlay = new SteadyUnderlay(LOCAL, REMOTE, VNI, frame, lengthBytes);
    port = new SteadyPort("vm1", frame, lengthBytes);
    vtep =
        new Vtep(
            VtepConfig.DEFAULT,
            new VtepParts(underlay, readiness, clock, CountersFile.anonymous(), errors));
    List<Endpoint> flood = IntStream.range(0, remotes).mapToObj(i -> endpoint(2 + i)).toList();
    await(vtep.control().addNetwork(new NetworkConfig(VNI, "blue", new FloodList.Remotes(flood))));
    await(vtep.control().attachPort(VNI, port));
  }

  /** Frames come from the port, for a station at a remote. */
  static LoadedVtep intoATunnel(SampleFrame frame, int lengthBytes) {
    LoadedVtep loaded = new LoadedVtep(frame, lengthBytes, 1);
    loaded.stationIs(new Location.AtRemote(REMOTE.address()));
    loaded.readiness.only(loaded.port);
    return loaded;
  }

  /** Datagrams come from a remote, for a station at the port. */
  static LoadedVtep outOfATunnel(SampleFrame frame, int lengthBytes) {
    LoadedVtep loaded = new LoadedVtep(frame, lengthBytes, 1);
    loaded.stationIs(new Location.AtPort("vm1"));
    loaded.readiness.only(loaded.underlay);
    return loaded;
  }

  /** Frames come from the port, for a station that nobody knows. */
  static LoadedVtep flooding(SampleFrame frame, int lengthBytes, int remotes) {
    LoadedVtep loaded = new LoadedVtep(frame, lengthBytes, remotes);
    loaded.readiness.only(loaded.port);
    return loaded;
  }

  private static Endpoint endpoint(int host) {
    return new Endpoint(IpAddress.parse("10.77.0." + host), 4_789);
  }

  private void stationIs(Location location) {
    await(vtep.control().addStation(VNI, SampleFrame.DESTINATION, location, Origin.STATIC));
  }

  private void await(CompletableFuture<?> command) {
    readiness.only(null);
    while (!command.isDone()) {
      vtep.doWork();
    }
    command.join();
  }

  /** A duty cycle: one batch. */
  int cycle() {
    return vtep.doWork();
  }

  /** Fails if anything was dropped: then it was not the way of a frame that was measured. */
  void check() {
    vtep.view()
        .drops()
        .forEach((reason, count) -> {
          if (count > 0) {
            throw new IllegalStateException(count + " frames dropped: " + reason);
          }
        });
    if (!errors.snapshot().isEmpty() || underlay.sent() + port.delivered() == 0) {
      throw new IllegalStateException("nothing came out, or with errors: " + errors.snapshot());
    }
  }
}
