package net.viaduct.controller.meters;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import net.viaduct.protocol.Meters;
import net.viaduct.runtime.NanoClock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the hosts have counted that are connected to this controller, the last two times each. Safe
 * from any thread; of one host one thread tells.
 */
public final class MeterBoard {
  private static final Logger LOG = LoggerFactory.getLogger(MeterBoard.class);

  private final Map<String, Metered> hosts = new ConcurrentHashMap<>();
  private final NanoClock clock;

  /** An empty one. */
  public MeterBoard(NanoClock clock) {
    this.clock = clock;
  }

  /** A host tells. What cannot be is left out: what it told before stays. */
  public void take(String host, Meters meters) {
    Optional<String> mistake = MeterCheck.mistakeIn(meters);
    if (mistake.isPresent()) {
      LOG.debug("host {} tells what it cannot have counted: {}", host, mistake.get());
      return;
    }
    long now = clock.nanoTime();
    Metered known = hosts.get(host);
    if (known != null) {
      hosts.put(host, known.then(meters, now));
    } else if (!meters.getUnchanged()) {
      hosts.put(host, Metered.first(host, meters, now));
    }
  }

  /** A host is not connected any more: what it does now is not known. */
  public void forget(String host) {
    hosts.remove(host);
  }

  /** As much as answers a question, of each host that it concerns. */
  public List<Metered> ask(MeterQuery query) {
    return switch (query) {
      case MeterQuery.Everything _ -> List.copyOf(hosts.values());
      case MeterQuery.OfHost of -> Optional.ofNullable(hosts.get(of.host())).stream().toList();
      case MeterQuery.OfNetwork of ->
          hosts.values().stream()
              .map(it -> it.trimmedFor(of))
              .filter(it -> it.last().getNetworksCount() > 0)
              .toList();
    };
  }

  /** For how long something has been known. */
  public long ageNs(Metered metered) {
    return Math.max(0, clock.nanoTime() - metered.atNs());
  }
}
