package net.viaduct.lab.ping;

/**
 * How often and how large. Immutable.
 *
 * @param count requests of each flow, 1 to 65536; a run that is stopped sends fewer
 * @param intervalNs between two requests of a flow
 * @param timeoutNs after which a request without an answer counts as lost
 * @param payloadBytes of each request, without ICMP header
 */
public record PingPlan(int count, long intervalNs, long timeoutNs, int payloadBytes) {
  /** As many as the sequence number can tell apart. */
  public static final int COUNT_MAX = 65_536;

  /** Checks the ranges. */
  public PingPlan {
    if (count < 1 || count > COUNT_MAX || intervalNs < 0 || timeoutNs < 1 || payloadBytes < 0) {
      throw new IllegalArgumentException(
          count + " pings each " + intervalNs + " ns of " + payloadBytes + " bytes");
    }
  }
}
