package net.viaduct.host.diagnosis;

/**
 * A frame that was captured.
 *
 * @param where the port's name; empty for the underlay, whose frames are IP packets
 * @param inbound whether it came from there; else it went there
 * @param epochNs when, in nanoseconds since 1970; the same for all frames of a duty cycle
 * @param originalBytes how long it was
 * @param comment what became of it
 * @param bytes as many as were kept, in hexadecimal digits
 */
public record CapturedFrameView(
    String where, boolean inbound, long epochNs, int originalBytes, String comment, String bytes) {}
