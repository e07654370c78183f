package net.viaduct.lab.ping;

import java.util.Arrays;
import net.viaduct.io.linux.PingSocket;

/** Keeps account of one flow. Owned by the thread that pings. */
final class PingTally {
  private static final long UNANSWERED = -1;

  private final PingFlow flow;
  private final PingPlan plan;
  private final int identifier;
  private final long[] sentAtNs;
  private final long[] rttNs;
  private long nextNs;
  private int sent;
  private int received;
  private int duplicates;
  private int damaged;
  private int count;

  PingTally(PingFlow flow, PingPlan plan, int identifier) {
    this.flow = flow;
    this.plan = plan;
    this.identifier = identifier;
    count = plan.count();
    sentAtNs = new long[count];
    rttNs = new long[count];
    Arrays.fill(rttNs, UNANSWERED);
  }

  void startAt(long timeNs) {
    nextNs = timeNs;
  }

  void stop() {
    count = sent;
  }

  boolean isDue(long nowNs) {
    return sent < count && nowNs - nextNs >= 0;
  }

  long untilDueNs(long nowNs) {
    if (sent < count) {
      return nextNs - nowNs;
    }
    return sent == 0 ? 0 : sentAtNs[sent - 1] + plan.timeoutNs() - nowNs;
  }

  void send(long nowNs) {
    sentAtNs[sent] = nowNs;
    flow.socket().send(flow.target(), identifier, sent, plan.payloadBytes());
    sent++;
    nextNs += plan.intervalNs();
    if (nextNs - nowNs <= 0) {
      nextNs = nowNs + plan.intervalNs(); // what was missed is not made up for in a burst
    }
  }

  /** Whether nothing can come any more that counts. */
  boolean isOver(long nowNs) {
    if (sent < count) {
      return false;
    }
    return received == sent || nowNs - sentAtNs[sent - 1] > plan.timeoutNs();
  }

  boolean isAnsweredBy(PingSocket socket) {
    return flow.socket().isIpv6() == socket.isIpv6()
        && socket.identifier() == identifier
        && socket.source().equals(flow.target());
  }

  void answered(PingSocket socket, long nowNs) {
    int sequence = socket.sequence();
    if (sequence >= sent) {
      return;
    }
    if (!socket.isPayloadOf(plan.payloadBytes())) {
      damaged++;
    } else if (rttNs[sequence] != UNANSWERED) {
      duplicates++;
    } else if (nowNs - sentAtNs[sequence] <= plan.timeoutNs()) {
      rttNs[sequence] = nowNs - sentAtNs[sequence];
      received++;
    }
  }

  PingResult result() {
    long[] answered = Arrays.stream(rttNs).filter(rtt -> rtt != UNANSWERED).toArray();
    return new PingResult(
        flow, sent, received, duplicates, damaged, longestLoss(), RoundTrips.of(answered));
  }

  private int longestLoss() {
    int longest = 0;
    int now = 0;
    for (int i = 0; i < sent; i++) {
      now = rttNs[i] == UNANSWERED ? now + 1 : 0;
      longest = Math.max(longest, now);
    }
    return longest;
  }
}
