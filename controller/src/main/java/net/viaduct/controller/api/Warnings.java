package net.viaduct.controller.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Flood;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.controller.model.Station;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.store.Store;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was asked for and is done, and will not work as it is meant, since a host cannot do it: told
 * with the answer. Safe from any thread.
 */
final class Warnings {
  private static final int MOST_NAMED = 3;
  private static final long PATIENCE_MS = 1_000;

  private final Store store;
  private final Registry registry;
  private final Optional<Reachability> reachability;

  /** Those that follow from what there is; without hosts nobody knows whom they reach. */
  Warnings(Store store, Registry registry, Optional<Reachability> reachability) {
    this.store = store;
    this.registry = registry;
    this.reachability = reachability;
  }

  /** Adds to the document of an object that was changed what there is to say about it. */
  void add(Definition changed, ObjectNode json) {
    List<String> all = of(changed);
    if (!all.isEmpty()) {
      all.forEach(json.putArray("warnings")::add);
    }
  }

  private List<String> of(Definition changed) {
    return switch (changed) {
      case Port port -> ofPort(port);
      case Network _, Host _, Station _, PortGroup _ -> List.of();
    };
  }

  private List<String> ofPort(Port port) {
    Optional<Host> host = port.host().flatMap(it -> defined(Kind.HOST, it, Host.class));
    Optional<Network> network = defined(Kind.NETWORK, port.network(), Network.class);
    if (host.isEmpty() || network.isEmpty()) {
      return List.of();
    }
    List<String> all = new ArrayList<>();
    ofFamilies(network.get(), host.get(), all);
    ofGroup(network.get(), host.get(), all);
    ofMtu(network.get(), host.get(), all);
    return all;
  }

  private <T extends Definition> Optional<T> defined(Kind kind, String name, Class<T> type) {
    return registry.get(kind, name).map(stored -> type.cast(stored.definition()));
  }

  private void ofFamilies(Network network, Host host, List<String> all) {
    List<String> others =
        reachability.map(it -> now(it.unreached(network.name(), host))).orElse(List.of());
    if (!others.isEmpty()) {
      int more = others.size() - MOST_NAMED;
      all.add(
          "%s and %s%s, in %s, have no underlay addresses of the same family: they do not reach each other"
              .formatted(
                  host.title(),
                  String.join(", ", others.subList(0, Math.min(others.size(), MOST_NAMED))),
                  more > 0 ? " and " + more + " more" : "",
                  network.title()));
    }
  }

  private static List<String> now(CompletableFuture<List<String>> asked) {
    try {
      return asked.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException _) {
      return List.of(); // the change is done; hosts tell what they cannot do
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private static void ofGroup(Network network, Host host, List<String> all) {
    if (network.flood() instanceof Flood.ToGroup group
        && host.addresses().stream().noneMatch(it -> it.isV6() == group.address().isV6())) {
      all.add(
          "%s has no underlay address of the family of group %s of %s: it floods to the other hosts, and hears nothing that they flood to the group"
              .formatted(host.title(), group.address(), network.title()));
    }
  }

  private void ofMtu(Network network, Host host, List<String> all) {
    if (network.mtuBytes().isEmpty()) {
      return;
    }
    int largest =
        store
            .get("host-state/" + host.name())
            .map(it -> Documents.parseObject(it.value()))
            .map(it -> it.path("abilities").path("largestMtuBytes").asInt(0))
            .orElse(0);
    if (largest > 0 && network.mtuBytes().getAsInt() > largest) {
      all.add(
          "%s has an MTU of %d bytes, and frames of more than %d do not fit into the underlay of %s"
              .formatted(network.title(), network.mtuBytes().getAsInt(), largest, host.title()));
    }
  }
}
