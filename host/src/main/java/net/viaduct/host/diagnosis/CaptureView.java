package net.viaduct.host.diagnosis;

/**
 * A capture that has begun.
 *
 * @param host where
 * @param id by which it is read and ended
 * @param leaseSeconds after which it ends when nobody reads it
 */
public record CaptureView(String host, String id, long leaseSeconds) {}
