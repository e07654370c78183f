package net.viaduct.experiment.plan;

import net.viaduct.wire.IpAddress;

/**
 * A stream of probes. Immutable.
 *
 * @param name by which it is told in the results
 * @param to whom it probes
 * @param port not of ICMP
 * @param place the network namespace that it sends from; empty for the run's
 * @param sizeBytes of the payload
 * @param trafficClass the TOS byte: DSCP and ECN, 0 to 255
 * @param intervalNs between two probes
 * @param count after which it ends; 0 for as long as the run lasts
 * @param timeoutNs after which a probe without an answer is lost
 */
public record StreamPlan(
    String name,
    ProbeKind kind,
    IpAddress to,
    int port,
    String place,
    int sizeBytes,
    int trafficClass,
    long intervalNs,
    long count,
    long timeoutNs) {
  /** The smallest payload of a probe that has a header of ours. */
  public static final int LEAST_BYTES = 32;

  /** The largest payload of a probe. */
  public static final int MOST_BYTES = 65_000;

  private static final long LEAST_INTERVAL_NS = 100_000;

  /** Checks the ranges. */
  public StreamPlan {
    int least = kind == ProbeKind.UDP || kind == ProbeKind.TCP_REQUEST ? LEAST_BYTES : 0;
    if (sizeBytes < least || sizeBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "a size of "
              + sizeBytes
              + " bytes is out of range; it is "
              + least
              + " to "
              + MOST_BYTES);
    }
    if (intervalNs < LEAST_INTERVAL_NS) {
      throw new IllegalArgumentException("an interval is at least 100us");
    }
    if (trafficClass < 0 || trafficClass > 255) {
      throw new IllegalArgumentException("a traffic class is 0 to 255");
    }
    if (count < 0 || timeoutNs < 1) {
      throw new IllegalArgumentException("counts and timeouts are not negative");
    }
  }

  /** The same from this place, unless it names one itself. */
  public StreamPlan orPlace(String usual) {
    return place.isEmpty()
        ? new StreamPlan(
            name, kind, to, port, usual, sizeBytes, trafficClass, intervalNs, count, timeoutNs)
        : this;
  }
}
