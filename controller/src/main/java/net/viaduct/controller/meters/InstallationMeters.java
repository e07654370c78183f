package net.viaduct.controller.meters;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.viaduct.controller.subscription.OtherControllers;
import net.viaduct.protocol.HostMeters;
import net.viaduct.protocol.MetersRequest;
import net.viaduct.runtime.NanoClock;

/**
 * What hosts have counted, wherever they are connected: this controller knows some, and asks the
 * others for theirs when somebody wants to know. What they answered is good for a moment, however
 * many look. Safe from any thread: one asks at a time.
 */
public final class InstallationMeters {
  private static final long GOOD_FOR_NS = Duration.ofSeconds(1).toNanos();
  private static final int MOST_KEPT = 64;

  private final MeterBoard here;
  private final Optional<OtherControllers> others;
  private final NanoClock clock;
  private final Map<MeterQuery, Elsewhere> answers = new HashMap<>();

  private final MeterDocuments documents;

  private record Elsewhere(List<Metered> hosts, long atNs) {}

  /**
   * Those of an installation.
   *
   * @param others empty if the store has no other controllers
   */
  public InstallationMeters(MeterBoard here, Optional<OtherControllers> others, NanoClock clock) {
    this.here = here;
    this.others = others;
    this.clock = clock;
    this.documents = new MeterDocuments(clock);
  }

  /** Those of a controller that lets no hosts in. */
  public static InstallationMeters none() {
    NanoClock stopped = () -> 0;
    return new InstallationMeters(new MeterBoard(stopped), Optional.empty(), stopped);
  }

  /** Writes answers. */
  public MeterDocuments documents() {
    return documents;
  }

  /** As much as answers a question, of each host that it concerns. */
  public List<Metered> ask(MeterQuery query) {
    List<Metered> all = new ArrayList<>(here.ask(query));
    others.ifPresent(it -> all.addAll(elsewhere(it, query)));
    return newestOfEach(all);
  }

  /** A host that went from one controller to another may be known to both for a moment. */
  private static List<Metered> newestOfEach(List<Metered> all) {
    Map<String, Metered> byHost = new HashMap<>();
    for (Metered one : all) {
      byHost.merge(one.host(), one, (a, b) -> a.atNs() - b.atNs() >= 0 ? a : b);
    }
    return List.copyOf(byHost.values());
  }

  private synchronized List<Metered> elsewhere(OtherControllers controllers, MeterQuery query) {
    long now = clock.nanoTime();
    answers.values().removeIf(it -> now - it.atNs() >= GOOD_FOR_NS);
    Elsewhere known = answers.get(query);
    if (known == null) {
      List<Metered> hosts =
          controllers.ask((stub, controller) -> {
            List<Metered> told = new ArrayList<>();
            stub.metered(request(query, controller))
                .forEachRemaining(it -> told.add(metered(it, clock.nanoTime())));
            return told;
          });
      known = new Elsewhere(hosts, clock.nanoTime());
      if (answers.size() < MOST_KEPT) {
        answers.put(query, known);
      }
    }
    return known.hosts();
  }

  private static MetersRequest request(MeterQuery query, String controller) {
    MetersRequest.Builder request = MetersRequest.newBuilder().setController(controller);
    switch (query) {
      case MeterQuery.Everything _ -> {}
      case MeterQuery.OfHost of -> request.setHost(of.host());
      case MeterQuery.OfNetwork of -> request.setVni(of.vni());
    }
    return request.build();
  }

  private static Metered metered(HostMeters message, long nowNs) {
    return new Metered(
        message.getHost(),
        message.hasBefore() ? message.getBefore() : null,
        message.getLast(),
        nowNs - message.getAgeNs());
  }
}
