package net.viaduct.lab.topology;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Port;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.PacketPort;
import net.viaduct.lab.link.LinkCarrier;
import net.viaduct.lab.link.LinkCounters;
import net.viaduct.lab.link.LinkShape;
import net.viaduct.lab.link.LinkedUplink;
import net.viaduct.lab.topology.LabPlan.HostPlan;
import net.viaduct.lab.topology.LabPlan.LinkPlan;
import net.viaduct.runtime.AgentRunner;
import net.viaduct.runtime.Counters;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.NanoClock;

/** Carries all links of a plan, from {@link #start} to {@link #close}. Any thread. */
public final class LabLinks implements AutoCloseable {
  private final LinkCarrier carrier;
  private final List<String> linked;
  private final AgentRunner runner;

  private LabLinks(LinkCarrier carrier, List<String> linked, AgentRunner runner) {
    this.carrier = carrier;
    this.linked = linked;
    this.runner = runner;
  }

  private static List<String> linked(LabPlan plan) {
    return plan.hosts().stream()
        .filter(host -> host.link().isPresent())
        .map(HostPlan::name)
        .toList();
  }

  /**
   * Begins to carry; to be called on a thread in the namespace where the ends of the links lie.
   *
   * @param counters where each direction counts, under {@code HOST-up} and {@code HOST-down}
   * @param seed of what happens by chance
   */
  public static LabLinks start(
      LabPlan plan, Counters counters, DistinctErrors errors, NanoClock clock, long seed) {
    LinkCarrier carrier = new LinkCarrier(new EpollReadiness(), clock, counters);
    try {
      long next = seed;
      for (HostPlan host : plan.hosts()) {
        if (host.link().isPresent()) {
          add(carrier, host.name(), host.link().get(), counters, errors, next);
          next += 2;
        }
      }
    } catch (RuntimeException e) {
      carrier.onClose();
      throw e;
    }
    AgentRunner runner = new AgentRunner(carrier, errors);
    runner.start();
    return new LabLinks(carrier, linked(plan), runner);
  }

  private static void add(
      LinkCarrier carrier,
      String host,
      LinkPlan link,
      Counters counters,
      DistinctErrors errors,
      long seed) {
    Port near = new PacketPort(LinkedUplink.nearDevice(host), errors);
    Port far;
    try {
      far = new PacketPort(LinkedUplink.farDevice(host), errors);
    } catch (RuntimeException e) {
      near.close();
      throw e;
    }
    carrier.add(
        near,
        far,
        new LinkCarrier.Direction(
            host + "-up",
            link.up(),
            new LinkCounters(counters.allocate(LinkCounters.LAYOUT, host + "-up"))),
        new LinkCarrier.Direction(
            host + "-down",
            link.down(),
            new LinkCounters(counters.allocate(LinkCounters.LAYOUT, host + "-down"))),
        seed);
  }

  /**
   * Goes on with the links of another plan, which has the same hosts with links; the rest of it is
   * not looked at. One thread at a time.
   *
   * @return false if it has too much to do; nothing is changed then
   * @throws IllegalArgumentException if it cannot be, with a sentence; nothing is changed then
   */
  public boolean change(LabPlan next) {
    if (!linked(next).equals(linked)) {
      throw new IllegalArgumentException(
          "the hosts with links are " + String.join(", ", linked) + ", and remain so");
    }
    List<LinkShape> shapes = new ArrayList<>();
    for (HostPlan host : next.hosts()) {
      host.link().ifPresent(link -> shapes.addAll(List.of(link.up(), link.down())));
    }
    return carrier.offerShapes(shapes);
  }

  /** Whether it was not told to end. */
  public boolean isRunning() {
    return runner.isRunning();
  }

  @Override
  public void close() {
    runner.close();
  }
}
