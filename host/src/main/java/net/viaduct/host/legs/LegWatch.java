package net.viaduct.host.legs;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import net.viaduct.protocol.LegStation;
import net.viaduct.runtime.NanoClock;
import net.viaduct.vtep.Location;
import net.viaduct.vtep.Origin;
import net.viaduct.vtep.StationPages;
import net.viaduct.vtep.VtepControl;
import net.viaduct.vtep.VtepView;
import net.viaduct.vtep.learning.VirtualRouters;
import net.viaduct.vtep.show.NeighbourPage;
import net.viaduct.vtep.show.NeighbourStatus;
import net.viaduct.vtep.show.PortStatus;
import net.viaduct.vtep.show.StationStatus;

/**
 * Who is heard on the wires that this host has a leg in, looked at every few seconds. Owned by the
 * thread that tells the controller.
 */
public final class LegWatch {
  private static final long LOOK_NS = Duration.ofSeconds(5).toNanos();
  private static final int LOOK_SECONDS = 5;
  private static final int MOST = 4_096;
  private static final int TENTHS = 10;

  private final NanoClock clock;
  private final Map<Key, Heard> heard = new LinkedHashMap<>();
  private List<LegStation> last = List.of();
  private long lookedNs;
  private boolean looked;

  private record Key(int vni, long mac) {}

  /** What is known about one. */
  private static final class Heard {
    private long looks;
    private long hits;
    private boolean isRouter;
    private final Set<ByteString> addresses = new HashSet<>();

    int tenths() {
      return (int) (hits * TENTHS / Math.max(1, looks));
    }
  }

  /** Nothing was looked at yet. */
  public LegWatch(NanoClock clock) {
    this.clock = clock;
  }

  /** Who is there, as of some seconds ago; nobody if the host has no leg. */
  public List<LegStation> stations(VtepView view, VtepControl control) {
    long now = clock.nanoTime();
    if (!looked || now - lookedNs >= LOOK_NS) {
      looked = true;
      lookedNs = now;
      last = look(view, control);
    }
    return last;
  }

  private List<LegStation> look(VtepView view, VtepControl control) {
    Set<String> legs = new HashSet<>();
    view.ports().stream().filter(PortStatus::isLeg).forEach(port -> legs.add(port.name()));
    if (legs.isEmpty()) {
      heard.clear();
      return List.of();
    }
    Map<Key, StationStatus> there = new HashMap<>();
    try (StationPages pages = view.stations()) {
      pages.next(
          MOST,
          // one that is told to be elsewhere may be heard by way of another host's leg
          station -> isAt(station.location(), legs) && station.told().isEmpty(),
          station -> there.put(new Key(station.vni(), station.mac()), station));
    }
    heard.keySet().retainAll(there.keySet());
    Set<Key> fresh = addresses(control, there.keySet());
    there.forEach((key, station) -> {
      Heard one = heard.computeIfAbsent(key, _ -> new Heard());
      one.looks++;
      boolean isLearned = station.origin() == Origin.LEARNED;
      if (isLearned ? station.ageSeconds() <= LOOK_SECONDS : fresh.contains(key)) {
        one.hits++;
      }
    });
    List<LegStation> all = new ArrayList<>();
    heard.forEach((key, one) -> all.add(told(key, one)));
    return List.copyOf(all);
  }

  private static boolean isAt(Location location, Set<String> legs) {
    return location instanceof Location.AtPort at && legs.contains(at.port());
  }

  /** Finds their addresses, and who has told his just now. */
  private Set<Key> addresses(VtepControl control, Set<Key> there) {
    Set<Key> fresh = new HashSet<>();
    OptionalInt next = OptionalInt.of(0);
    while (next.isPresent()) {
      NeighbourPage page;
      try {
        page = control.addresses(next.getAsInt()).join();
      } catch (CompletionException | CancellationException _) {
        return fresh; // it ends
      }
      for (NeighbourStatus address : page.addresses()) {
        Key key = new Key(address.vni(), address.mac());
        if (there.contains(key)) {
          Heard one = heard.computeIfAbsent(key, _ -> new Heard());
          one.addresses.add(ByteString.copyFrom(address.address().toBytes()));
          one.isRouter |= address.flags().router();
          if (address.ageSeconds() <= LOOK_SECONDS) {
            fresh.add(key);
          }
        }
      }
      next = page.next();
    }
    return fresh;
  }

  private static LegStation told(Key key, Heard one) {
    LegStation.Kind kind =
        VirtualRouters.isVirtual(key.mac())
            ? LegStation.Kind.VIRTUAL_ROUTER
            : one.isRouter ? LegStation.Kind.ROUTER : LegStation.Kind.MACHINE;
    return LegStation.newBuilder()
        .setVni(key.vni())
        .setMac(key.mac())
        .addAllAddresses(one.addresses)
        .setKind(kind)
        .setHeardTenths(one.tenths())
        .build();
  }
}
