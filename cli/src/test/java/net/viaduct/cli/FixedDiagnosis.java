package net.viaduct.cli;

import java.util.List;
import net.viaduct.host.diagnosis.CapturePage;
import net.viaduct.host.diagnosis.CaptureQuestion;
import net.viaduct.host.diagnosis.CaptureView;
import net.viaduct.host.diagnosis.CapturedFrameView;
import net.viaduct.host.diagnosis.Diagnosis;
import net.viaduct.host.diagnosis.OutcomeView;
import net.viaduct.host.diagnosis.StepView;
import net.viaduct.host.diagnosis.TraceView;

/** Says of each frame from port vm1 that it goes to a remote, and drops those of remotes. */
final class FixedDiagnosis implements Diagnosis {
  @Override
  public TraceView traceFromPort(String port, byte[] frame) {
    String remote =
        switch (port) {
          case "vm1" -> "10.77.0.2:4789";
          case "by-gre" -> "gre:10.77.0.2";
          default -> throw new IllegalArgumentException("there is no port " + port);
        };
    return new TraceView(
        "h1",
        List.of(
            new StepView("receive", frame.length + " bytes from port " + port),
            new StepView("look up", "02:00:00:00:00:02 is at remote 10.77.0.2, static")),
        List.of(
            new OutcomeView(
                "sent",
                null,
                remote,
                100,
                null,
                null,
                "sent to " + remote + " with VNI 100",
                null)));
  }

  @Override
  public TraceView traceFromUnderlay(byte[] packet) {
    return new TraceView(
        "h1",
        List.of(new StepView("receive", "a packet of " + packet.length + " bytes")),
        List.of());
  }

  @Override
  public TraceView traceFromRemote(String remote, int vni, byte[] frame) {
    return new TraceView(
        "h2",
        List.of(new StepView("receive", "a datagram from " + remote)),
        List.of(
            new OutcomeView(
                "dropped",
                null,
                null,
                null,
                "unknown-vni",
                null,
                "dropped: unknown-vni. A datagram is for nobody.",
                "Add the network here.")));
  }

  @Override
  public CaptureView beginCapture(CaptureQuestion question) {
    return new CaptureView("h1", "c1", 15);
  }

  @Override
  public CapturePage captured(String id) {
    return new CapturePage(
        List.of(
            new CapturedFrameView(
                "vm1",
                true,
                1_700_000_000_123_456_789L,
                60,
                "dropped: tagged-frame",
                "020000000002020000000001" + "88b5" + "00".repeat(46))),
        1,
        0,
        true);
  }

  @Override
  public CapturePage endCapture(String id) {
    return new CapturePage(List.of(), 1, 0, true);
  }
}
