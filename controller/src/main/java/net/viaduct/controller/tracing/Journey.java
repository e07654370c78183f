package net.viaduct.controller.tracing;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BiFunction;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.registry.Claims;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;
import net.viaduct.controller.view.Topology;
import net.viaduct.protocol.Arrival;
import net.viaduct.protocol.Ask;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.TraceOutcome;
import net.viaduct.protocol.Traced;
import net.viaduct.wire.IpAddress;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Follows frames from host to host: what one would send, those are asked about that would get it.
 * Safe from any thread.
 */
public final class Journey {
  /** How many hosts are asked about one frame: a person reads no more. */
  static final int MOST_HOSTS = 32;

  /** No host sends on what came from a tunnel, but after a station that has moved. */
  private static final int MOST_HOPS = 4;

  private static final int MOST_AT_ONCE = 16;

  private final Store store;
  private final Registry registry;
  private final Topology topology;
  private final BiFunction<String, Ask, CompletableFuture<HostAnswer>> hosts;
  private final Semaphore room = new Semaphore(MOST_AT_ONCE);

  /**
   * Where a frame arrives.
   *
   * @param host that is asked
   * @param ask what, without an id
   * @param after the number of the trace before; -1 for none
   * @param by the outcome there
   */
  private record Stop(String host, Ask ask, int after, Optional<ArrayNode> by) {}

  /**
   * Journeys through hosts that a store knows.
   *
   * @param hosts asks one of them
   */
  public Journey(
      Store store,
      Registry registry,
      Topology topology,
      BiFunction<String, Ask, CompletableFuture<HostAnswer>> hosts) {
    this.store = store;
    this.registry = registry;
    this.topology = topology;
    this.hosts = hosts;
  }

  /**
   * Follows a frame; waits for the hosts.
   *
   * @return a trace for each host, with the numbers of those that follow in its outcomes
   * @throws TraceRefused if the question cannot be asked
   * @throws StoreFailure if too many are asked at once, or the store is away
   */
  public ObjectNode follow(TraceQuestion question) {
    if (!room.tryAcquire()) {
      throw new StoreFailure("too many frames are traced at the moment; try again");
    }
    try {
      return new Walk(question).follow();
    } finally {
      room.release();
    }
  }

  /** One journey. Owned by the thread that asks. */
  private final class Walk {
    private final Port port;
    private final String start;
    private final byte[] frame;
    private final ArrayNode traces;
    private final ObjectNode document = Documents.object();
    private int left;

    Walk(TraceQuestion question) {
      port =
          registry
              .get(Kind.PORT, question.port())
              .map(it -> (Port) it.definition())
              .orElseThrow(() -> new TraceRefused("there is no port " + question.port()));
      start =
          port.host()
              .orElseThrow(() ->
                  new TraceRefused(
                      "port " + port.name() + " is on no host: no frame can come from it"));
      frame = new AskedFrame(store, registry, question, port).bytes();
      document
          .putObject("port")
          .put("name", port.name())
          .put("network", port.network())
          .put("host", start)
          .put("device", port.deviceName());
      document.put("frame", HexFormat.of().formatHex(frame));
      traces = document.putArray("traces");
    }

    ObjectNode follow() {
      Ask first = ask().setDevice(port.deviceName()).build();
      List<Stop> stops = List.of(new Stop(start, first, -1, Optional.empty()));
      for (int hop = 0; hop < MOST_HOPS && !stops.isEmpty(); hop++) {
        stops = askAll(stops);
      }
      left += stops.size();
      if (left > 0) {
        document.put("hostsLeftOut", left);
      }
      return document;
    }

    private Ask.Builder ask() {
      return Ask.newBuilder().setFrame(ByteString.copyFrom(frame));
    }

    /** Asks some hosts at the same time; who is to be asked next. */
    private List<Stop> askAll(List<Stop> stops) {
      List<CompletableFuture<HostAnswer>> answers = new ArrayList<>();
      stops.forEach(stop -> answers.add(hosts.apply(stop.host(), stop.ask())));
      List<Stop> next = new ArrayList<>();
      for (int i = 0; i < stops.size(); i++) {
        Stop stop = stops.get(i);
        ObjectNode trace = begin(stop.host(), stop.after(), stop.by());
        switch (await(answers.get(i))) {
          case HostAnswer.Untold untold -> trace.put("untold", untold.why());
          case HostAnswer.Told told -> next.addAll(write(stop.host(), told.traced(), trace));
        }
      }
      int roomLeft = Math.max(0, MOST_HOSTS - traces.size());
      left += Math.max(0, next.size() - roomLeft);
      return next.subList(0, Math.min(next.size(), roomLeft));
    }

    private ObjectNode begin(String host, int after, Optional<ArrayNode> by) {
      by.ifPresent(it -> it.add(traces.size()));
      ObjectNode trace = traces.addObject().put("host", host);
      if (after >= 0) {
        trace.put("after", after);
      }
      return trace;
    }

    private HostAnswer await(CompletableFuture<HostAnswer> answer) {
      try {
        return answer.get();
      } catch (ExecutionException e) {
        return new HostAnswer.Untold("it cannot be asked: " + e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StoreFailure("interrupted", e);
      }
    }

    private List<Stop> write(String host, Traced traced, ObjectNode trace) {
      int number = traces.size() - 1;
      ArrayNode steps = trace.putArray("steps");
      traced
          .getStepsList()
          .forEach(
              it -> steps.addObject().put("step", it.getStep()).put("decision", it.getDecision()));
      ArrayNode outcomes = trace.putArray("outcomes");
      List<Stop> next = new ArrayList<>();
      for (TraceOutcome outcome : traced.getOutcomesList()) {
        ObjectNode json = outcomes.addObject();
        json.put("verdict", outcome.getVerdict());
        put(json, "port", outcome.getPort());
        knownPort(host, outcome.getPort()).ifPresent(it -> json.put("portName", it));
        if (outcome.getVerdict().equals("sent")) {
          json.put("remote", text(outcome.getTo())).put("vni", outcome.getVni());
          next.addAll(receivers(host, outcome, number, json.putArray("next")));
        }
        put(json, "reason", outcome.getReason());
        put(json, "place", outcome.getPlace());
        json.put("sentence", outcome.getSentence());
        put(json, "hint", outcome.getHint());
      }
      if (traced.getLeftOut() > 0) {
        trace.put("outcomesLeftOut", traced.getLeftOut());
      }
      return next;
    }

    private List<Stop> receivers(String host, TraceOutcome outcome, int number, ArrayNode numbers) {
      IpAddress to = IpAddress.ofBytes(outcome.getTo().getAddress().toByteArray());
      List<String> names = to.isMulticast() ? members(host) : owners(to, outcome.getTo().getPort());
      Optional<Ip> sender = address(host, to.isIpv4());
      if (names.isEmpty() || sender.isEmpty()) {
        untold(outcome.getTo(), names, number, numbers);
        return List.of();
      }
      Ask ask =
          ask()
              .setArrival(
                  Arrival.newBuilder()
                      .setRemote(ByteString.copyFrom(sender.get().toBytes()))
                      .setVni(outcome.getVni()))
              .build();
      return names.stream().map(name -> new Stop(name, ask, number, Optional.of(numbers))).toList();
    }

    /** What is sent to somebody that cannot be asked. */
    private void untold(Endpoint to, List<String> names, int number, ArrayNode numbers) {
      if (traces.size() >= MOST_HOSTS) {
        left++;
        return;
      }
      begin(text(to), number, Optional.of(numbers))
          .put(
              "untold",
              names.isEmpty()
                  ? "no host that this controller knows gets what is sent there"
                  : "from which address it would be sent is not known");
    }

    private List<String> members(String except) {
      List<String> names = new ArrayList<>();
      for (JsonNode host : topology.json(port.network(), "").path("hosts")) {
        String name = host.path("name").asString("");
        if (!name.equals(except)) {
          names.add(name);
        }
      }
      return names;
    }
  }

  private static void put(ObjectNode json, String name, String text) {
    if (!text.isEmpty()) {
      json.put(name, text);
    }
  }

  private static String text(Endpoint endpoint) {
    String address = IpAddress.ofBytes(endpoint.getAddress().toByteArray()).toString();
    if (endpoint.getPort() == 0) {
      return address;
    }
    return (address.indexOf(':') < 0 ? address : "[" + address + "]") + ":" + endpoint.getPort();
  }

  private Optional<String> knownPort(String host, String device) {
    return device.isEmpty()
        ? Optional.empty()
        : store.get(Claims.deviceKey(host, device)).map(Entry::value).map(Journey::nameIn);
  }

  /** Of {@code host/h1}. */
  private static String nameIn(String key) {
    return key.substring(key.indexOf('/') + 1);
  }

  /** The hosts whose VTEP is there. */
  private List<String> owners(IpAddress address, int udpPort) {
    String prefix = Claims.underlayPrefix(address.toString().toLowerCase(Locale.ROOT) + "/");
    return store.range(Range.first(prefix, MOST_HOSTS)).entries().stream()
        .filter(it -> udpPort == 0 || it.key().equals(prefix + udpPort))
        .map(it -> nameIn(it.value()))
        .toList();
  }

  /** Which of its addresses a host sends from. */
  private Optional<Ip> address(String host, boolean ipv4) {
    return registry
        .get(Kind.HOST, host)
        .map(it -> (Host) it.definition())
        .flatMap(
            it -> it.addresses().stream().filter(address -> address.isV6() != ipv4).findFirst());
  }
}
