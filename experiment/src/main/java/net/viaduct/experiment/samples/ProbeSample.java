package net.viaduct.experiment.samples;

/**
 * What became of one probe. Immutable.
 *
 * @param stream the stream's name
 * @param kind of the stream: {@code icmp}
 * @param sequence counted from 0
 * @param timeNs when it was sent, after the beginning of the run
 * @param roundTripNs until its answer; 0 if it was lost
 * @param forwardNs until the other end saw it, by the two ends' clocks; {@link #UNKNOWN} if not
 *     told
 */
public record ProbeSample(
    String stream,
    String kind,
    long sequence,
    long timeNs,
    long roundTripNs,
    long forwardNs,
    Outcome outcome) {
  /** Instead of a time that is not known. */
  public static final long UNKNOWN = Long.MIN_VALUE;

  /** Whether it has a round-trip time. */
  public boolean isAnswered() {
    return outcome == Outcome.ANSWERED || outcome == Outcome.REFUSED;
  }
}
