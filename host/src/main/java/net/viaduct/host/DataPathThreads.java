package net.viaduct.host;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.AgentRunner;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.vtep.Vtep;

/**
 * The threads of a VTEP: its owner's, and one for each worker. Owned by one control thread at a
 * time.
 */
final class DataPathThreads implements AutoCloseable {
  private final AgentRunner owner;
  private final List<AgentRunner> workers;

  private DataPathThreads(AgentRunner owner, List<AgentRunner> workers) {
    this.owner = owner;
    this.workers = workers;
  }

  /** All of them, or an error and none: then the VTEP is closed. */
  static DataPathThreads start(Vtep vtep, DistinctErrors errors) {
    return start(
        vtep,
        agent -> {
          AgentRunner runner = new AgentRunner(agent, errors);
          runner.start();
          return runner;
        });
  }

  /**
   * The same.
   *
   * @param starter gives an agent a thread that runs
   */
  static DataPathThreads start(Vtep vtep, Function<Agent, AgentRunner> starter) {
    List<Agent> agents = new ArrayList<>(vtep.workers());
    agents.add(vtep); // before its workers are there it has nothing of theirs to do
    List<AgentRunner> started = new ArrayList<>();
    try {
      for (Agent agent : agents) {
        started.add(starter.apply(agent));
      }
    } catch (RuntimeException | Error e) {
      started.forEach(AgentRunner::close);
      agents.stream().skip(started.size()).forEach(Agent::onClose);
      throw e;
    }
    return new DataPathThreads(started.removeLast(), started);
  }

  /** Ends the workers, then their owner, which closes what they use. */
  @Override
  public void close() {
    workers.forEach(AgentRunner::close);
    owner.close();
  }
}
