package net.viaduct.cli.experiment;

import java.util.Optional;
import java.util.function.Supplier;
import net.viaduct.cli.lab.Amounts;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.plan.ProbeKind;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.wire.IpAddress;

/** Reads streams and loads. Owned by the thread that reads. */
final class FlowReader {
  private static final IntRange SIZE_BYTES = new IntRange("a size", 0, StreamPlan.MOST_BYTES);
  private static final IntRange TRAFFIC_CLASS = new IntRange("a TOS byte", 0, 255);
  private static final IntRange FLOWS = new IntRange("a number of flows", 1, 1_000);
  private static final IntRange COUNT = new IntRange("a count", 1, Integer.MAX_VALUE);
  private static final int ECN_BITS = 2;
  private static final long USUAL_INTERVAL_NS = 100_000_000;
  private static final long USUAL_TIMEOUT_NS = 2_000_000_000L;
  private static final int USUAL_PROBE_BYTES = 56;
  private static final int USUAL_LOAD_BYTES = 1_200;

  private final Optional<IpAddress> usualTo;
  private final int usualPort;

  /** What is true for all that do not say otherwise. */
  FlowReader(Optional<IpAddress> usualTo, int usualPort) {
    this.usualTo = usualTo;
    this.usualPort = usualPort;
  }

  private Optional<IpAddress> to(Section section) {
    Optional<Value> told = section.get("to");
    if (told.isEmpty() && usualTo.isEmpty()) {
      section.wrong("has no 'to', and there is none for all");
    }
    return told.isPresent() ? told.get().address() : usualTo;
  }

  private static int trafficClass(Section section) {
    int tos = section.get("tos").flatMap(v -> v.integer(TRAFFIC_CLASS)).orElse(0);
    return section
        .get("dscp")
        .flatMap(v -> v.integer(IntRange.DSCP))
        .map(dscp -> dscp << ECN_BITS | tos)
        .orElse(tos);
  }

  private static long time(Section section, String key, long usual) {
    return section.get(key).flatMap(v -> v.as(Amounts::ns)).orElse(usual);
  }

  private int port(Section section) {
    return section.get("port").flatMap(v -> v.integer(IntRange.UDP_PORT)).orElse(usualPort);
  }

  private static String from(Section section) {
    return section.get("from").flatMap(Value::text).orElse("");
  }

  /** A stream of probes. */
  Optional<StreamPlan> stream(String name, Section section) {
    ProbeKind kind =
        section.get("kind").flatMap(v -> v.oneOf(ProbeKind.class)).orElse(ProbeKind.ICMP);
    Optional<IpAddress> to = to(section);
    int port = port(section);
    String from = from(section);
    int size = section.get("size").flatMap(v -> v.integer(SIZE_BYTES)).orElse(USUAL_PROBE_BYTES);
    int trafficClass = trafficClass(section);
    long interval = time(section, "interval", USUAL_INTERVAL_NS);
    long timeout = time(section, "timeout", USUAL_TIMEOUT_NS);
    long count = section.get("count").flatMap(v -> v.integer(COUNT)).orElse(0);
    section.noMore();
    return to.flatMap(address ->
        told(
            section,
            () ->
                new StreamPlan(
                    name,
                    kind,
                    address,
                    port,
                    from,
                    size,
                    trafficClass,
                    interval,
                    count,
                    timeout)));
  }

  /** A load. */
  Optional<LoadPlan> load(String name, Section section) {
    LoadPlan.Kind kind =
        section.get("kind").flatMap(v -> v.oneOf(LoadPlan.Kind.class)).orElse(LoadPlan.Kind.TCP);
    Optional<IpAddress> to = to(section);
    int port = port(section);
    String from = from(section);
    String congestion = section.get("congestion").flatMap(Value::text).orElse("");
    long rate = section.get("rate").flatMap(v -> v.as(Amounts::bitsPerSecond)).orElse(0L);
    int size = section.get("size").flatMap(v -> v.integer(SIZE_BYTES)).orElse(USUAL_LOAD_BYTES);
    int flows = section.get("flows").flatMap(v -> v.integer(FLOWS)).orElse(1);
    int trafficClass = trafficClass(section);
    long start = time(section, "start", 0);
    long stop = time(section, "stop", Long.MAX_VALUE);
    section.noMore();
    return to.flatMap(address ->
        told(
            section,
            () ->
                new LoadPlan(
                    name,
                    kind,
                    address,
                    port,
                    from,
                    congestion,
                    rate,
                    size,
                    flows,
                    trafficClass,
                    start,
                    stop)));
  }

  private static <T> Optional<T> told(Section section, Supplier<T> source) {
    try {
      return Optional.of(source.get());
    } catch (IllegalArgumentException e) {
      section.wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
