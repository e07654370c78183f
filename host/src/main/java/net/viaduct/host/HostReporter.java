package net.viaduct.host;

import java.util.List;
import net.viaduct.host.legs.LegWatch;
import net.viaduct.host.legs.MoveQuestions;
import net.viaduct.host.subscription.ToldNetwork;
import net.viaduct.protocol.Report;
import net.viaduct.runtime.NanoClock;

/**
 * Tells the controller what this host sees, and asks for that those whom the controller wants to be
 * asked. Owned by the thread that follows the controller; any thread may say what was told.
 */
final class HostReporter {
  private final LegWatch legs;
  private final MoveQuestions questions;
  private volatile List<ToldNetwork> told = List.of();

  HostReporter(NanoClock clock) {
    this.legs = new LegWatch(clock);
    this.questions = new MoveQuestions(clock);
  }

  /** This is told from now on. */
  void told(List<ToldNetwork> other) {
    told = other;
  }

  /** The same with what this finds out. */
  Report completed(InForce now, Report plain) {
    Report.Builder report = plain.toBuilder();
    DataPath path = now.dataPath();
    questions.look(told, now.config().host(), path.control(), report);
    report.addAllLegStations(legs.stations(path.view(), path.control()));
    return report.build();
  }
}
