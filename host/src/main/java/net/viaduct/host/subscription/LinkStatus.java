package net.viaduct.host.subscription;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a host stands with its controllers. Immutable.
 *
 * @param connected whether one is there
 * @param controller which, or the one that was there last
 * @param since when it came or went
 * @param store of which the facts are
 * @param revision up to which they are true
 * @param lastError why the last connection ended, or did not come to be
 * @param misunderstood what of the facts this version does not understand
 * @param certificateEnds until when the host's certificate is good
 * @param undone why what was told last is not done yet; it is tried again
 */
public record LinkStatus(
    boolean connected,
    @Nullable String controller,
    @Nullable Instant since,
    String store,
    long revision,
    @Nullable String lastError,
    @Nullable String misunderstood,
    Instant certificateEnds,
    @Nullable String undone) {}
