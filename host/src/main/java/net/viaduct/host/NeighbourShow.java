package net.viaduct.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import net.viaduct.host.view.AnnouncementView;
import net.viaduct.host.view.FlapView;
import net.viaduct.host.view.NeighbourView;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.VtepControl;
import net.viaduct.vtep.show.FlapStatus;
import net.viaduct.vtep.show.NeighbourPage;
import net.viaduct.vtep.show.NeighbourStatus;
import net.viaduct.wire.MacAddress;

/**
 * Shows what is known about the addresses and the moves of stations, and announces stations. Any
 * thread; waits for the data path.
 */
final class NeighbourShow {
  private static final int MOST_SHOWN = 100_000;
  private static final long WAIT_MS = 3_000;

  private final Supplier<InForce> inForce;

  NeighbourShow(Supplier<InForce> inForce) {
    this.inForce = inForce;
  }

  List<NeighbourView> neighbours() {
    VtepControl control = inForce.get().dataPath().control();
    List<NeighbourView> all = new ArrayList<>();
    OptionalInt next = OptionalInt.of(0);
    while (next.isPresent() && all.size() < MOST_SHOWN) {
      NeighbourPage page =
          await(control.addresses(next.getAsInt()))
              .orElseThrow(() -> new IllegalStateException("the data path does not answer"));
      page.addresses().stream().map(NeighbourShow::view).forEach(all::add);
      next = page.next();
    }
    return all;
  }

  private static NeighbourView view(NeighbourStatus neighbour) {
    return new NeighbourView(
        neighbour.network(),
        neighbour.vni(),
        neighbour.address().toString(),
        MacAddress.format(neighbour.mac()),
        neighbour.location().orElse(null) instanceof Location.AtPort at ? at.port() : null,
        neighbour.location().orElse(null) instanceof Location.AtRemote at
            ? at.remote().toString()
            : null,
        neighbour.origin().label(),
        neighbour.flags().router(),
        neighbour.flags().contested(),
        neighbour.origin() == Origin.LEARNED ? (long) neighbour.ageSeconds() : null);
  }

  List<FlapView> flaps() {
    return inForce.get().dataPath().view().flaps().stream().map(NeighbourShow::view).toList();
  }

  private static FlapView view(FlapStatus flap) {
    return new FlapView(
        flap.network(),
        flap.vni(),
        MacAddress.format(flap.mac()),
        words(flap.location()),
        words(flap.claim()),
        flap.heldSeconds());
  }

  static String words(Location location) {
    return switch (location) {
      case Location.AtPort at -> "port " + at.port();
      case Location.AtRemote at -> "remote " + at.remote();
    };
  }

  AnnouncementView announce(String network, String port) {
    InForce now = inForce.get();
    OptionalInt vni =
        now.config().networks().stream()
            .filter(candidate -> candidate.name().equals(network))
            .mapToInt(candidate -> candidate.vni())
            .findFirst();
    if (!network.isEmpty() && vni.isEmpty()) {
      throw new IllegalArgumentException("there is no network '" + network + "'");
    }
    Optional<String> wanted = port.isEmpty() ? Optional.empty() : Optional.of(port);
    return new AnnouncementView(await(now.dataPath().control().announce(vni, wanted)).orElse(-1));
  }

  /** What the data path answers; empty if it does not within seconds. */
  static <T> Optional<T> await(CompletableFuture<T> result) {
    try {
      return Optional.of(result.get(WAIT_MS, TimeUnit.MILLISECONDS));
    } catch (TimeoutException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      throw new IllegalArgumentException(String.valueOf(cause.getMessage()), e);
    }
  }
}
