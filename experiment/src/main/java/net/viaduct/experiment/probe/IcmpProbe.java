package net.viaduct.experiment.probe;

import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.experiment.Places;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.samples.Outcome;
import net.viaduct.io.Readiness;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.PingSocket;
import net.viaduct.io.linux.PunctualThread;

/** ICMP echo. Owned by the thread that runs it. */
final class IcmpProbe implements Probe {
  private static final AtomicInteger NEXT_IDENTIFIER =
      new AtomicInteger(31 * (int) ProcessHandle.current().pid());
  private static final int MASK = 0xffff;
  private static final long LONGEST_WAIT_NS = 50_000_000;

  private final StreamPlan plan;
  private final PingSocket socket;
  private final Outstanding outstanding;
  private final Readiness readiness = new EpollReadiness();
  private final int identifier = NEXT_IDENTIFIER.getAndIncrement() & MASK;

  private IcmpProbe(StreamPlan plan, PingSocket socket, Outstanding outstanding) {
    this.plan = plan;
    this.socket = socket;
    this.outstanding = outstanding;
    readiness.add(socket, 0);
  }

  static Probe open(StreamPlan plan, Places places, Outstanding outstanding) throws Exception {
    PingSocket socket = places.open(plan.place(), () -> PingSocket.open(!plan.to().isIpv4()));
    try {
      socket.trafficClass(plan.trafficClass());
      return new IcmpProbe(plan, socket, outstanding);
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public void run(RunTime time) {
    PunctualThread.become();
    Schedule schedule = new Schedule(plan, time);
    int[] tokens = new int[1];
    while (!schedule.isDone() || !outstanding.isEmpty()) {
      if (time.isStopped()) {
        return;
      }
      long now = time.nowNs();
      long wait = LONGEST_WAIT_NS;
      if (!schedule.isDone()) {
        if (schedule.nextNs() <= now) {
          send(now);
          schedule.sent(now);
        }
        wait = Math.clamp(schedule.nextNs() - now, 0, LONGEST_WAIT_NS);
      }
      if (readiness.await(tokens, wait) > 0) {
        receive(time);
      }
      outstanding.expire(time.nowNs());
    }
  }

  private void send(long nowNs) {
    long sequence = outstanding.sending(nowNs);
    if (!socket.send(plan.to(), identifier, (int) (sequence & MASK), plan.sizeBytes())) {
      outstanding.lost(sequence);
    }
  }

  private void receive(RunTime time) {
    while (socket.receive()) {
      long now = time.nowNs(); // of each: the thread may have been away since the one before
      if (socket.identifier() == identifier && socket.source().equals(plan.to())) {
        outstanding.answered(whole(socket.sequence()), now, Outcome.ANSWERED);
      }
    }
  }

  /** The latest sequence number with these 16 bits. */
  private long whole(int bits) {
    long last = outstanding.sent() - 1;
    long sequence = (last & ~(long) MASK) | bits;
    return sequence > last ? sequence - MASK - 1 : sequence;
  }

  @Override
  public void close() {
    readiness.close();
    socket.close();
  }
}
