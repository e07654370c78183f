package net.viaduct.host.diagnosis;

/** What a host can be asked about single frames. Any thread. */
public interface Diagnosis {
  /** The longest frame that can be traced: more than any Ethernet carries without offloads. */
  int MOST_FRAME_BYTES = 16_384;

  /**
   * Where a frame from a port would go, by the code and the tables of real ones.
   *
   * @param frame from its destination address on
   * @throws IllegalArgumentException if there is no such port, or the frame is too long
   */
  TraceView traceFromPort(String port, byte[] frame);

  /**
   * Where a frame would go that a remote sends.
   *
   * @param remote its underlay address
   * @param vni of the network that it sends into
   * @param frame from its destination address on, without tunnel header
   * @throws IllegalArgumentException if that is no address or no VNI, or the frame is too long
   */
  TraceView traceFromRemote(String remote, int vni, byte[] frame);

  /**
   * Where a tunnel packet that came, or comes, by the underlay would go.
   *
   * @param packet from its IP header on, outer headers and all
   * @throws IllegalArgumentException if it is none, or it would not come in here
   */
  TraceView traceFromUnderlay(byte[] packet);

  /**
   * Begins to capture.
   *
   * @throws IllegalArgumentException if there is no such port, or a capture is under way already
   */
  CaptureView beginCapture(CaptureQuestion question);

  /**
   * What was captured since the last call.
   *
   * @throws IllegalArgumentException if there is no such capture any more
   */
  CapturePage captured(String id);

  /**
   * Ends a capture; what waits can still be read.
   *
   * @throws IllegalArgumentException if there is no such capture any more
   */
  CapturePage endCapture(String id);
}
