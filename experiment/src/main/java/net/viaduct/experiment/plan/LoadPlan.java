package net.viaduct.experiment.plan;

import java.util.Locale;
import net.viaduct.wire.IpAddress;

/**
 * What fills the way while probes are sent. Immutable.
 *
 * @param name by which it is told in the results; with several flows, NAME-1 and so on
 * @param to a responder
 * @param place the network namespace that it sends from; empty for the run's
 * @param congestionControl of TCP; empty for the system's
 * @param rateBitsPerSecond of UDP, of each flow, payload only
 * @param sizeBytes of UDP's payload
 * @param flows how many at once
 * @param trafficClass the TOS byte: DSCP and ECN, 0 to 255
 * @param startNs after the beginning of a run
 * @param stopNs after the beginning of a run
 */
public record LoadPlan(
    String name,
    Kind kind,
    IpAddress to,
    int port,
    String place,
    String congestionControl,
    long rateBitsPerSecond,
    int sizeBytes,
    int flows,
    int trafficClass,
    long startNs,
    long stopNs) {
  private static final int MOST_FLOWS = 1_000;

  /** How it sends. */
  public enum Kind {
    /** As much as TCP finds right. */
    TCP,
    /** At a rate, whatever becomes of it. */
    UDP;

    /** As files have it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the ranges. */
  public LoadPlan {
    if (flows < 1 || flows > MOST_FLOWS) {
      throw new IllegalArgumentException(flows + " flows are out of range; it is 1 to 1000");
    }
    if (kind == Kind.UDP && rateBitsPerSecond < 1_000) {
      throw new IllegalArgumentException("a load by UDP has a rate, such as 'rate: 5M'");
    }
    if (sizeBytes < StreamPlan.LEAST_BYTES || sizeBytes > StreamPlan.MOST_BYTES) {
      throw new IllegalArgumentException(
          "a size of "
              + sizeBytes
              + " bytes is out of range; it is 32 to "
              + StreamPlan.MOST_BYTES);
    }
    if (startNs < 0 || stopNs <= startNs) {
      throw new IllegalArgumentException("a load stops after it has started");
    }
  }

  /** The same with this congestion control and from this place, unless it names them itself. */
  public LoadPlan or(String usualCongestionControl, String usualPlace) {
    return new LoadPlan(
        name,
        kind,
        to,
        port,
        place.isEmpty() ? usualPlace : place,
        congestionControl.isEmpty() ? usualCongestionControl : congestionControl,
        rateBitsPerSecond,
        sizeBytes,
        flows,
        trafficClass,
        startNs,
        stopNs);
  }

  /** The name of one of its flows, counted from 1. */
  public String flowName(int number) {
    return flows == 1 ? name : name + "-" + number;
  }
}
