package net.viaduct.controller.tracing;

import java.util.Set;
import net.viaduct.protocol.TraceOutcome;
import net.viaduct.protocol.TraceStep;
import net.viaduct.protocol.Traced;

/** Whether what a host answers is a trace: it is shown to people, on terminals too. Stateless. */
final class AnswerCheck {
  private static final Set<String> VERDICTS = Set.of("delivered", "sent", "consumed", "dropped");
  private static final int MOST_STEPS = 1_000;
  private static final int MOST_OUTCOMES = 2_000;
  private static final int MOST_CHARACTERS = 2_000;
  private static final int MOST_VNI = 0xff_ffff;

  private AnswerCheck() {}

  /** The answer of a host, or that it is none. */
  static HostAnswer of(String host, Traced traced) {
    if (!traced.getRefusal().isEmpty()) {
      String why = isText(traced.getRefusal()) ? traced.getRefusal() : "it does not say why";
      return new HostAnswer.Untold(host + " cannot tell: " + why);
    }
    boolean right =
        traced.getStepsCount() <= MOST_STEPS
            && traced.getOutcomesCount() <= MOST_OUTCOMES
            && traced.getLeftOut() >= 0
            && traced.getStepsList().stream().allMatch(AnswerCheck::isRight)
            && traced.getOutcomesList().stream().allMatch(AnswerCheck::isRight);
    return right
        ? new HostAnswer.Told(traced)
        : new HostAnswer.Untold(host + " answered something that is no trace");
  }

  private static boolean isRight(TraceStep step) {
    return isText(step.getStep()) && isText(step.getDecision());
  }

  private static boolean isRight(TraceOutcome outcome) {
    int addressBytes = outcome.getTo().getAddress().size();
    int port = outcome.getTo().getPort();
    boolean isSentSomewhere =
        (addressBytes == 4 || addressBytes == 16)
            && port >= 0
            && port <= 0xffff
            && outcome.getVni() >= 0
            && outcome.getVni() <= MOST_VNI;
    return VERDICTS.contains(outcome.getVerdict())
        && (!outcome.getVerdict().equals("sent") || isSentSomewhere)
        && isText(outcome.getPort())
        && isText(outcome.getReason())
        && isText(outcome.getPlace())
        && isText(outcome.getSentence())
        && isText(outcome.getHint());
  }

  private static boolean isText(String text) {
    return text.length() <= MOST_CHARACTERS
        && text.chars().noneMatch(character -> Character.isISOControl(character));
  }
}
