package net.viaduct.host.view;

/**
 * A reason for which frames were not passed on.
 *
 * @param reason its name
 * @param code its number, which never changes
 * @param count how many frames
 * @param sentence what happened
 * @param hint what to do about it
 */
public record DropView(String reason, int code, long count, String sentence, String hint) {}
