package net.viaduct.host.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a host stands with its controllers.
 *
 * @param state {@code connected}, {@code away}, or {@code none} if the host follows none
 * @param controller which one it is, or was last
 * @param since when it came or went
 * @param networks how many it tells of
 * @param stations how many it tells of
 * @param store of which this is known
 * @param revision up to which everything is known
 * @param lastError why the last connection ended, or did not come to be
 * @param certificateEnds until when the host's certificate is good; it is renewed before
 * @param watchedHosts how many other hosts this one watches
 * @param missedHosts those of them that it does not hear
 * @param learning the names of networks that flood and learn, as they are to do when no controller
 *     is there for long
 * @param troubles what the controller says and this host cannot do, a sentence each
 */
public record ControllerView(
    String state,
    @Nullable String controller,
    @Nullable Instant since,
    int networks,
    int stations,
    @Nullable String store,
    long revision,
    @Nullable String lastError,
    @Nullable Instant certificateEnds,
    int watchedHosts,
    List<String> missedHosts,
    List<String> learning,
    List<String> troubles) {
  /** That of a host that follows none. */
  public static final ControllerView NONE =
      new ControllerView(
          "none", null, null, 0, 0, null, 0, null, null, 0, List.of(), List.of(), List.of());

  /** Copies the lists. */
  public ControllerView {
    missedHosts = List.copyOf(missedHosts);
    learning = List.copyOf(learning);
    troubles = List.copyOf(troubles);
  }
}
