package net.viaduct.host.legs;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import net.viaduct.host.subscription.ToldNetwork;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.SeenMove;
import net.viaduct.runtime.NanoClock;
import net.viaduct.vtep.VtepControl;

/**
 * Asks stations that move from this host whether they are there, all the time, and tells when they
 * answered. Owned by the thread that tells the controller.
 */
public final class MoveQuestions {
  private final NanoClock clock;
  private final Map<Key, Question> questions = new ConcurrentHashMap<>();

  private record Key(int vni, long mac) {}

  /** A question that goes on. Answers come by another thread. */
  private static final class Question {
    private CompletableFuture<Boolean> answer = CompletableFuture.completedFuture(false);
    private volatile long answeredNs;
    private volatile boolean isAnswered;
  }

  /** Nothing was looked at yet. */
  public MoveQuestions(NanoClock clock) {
    this.clock = clock;
  }

  /** Asks where it is time to, and tells in a report who has answered. */
  public void look(
      List<ToldNetwork> told, String host, VtepControl control, Report.Builder report) {
    Set<Key> now = new HashSet<>();
    for (ToldNetwork network : told) {
      for (ToldNetwork.ToldMove move : network.moves()) {
        if (move.isAsked() && move.from().equals(host)) {
          Key key = new Key(network.vni(), move.mac());
          now.add(key);
          Question question = questions.computeIfAbsent(key, _ -> new Question());
          ask(key, question, control);
          tell(key, question, report);
        }
      }
    }
    questions.keySet().retainAll(now);
  }

  private void ask(Key key, Question question, VtepControl control) {
    if (question.answer.isDone()) {
      question.answer = control.ask(key.vni(), key.mac());
      var _ =
          question.answer.whenCompleteAsync((isAnswered, failure) -> {
            if (failure == null && isAnswered) {
              question.answeredNs = clock.nanoTime();
              question.isAnswered = true;
            }
          });
    }
  }

  private static void tell(Key key, Question question, Report.Builder report) {
    SeenMove.Builder seen = null;
    for (SeenMove.Builder one : report.getMovesBuilderList()) {
      if (one.getVni() == key.vni() && one.getMac() == key.mac() && !one.getArriving()) {
        seen = one;
      }
    }
    if (seen == null) {
      seen = report.addMovesBuilder().setVni(key.vni()).setMac(key.mac());
    }
    seen.setAsked(true);
    if (question.isAnswered) {
      seen.setAnsweredNs(question.answeredNs);
    }
  }
}
