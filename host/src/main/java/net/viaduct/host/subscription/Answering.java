package net.viaduct.host.subscription;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import net.viaduct.host.diagnosis.Diagnosis;
import net.viaduct.host.diagnosis.OutcomeView;
import net.viaduct.host.diagnosis.StepView;
import net.viaduct.host.diagnosis.TraceView;
import net.viaduct.io.Endpoint;
import net.viaduct.protocol.Arrival;
import net.viaduct.protocol.Ask;
import net.viaduct.protocol.HostMessage;
import net.viaduct.protocol.TraceOutcome;
import net.viaduct.protocol.TraceStep;
import net.viaduct.protocol.Traced;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Answers what a controller asks about frames, one question after the other, on its thread {@code
 * questions}: the data path may let it wait, and the controller must be heard meanwhile. Any thread
 * may offer.
 */
final class Answering implements AutoCloseable {
  /** More than a person asks, and few enough to be answered in time. */
  private static final int MOST_WAITING = 64;

  /** A message has to stay below what a controller takes. */
  private static final int MOST_OUTCOMES = 2_000;

  private static final int MOST_STEPS = 1_000;

  private final Diagnosis diagnosis;
  private final ThreadPoolExecutor questions =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("questions").daemon().factory());

  Answering(Diagnosis diagnosis) {
    this.diagnosis = diagnosis;
  }

  /** Answers when it is its turn; at once that it cannot, if too many wait. */
  void offer(Ask ask, Consumer<HostMessage> send) {
    try {
      questions.execute(() -> send.accept(message(answer(ask))));
    } catch (RejectedExecutionException _) {
      send.accept(message(refusal(ask, "too many questions wait here already")));
    }
  }

  private static HostMessage message(Traced traced) {
    return HostMessage.newBuilder().setTraced(traced).build();
  }

  private static Traced refusal(Ask ask, @Nullable String why) {
    return Traced.newBuilder().setId(ask.getId()).setRefusal(String.valueOf(why)).build();
  }

  private Traced answer(Ask ask) {
    byte[] frame = ask.getFrame().toByteArray();
    try {
      return switch (ask.getFromCase()) {
        case DEVICE -> told(ask, diagnosis.traceFromPort(ask.getDevice(), frame));
        case ARRIVAL -> {
          Arrival arrival = ask.getArrival();
          String remote = IpAddress.ofBytes(arrival.getRemote().toByteArray()).toString();
          yield told(ask, diagnosis.traceFromRemote(remote, arrival.getVni(), frame));
        }
        case FROM_NOT_SET -> refusal(ask, "this version does not know where the frame comes from");
      };
    } catch (IllegalArgumentException | IllegalStateException e) {
      return refusal(ask, e.getMessage());
    }
  }

  private static Traced told(Ask ask, TraceView trace) {
    Traced.Builder traced = Traced.newBuilder().setId(ask.getId());
    for (StepView step : trace.steps().stream().limit(MOST_STEPS).toList()) {
      traced.addSteps(
          TraceStep.newBuilder().setStep(step.step()).setDecision(step.decision()).build());
    }
    List<OutcomeView> outcomes = trace.outcomes();
    outcomes.stream().limit(MOST_OUTCOMES).forEach(it -> traced.addOutcomes(outcome(it)));
    return traced.setLeftOut(Math.max(0, outcomes.size() - MOST_OUTCOMES)).build();
  }

  private static TraceOutcome outcome(OutcomeView view) {
    TraceOutcome.Builder outcome =
        TraceOutcome.newBuilder()
            .setVerdict(view.verdict())
            .setPort(orNothing(view.port()))
            .setReason(orNothing(view.reason()))
            .setPlace(orNothing(view.place()))
            .setSentence(view.sentence())
            .setHint(orNothing(view.hint()));
    if (view.remote() != null) {
      Endpoint to = Endpoint.parse(view.remote());
      outcome.setTo(
          net.viaduct.protocol.Endpoint.newBuilder()
              .setAddress(ByteString.copyFrom(to.address().toBytes()))
              .setPort(to.port()));
    }
    if (view.vni() != null) {
      outcome.setVni(view.vni());
    }
    return outcome.build();
  }

  private static String orNothing(@Nullable String text) {
    return text == null ? "" : text;
  }

  /** Answers nothing any more. */
  @Override
  public void close() {
    questions.shutdownNow();
  }
}
