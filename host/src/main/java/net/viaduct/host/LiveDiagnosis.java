package net.viaduct.host;

import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import net.viaduct.host.diagnosis.CapturePage;
import net.viaduct.host.diagnosis.CaptureQuestion;
import net.viaduct.host.diagnosis.CaptureView;
import net.viaduct.host.diagnosis.Diagnosis;
import net.viaduct.host.diagnosis.OutcomeView;
import net.viaduct.host.diagnosis.StepView;
import net.viaduct.host.diagnosis.TraceView;
import net.viaduct.host.diagnosis.UnderlayPacket;
import net.viaduct.host.reconcile.Listening;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepControl;
import net.viaduct.vtep.capture.Capture;
import net.viaduct.vtep.show.PortStatus;
import net.viaduct.vtep.trace.Outcome;
import net.viaduct.vtep.trace.Trace;
import net.viaduct.wire.IpAddress;

/**
 * Asks the data path about single frames. Any thread; waits for the data path, but not for long.
 */
final class LiveDiagnosis implements Diagnosis {
  private static final long PATIENCE_MS = 5_000;

  private final Supplier<InForce> inForce;
  private final LiveCaptures captures;

  LiveDiagnosis(Supplier<InForce> inForce, HostFacts facts) {
    this.inForce = inForce;
    this.captures = new LiveCaptures(facts);
  }

  @Override
  public CaptureView beginCapture(CaptureQuestion question) {
    requireKnown(question.ports());
    Capture begun = await(control().capture(LiveCaptures.request(question)));
    return captures.remember(inForce.get().config().host(), begun);
  }

  private void requireKnown(Collection<String> ports) {
    List<String> known =
        inForce.get().dataPath().view().ports().stream().map(PortStatus::name).toList();
    for (String port : ports) {
      if (!known.contains(port)) {
        throw new IllegalArgumentException(
            "there is no port " + port + "; there are: " + String.join(", ", known));
      }
    }
  }

  @Override
  public CapturePage captured(String id) {
    return captures.read(id);
  }

  @Override
  public CapturePage endCapture(String id) {
    return captures.end(id);
  }

  @Override
  public TraceView traceFromPort(String port, byte[] frame) {
    requireLength(frame);
    requireKnown(List.of(port));
    return view(await(control().traceFromPort(port, frame)));
  }

  @Override
  public TraceView traceFromRemote(String remote, int vni, byte[] frame) {
    requireLength(frame);
    if (vni < 0 || vni > NetworkConfig.MAX_VNI) {
      throw new IllegalArgumentException(
          "VNI " + vni + " is not within 0 to " + NetworkConfig.MAX_VNI);
    }
    return view(await(control().traceFromRemote(IpAddress.parse(remote), vni, frame)));
  }

  @Override
  public TraceView traceFromUnderlay(byte[] bytes) {
    requireLength(bytes);
    UnderlayPacket packet = UnderlayPacket.parse(bytes);
    requireComesIn(packet);
    return view(
        await(
            control()
                .traceFromUnderlay(
                    packet.source(),
                    packet.door(),
                    packet.trafficClass(),
                    packet.payload().toArray(ValueLayout.JAVA_BYTE))));
  }

  /** What the kernel gives to nobody, or to somebody else, never comes to the data path. */
  private void requireComesIn(UnderlayPacket packet) {
    List<IpAddress> own = inForce.get().config().underlay().addresses();
    if (!packet.destination().isMulticast() && !own.contains(packet.destination())) {
      throw new IllegalArgumentException(
          "the packet is for "
              + packet.destination()
              + ", and this host's underlay is "
              + own.stream().map(IpAddress::toString).collect(Collectors.joining(" and ")));
    }
    Listening listening = inForce.get().desired().listening();
    if (!listening.doors().contains(packet.door())) {
      throw new IllegalArgumentException(
          "the packet comes by " + packet.door() + ", and this host listens on " + listening);
    }
  }

  private static void requireLength(byte[] frame) {
    if (frame.length > MOST_FRAME_BYTES) {
      throw new IllegalArgumentException(
          "a frame of " + frame.length + " bytes is too long; up to " + MOST_FRAME_BYTES);
    }
  }

  private VtepControl control() {
    return inForce.get().dataPath().control();
  }

  private static <T> T await(CompletableFuture<T> command) {
    try {
      return command.get(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CommandRefused refused) {
        throw new IllegalArgumentException(refused.getMessage(), refused);
      }
      throw new IllegalStateException("the data path failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      command.cancel(false);
      throw new IllegalStateException(
          "the data path did not answer within " + PATIENCE_MS + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private TraceView view(Trace trace) {
    return new TraceView(
        inForce.get().config().host(),
        trace.steps().stream().map(step -> new StepView(step.name(), step.decision())).toList(),
        trace.outcomes().stream().map(LiveDiagnosis::view).toList());
  }

  private static OutcomeView view(Outcome outcome) {
    String words = outcome.toString();
    return switch (outcome) {
      case Outcome.Delivered to ->
          new OutcomeView("delivered", to.port(), null, null, null, null, words, null);
      case Outcome.Sent to ->
          new OutcomeView("sent", null, to.to().toString(), to.vni(), null, null, words, null);
      case Outcome.Consumed _ ->
          new OutcomeView("consumed", null, null, null, null, null, words, null);
      case Outcome.Dropped drop ->
          new OutcomeView(
              "dropped",
              null,
              null,
              null,
              drop.reason().label(),
              drop.place(),
              words + ". " + drop.reason().sentence(),
              drop.reason().hint());
    };
  }
}
