package net.viaduct.vtep;

import java.time.Duration;
import java.util.List;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.wire.IpPrefix;

/**
 * How a VTEP works. Immutable.
 *
 * @param ageing how long a learned station is believed without a frame from it (R10); zero for ever
 * @param strictReservedBits whether reserved bits that are set make a drop (R2, as Linux has it);
 *     else they are ignored (RFC 7348 section 5)
 * @param acceptFrom who may send to networks that take datagrams from anybody (R12); everybody if
 *     it is empty
 * @param limits of the tables
 * @param idleWait how long a duty cycle waits at most when there is nothing to do
 */
public record VtepConfig(
    Duration ageing,
    boolean strictReservedBits,
    List<IpPrefix> acceptFrom,
    TableLimits limits,
    Duration idleWait) {
  /** 300 s, lenient, {@link TableLimits#DEFAULT}, 100 ms. */
  public static final VtepConfig DEFAULT =
      new VtepConfig(Duration.ofMinutes(5), false, TableLimits.DEFAULT, Duration.ofMillis(100));

  /** Checks the ranges. */
  public VtepConfig {
    StationPolicy.requireAgeing(ageing);
    acceptFrom = List.copyOf(acceptFrom);
    if (idleWait.isNegative()) {
      throw new IllegalArgumentException("idle wait of " + idleWait + " is negative");
    }
  }

  /** A VTEP that lets everybody send. */
  public VtepConfig(
      Duration ageing, boolean strictReservedBits, TableLimits limits, Duration idleWait) {
    this(ageing, strictReservedBits, List.of(), limits, idleWait);
  }
}
