package net.viaduct.cli.capture;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.viaduct.cli.Json;
import net.viaduct.cli.LocalHost;
import net.viaduct.cli.Refusal;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.wire.capture.CapturedPacket;
import net.viaduct.wire.capture.LinkType;

/** One capture at a host, from its beginning to its end. Owned by the command's thread. */
final class Session {
  private static final long PAUSE_MS = 100;
  private static final double NS_PER_SECOND = 1e9;

  private final LocalHost host;
  private final String id;
  private final Thread atExit;
  private long taken;
  private long takenBytes;
  private long captured;
  private long lost;

  /**
   * When it ends, whatever comes first.
   *
   * @param frames after so many
   * @param seconds after so long
   * @param bytes after so many bytes
   */
  record Bounds(long frames, double seconds, long bytes) {}

  private Session(LocalHost host, String id) {
    this.host = host;
    this.id = id;
    // whoever is interrupted should not keep others from capturing until the lease is over
    this.atExit = new Thread(this::endQuietly);
  }

  /**
   * Begins a capture.
   *
   * @throws ApiSilent if the host does not answer
   */
  static Session begin(LocalHost host, Map<String, String> question) throws ApiSilent {
    Map<String, Object> answer = Json.parse(host.ask("/v1/capture", question));
    Session session = new Session(host, String.valueOf(answer.get("id")));
    Runtime.getRuntime().addShutdownHook(session.atExit);
    return session;
  }

  /**
   * Takes frames until a bound is reached, the capture ends, or nobody takes them any more.
   *
   * @throws ApiSilent if the host does not answer any more
   */
  void run(FrameSink sink, Bounds bounds) throws IOException, InterruptedException {
    long beganNs = System.nanoTime();
    boolean goesOn = true;
    while (goesOn) {
      Map<String, Object> page = Json.parse(host.json("/v1/capture?id=" + id));
      int frames = take(page, sink, bounds);
      boolean heard = sink.flush();
      double elapsed = (System.nanoTime() - beganNs) / NS_PER_SECOND;
      goesOn =
          heard
              && !Boolean.TRUE.equals(page.get("ended"))
              && taken < bounds.frames()
              && takenBytes < bounds.bytes()
              && elapsed < bounds.seconds();
      if (goesOn && frames == 0) {
        Thread.sleep(PAUSE_MS);
      }
    }
    sink.end(captured, lost);
  }

  private int take(Map<String, Object> page, FrameSink sink, Bounds bounds) throws IOException {
    captured = number(page.get("captured"));
    lost = number(page.get("lost"));
    if (!(page.get("frames") instanceof List<?> frames)) {
      return 0;
    }
    for (Object frame : frames) {
      if (frame instanceof Map<?, ?> map && taken < bounds.frames()) {
        CapturedPacket packet = packet(map);
        sink.frame(
            packet, Boolean.TRUE.equals(map.get("inbound")), String.valueOf(map.get("comment")));
        taken++;
        takenBytes += packet.bytes().length;
      }
    }
    return frames.size();
  }

  private static CapturedPacket packet(Map<?, ?> frame) {
    String where = String.valueOf(frame.get("where"));
    return new CapturedPacket(
        where.isEmpty() ? LinkType.RAW_IP : LinkType.ETHERNET,
        where,
        number(frame.get("epochNs")),
        (int) number(frame.get("originalBytes")),
        HexFormat.of().parseHex(String.valueOf(frame.get("bytes"))));
  }

  private static long number(@org.jspecify.annotations.Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  /** Ends the capture at the host. */
  void end() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException _) {
      return; // the process ends, and the hook does it
    }
    endQuietly();
  }

  private void endQuietly() {
    try {
      host.end("/v1/capture?id=" + id);
    } catch (ApiSilent | Refusal _) {
      // it is over there already, or will be when the lease is
    }
  }

  /** What was captured, in a sentence. */
  String summary() {
    return taken
        + (taken == 1 ? " frame" : " frames")
        + " captured"
        + (lost > 0
            ? "; " + lost + " more were lost, as they came faster than they were read"
            : "");
  }
}
