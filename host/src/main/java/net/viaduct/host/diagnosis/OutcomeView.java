package net.viaduct.host.diagnosis;

import org.jspecify.annotations.Nullable;

/**
 * What becomes of a frame, or of one of its copies.
 *
 * @param verdict {@code delivered}, {@code sent}, {@code consumed} or {@code dropped}
 * @param port that gets it, if it is delivered
 * @param remote that it is sent to, address and port, if it is sent
 * @param vni with which it is sent
 * @param reason why it is dropped
 * @param place by which the drop is counted, if it is one
 * @param sentence all that in words
 * @param hint what to do about a drop
 */
public record OutcomeView(
    String verdict,
    @Nullable String port,
    @Nullable String remote,
    @Nullable Integer vni,
    @Nullable String reason,
    @Nullable String place,
    String sentence,
    @Nullable String hint) {}
