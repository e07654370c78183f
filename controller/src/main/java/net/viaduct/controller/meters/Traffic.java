package net.viaduct.controller.meters;

import net.viaduct.protocol.TrafficMeter;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a host, or a network on hosts, carries. Immutable.
 *
 * @param fromPorts what machines sent
 * @param toPorts what machines got
 * @param fromRemotes what came by tunnels
 * @param toRemotes what went into tunnels
 * @param drops frames that were dropped
 * @param dropsPerSecond over the last interval; NaN if it is not known yet
 */
record Traffic(
    Flow fromPorts,
    Flow toPorts,
    Flow fromRemotes,
    Flow toRemotes,
    long drops,
    double dropsPerSecond) {
  static final Traffic NONE =
      new Traffic(Flow.NONE, Flow.NONE, Flow.NONE, Flow.NONE, 0, Double.NaN);

  static Traffic of(TrafficMeter now, @Nullable TrafficMeter before, long intervalNs) {
    return new Traffic(
        Flow.of(now.getFromPorts(), before == null ? null : before.getFromPorts(), intervalNs),
        Flow.of(now.getToPorts(), before == null ? null : before.getToPorts(), intervalNs),
        Flow.of(now.getFromRemotes(), before == null ? null : before.getFromRemotes(), intervalNs),
        Flow.of(now.getToRemotes(), before == null ? null : before.getToRemotes(), intervalNs),
        now.getDroppedFrames(),
        before == null
            ? Double.NaN
            : Flow.perSecond(now.getDroppedFrames(), before.getDroppedFrames(), intervalNs));
  }

  Traffic plus(Traffic other) {
    return new Traffic(
        fromPorts.plus(other.fromPorts),
        toPorts.plus(other.toPorts),
        fromRemotes.plus(other.fromRemotes),
        toRemotes.plus(other.toRemotes),
        drops + other.drops,
        Flow.sum(dropsPerSecond, other.dropsPerSecond));
  }

  /** Writes counts and rates. */
  void write(ObjectNode json) {
    fromPorts.write(json.putObject("fromPorts"));
    toPorts.write(json.putObject("toPorts"));
    fromRemotes.write(json.putObject("fromRemotes"));
    toRemotes.write(json.putObject("toRemotes"));
    writeDrops(json, drops, dropsPerSecond);
  }

  /** Writes rates only: of a thousand hosts at once that is enough. */
  void writeRates(ObjectNode json) {
    fromPorts.writeRates(json.putObject("fromPorts"));
    toPorts.writeRates(json.putObject("toPorts"));
    fromRemotes.writeRates(json.putObject("fromRemotes"));
    toRemotes.writeRates(json.putObject("toRemotes"));
    writeDrops(json, drops, dropsPerSecond);
  }

  static void writeDrops(ObjectNode json, long drops, double perSecond) {
    ObjectNode dropped = json.putObject("dropped").put("frames", drops);
    Flow.put(dropped, "framesPerSecond", perSecond);
  }
}
