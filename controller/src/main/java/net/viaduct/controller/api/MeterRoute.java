package net.viaduct.controller.api;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.viaduct.controller.api.Route.Parameter;
import net.viaduct.controller.meters.InstallationMeters;
import net.viaduct.controller.meters.MeterDocuments;
import net.viaduct.controller.meters.MeterQuery;
import net.viaduct.controller.meters.Metered;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.view.Places;
import net.viaduct.controller.view.Topology;
import tools.jackson.databind.node.ObjectNode;

/** What hosts have counted. Immutable: safe from any thread. */
final class MeterRoute {
  private final Registry registry;
  private final Topology topology;
  private final InstallationMeters meters;
  private final MeterDocuments documents;

  MeterRoute(Registry registry, Topology topology, InstallationMeters meters) {
    this.registry = registry;
    this.topology = topology;
    this.meters = meters;
    this.documents = meters.documents();
  }

  Route route() {
    return Route.get(
            "/api/v1/meters",
            "getMeters",
            "Tells what hosts have counted, and rates over the last seconds: of all hosts and who"
                + " talks to whom, or of one host, one network, one port.",
            "Meters",
            this::meters)
        .with(
            new Parameter("host", "string", "All of this host."),
            new Parameter("network", "string", "What each host counts for this network."),
            new Parameter("port", "string", "Only this port."));
  }

  private Answer meters(Call call) {
    String host = call.query("host");
    String network = call.query("network");
    String port = call.query("port");
    if (Stream.of(host, network, port).filter(it -> !it.isEmpty()).count() > 1) {
      throw new ApiProblem(400, "one filter at a time: host, network or port");
    }
    Places places = topology.places();
    return Answer.ok(
        !host.isEmpty()
            ? ofHost(host, places)
            : !network.isEmpty()
                ? ofNetwork(network, places)
                : !port.isEmpty()
                    ? ofPort(port, places)
                    : documents.everything(ask(new MeterQuery.Everything()), places));
  }

  private List<Metered> ask(MeterQuery query) {
    return meters.ask(query);
  }

  private ObjectNode ofHost(String name, Places places) {
    if (!places.isHost(name)) {
      throw new ApiProblem(404, "there is no host " + name);
    }
    return documents.host(name, ask(new MeterQuery.OfHost(name)).stream().findFirst(), places);
  }

  private ObjectNode ofNetwork(String name, Places places) {
    Integer vni = places.vniOf(name);
    if (vni == null) {
      throw new ApiProblem(404, "there is no network " + name);
    }
    return documents.network(name, vni, ask(new MeterQuery.OfNetwork(vni)));
  }

  private ObjectNode ofPort(String name, Places places) {
    if (!(registry.get(Kind.PORT, name).map(it -> it.definition()).orElse(null)
        instanceof Port port)) {
      throw new ApiProblem(404, "there is no port " + name);
    }
    Optional<Metered> told =
        port.host().stream().flatMap(host -> ask(new MeterQuery.OfHost(host)).stream()).findFirst();
    return documents.port(name, port.device().orElse(name), told, places);
  }
}
