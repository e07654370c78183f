package net.viaduct.host;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import net.viaduct.host.diagnosis.CapturePage;
import net.viaduct.host.diagnosis.CaptureQuestion;
import net.viaduct.host.diagnosis.CaptureView;
import net.viaduct.host.diagnosis.CapturedFrameView;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.capture.Capture;
import net.viaduct.vtep.capture.CaptureFilter;
import net.viaduct.vtep.capture.CaptureRequest;
import net.viaduct.vtep.capture.CapturedFrame;
import org.jspecify.annotations.Nullable;

/** The capture of a host that is under way, or was the last one. Safe from any thread. */
final class LiveCaptures {
  private static final int PAGE_FRAMES = 2_000;
  private static final int PAGE_BYTES = 4 << 20;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final HostFacts facts;
  private int begun;
  private @Nullable Capture capture;
  private long startedEpochNs;

  LiveCaptures(HostFacts facts) {
    this.facts = facts;
  }

  /** What the data path is asked for. */
  static CaptureRequest request(CaptureQuestion question) {
    return new CaptureRequest(
        question.ports(),
        question.underlay(),
        new CaptureFilter(
            question.mac(),
            question.address(),
            question.transportPort(),
            question.vni(),
            question.onlyDropped(),
            question.reason().map(LiveCaptures::reason)),
        question.mostBytes());
  }

  private static DropReason reason(String label) {
    Optional<DropReason> reason =
        DropReason.ALL.stream().filter(each -> each.label().equals(label)).findFirst();
    return reason.orElseThrow(() ->
        new IllegalArgumentException(
            "'" + label + "' is no reason for a drop; 'viaduct show drops --all' names them"));
  }

  /** A capture has begun just now. */
  synchronized CaptureView remember(String host, Capture started) {
    Instant now = facts.instant(started.startedNs());
    capture = started;
    startedEpochNs = now.getEpochSecond() * NS_PER_SECOND + now.getNano();
    begun++;
    return new CaptureView(host, id(), Capture.LEASE_NS / NS_PER_SECOND);
  }

  private String id() {
    return "c" + begun;
  }

  synchronized CapturePage read(String id) {
    Capture known = require(id);
    boolean ended = known.hasEnded();
    List<CapturedFrame> frames = known.read(PAGE_FRAMES, PAGE_BYTES);
    return new CapturePage(
        frames.stream().map(this::view).toList(),
        known.captured(),
        known.lost(),
        ended && frames.isEmpty());
  }

  synchronized CapturePage end(String id) {
    require(id).end();
    return read(id);
  }

  private Capture require(String id) {
    if (capture == null || !id.equals(id())) {
      throw new IllegalArgumentException("there is no capture '" + id + "' any more");
    }
    return capture;
  }

  private CapturedFrameView view(CapturedFrame frame) {
    return new CapturedFrameView(
        frame.where(),
        frame.isInbound(),
        startedEpochNs + frame.sinceStartNs(),
        frame.originalBytes(),
        frame.comment(),
        HexFormat.of().formatHex(frame.bytes()));
  }
}
