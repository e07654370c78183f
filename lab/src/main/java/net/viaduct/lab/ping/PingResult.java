package net.viaduct.lab.ping;

/**
 * What became of a flow's requests. Immutable.
 *
 * @param sent requests, those included that the kernel would not take
 * @param received answers in time and as sent, each once
 * @param duplicates answers that came again
 * @param damaged answers with another payload
 * @param longestLoss most requests in a row without an answer
 * @param roundTrips times of the answers that were received
 */
public record PingResult(
    PingFlow flow,
    int sent,
    int received,
    int duplicates,
    int damaged,
    int longestLoss,
    RoundTrips roundTrips) {
  /** Requests without an answer. */
  public int lost() {
    return sent - received;
  }
}
