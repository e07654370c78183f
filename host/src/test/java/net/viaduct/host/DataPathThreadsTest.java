package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Pollable;
import net.viaduct.io.Readiness;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.io.memory.MemoryReadiness;
import net.viaduct.io.memory.MemoryUnderlay;
import net.viaduct.runtime.Agent;
import net.viaduct.runtime.AgentRunner;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.SystemClock;
import net.viaduct.vtep.Vtep;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.VtepParts;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The threads of a VTEP: all run, or none. */
class DataPathThreadsTest {
  private static final int THREADS = 3;

  private final SystemClock clock = new SystemClock();
  private final DistinctErrors errors = new DistinctErrors(clock);
  private final List<ToldReadiness> readiness = new ArrayList<>();
  private final List<AgentRunner> started = new ArrayList<>();

  /** Remembers that it was closed. */
  private static final class ToldReadiness implements Readiness {
    private final MemoryReadiness memory = new MemoryReadiness();
    private volatile boolean closed;

    @Override
    public void add(Pollable source, int token) {
      memory.add(source, token);
    }

    @Override
    public void remove(Pollable source) {
      memory.remove(source);
    }

    @Override
    public int await(int[] tokens, long timeoutNs) {
      return memory.await(tokens, timeoutNs);
    }

    @Override
    public void wake() {
      memory.wake();
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private Vtep vtep() {
    MemoryUnderlay underlay =
        new MemoryNetwork().open(new Endpoint(IpAddress.parse("10.77.0.1"), 4789));
    underlay.threads(THREADS);
    for (int i = 0; i < THREADS; i++) {
      readiness.add(new ToldReadiness());
    }
    VtepParts parts =
        new VtepParts(
            underlay,
            readiness.getFirst(),
            clock,
            CountersFile.anonymous(CountersCapacity.forBlocks(64), clock),
            errors,
            _ -> {
              throw new AssertionError("there is no queue");
            },
            List.copyOf(readiness.subList(1, THREADS)));
    return new Vtep(VtepConfig.DEFAULT, parts);
  }

  private AgentRunner startBut(int failing, Agent agent) {
    if (started.size() == failing) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    AgentRunner runner = new AgentRunner(agent, errors);
    runner.start();
    started.add(runner);
    return runner;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void shouldCloseAllWhenOneCannotStart(int failing) {
    Vtep vtep = vtep();
    assertThatThrownBy(() -> DataPathThreads.start(vtep, agent -> startBut(failing, agent)))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(started).hasSize(failing).noneMatch(AgentRunner::isRunning);
    assertThat(readiness).allMatch(each -> each.closed);
  }

  @Test
  void shouldCloseAllAtTheEnd() {
    DataPathThreads threads = DataPathThreads.start(vtep(), errors);
    assertThat(readiness).noneMatch(each -> each.closed);
    threads.close();
    assertThat(readiness).allMatch(each -> each.closed);
  }
}
