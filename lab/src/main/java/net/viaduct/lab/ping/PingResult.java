package net.viaduct.lab.ping;

/**
 * What became of a flow's requests. Immutable.
 *
 * @param sent requests, those included that the kernel would not take
 * @param received answers in time and as sent, each once
 * @param duplicates answers that came again
 * @param damaged answers with another payload
 * @param minimumRttNs round-trip time of the fastest answer; 0 if there was none
 * @param meanRttNs mean of all; 0 if there was none
 * @param maximumRttNs of the slowest; 0 if there was none
 * @param longestLoss most requests in a row without an answer
 */
public record PingResult(
    PingFlow flow,
    int sent,
    int received,
    int duplicates,
    int damaged,
    long minimumRttNs,
    long meanRttNs,
    long maximumRttNs,
    int longestLoss) {
  /** Requests without an answer. */
  public int lost() {
    return sent - received;
  }
}
