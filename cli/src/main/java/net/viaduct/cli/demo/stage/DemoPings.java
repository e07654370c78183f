package net.viaduct.cli.demo.stage;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.PingSocket;
import net.viaduct.lab.Machine;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.runtime.NanoClock;

/** The pings of the demo. Owned by the thread that runs it. */
public final class DemoPings {
  /** How many are sent along each flow. */
  public static final int COUNT = 10;

  private static final long MS = 1_000_000;
  private static final long INTERVAL_NS = 40 * MS;
  private static final long TIMEOUT_NS = 2000 * MS;
  private static final long MOVE_INTERVAL_NS = 5 * MS;
  private static final int USUAL_PAYLOAD_BYTES = 56;
  private static final int IPV4_OVERHEAD_BYTES = 20 + PingSocket.HEADER_BYTES;
  private static final int IPV6_OVERHEAD_BYTES = 40 + PingSocket.HEADER_BYTES;

  private final List<Machine> machines;
  private final NanoClock clock;

  /** Pings between these machines. */
  public DemoPings(List<Machine> machines, NanoClock clock) {
    this.machines = machines;
    this.clock = clock;
  }

  /** From each machine to each other, by IPv4. */
  public List<PingResult> allPairs() throws InterruptedException {
    return run(flows(false, (_, _) -> true), COUNT, USUAL_PAYLOAD_BYTES);
  }

  /** The same with the largest packets that the machines' devices take. */
  public List<PingResult> allPairsWithFullPackets(boolean ipv6) throws InterruptedException {
    int mtu = machines.getFirst().spec().mtuBytes();
    int payload = mtu - (ipv6 ? IPV6_OVERHEAD_BYTES : IPV4_OVERHEAD_BYTES);
    return run(flows(ipv6, (_, _) -> true), 2, payload);
  }

  /** From and to one machine, one ping each. */
  public List<PingResult> once(Machine one) throws InterruptedException {
    return run(flows(false, involving(one)), 1, USUAL_PAYLOAD_BYTES);
  }

  /** From and to one machine, many, until it is stopped. */
  public PingRun start(Machine one) {
    PingPlan plan =
        new PingPlan(PingPlan.COUNT_MAX, MOVE_INTERVAL_NS, TIMEOUT_NS / 4, USUAL_PAYLOAD_BYTES);
    return PingRun.start(flows(false, involving(one)), plan, new EpollReadiness(), clock);
  }

  private static BiPredicate<Machine, Machine> involving(Machine one) {
    return (from, to) -> from.name().equals(one.name()) || to.name().equals(one.name());
  }

  private List<PingResult> run(List<PingFlow> flows, int count, int payload)
      throws InterruptedException {
    PingPlan plan = new PingPlan(count, INTERVAL_NS, TIMEOUT_NS, payload);
    return PingRun.start(flows, plan, new EpollReadiness(), clock).await();
  }

  private List<PingFlow> flows(boolean ipv6, BiPredicate<Machine, Machine> which) {
    List<PingFlow> flows = new ArrayList<>();
    for (Machine from : machines) {
      PingSocket socket = from.pingSocket(ipv6);
      for (Machine to : machines) {
        if (!from.name().equals(to.name()) && which.test(from, to)) {
          flows.add(new PingFlow(from.name(), to.name(), socket, to.ip(ipv6)));
        }
      }
    }
    return flows;
  }
}
