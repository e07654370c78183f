package net.viaduct.vtep.capture;

import java.util.Set;

/**
 * What is to be captured. Immutable.
 *
 * @param ports names of ports; all if it is empty and the underlay is not captured
 * @param underlay whether datagrams are captured at the underlay
 * @param filter which frames
 * @param mostBytes how much is kept of each frame, 64 to 65,535
 */
public record CaptureRequest(
    Set<String> ports, boolean underlay, CaptureFilter filter, int mostBytes) {
  /** The least that can be kept of a frame. */
  public static final int LEAST_BYTES = 64;

  /** The most that can be kept of a frame. */
  public static final int MOST_BYTES = 65_535;

  /** Checks the range. */
  public CaptureRequest {
    ports = Set.copyOf(ports);
    if (mostBytes < LEAST_BYTES || mostBytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          mostBytes + " bytes of each frame is out of range; it is 64 to 65535");
    }
  }

  /** Whether frames are captured at a port. */
  boolean includes(String port) {
    return ports.isEmpty() ? !underlay : ports.contains(port);
  }
}
