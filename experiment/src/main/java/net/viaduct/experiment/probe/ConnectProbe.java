package net.viaduct.experiment.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.viaduct.experiment.Places;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.samples.Outcome;

/** Opening of connections, each on a thread of its own. Owned by the thread that runs it. */
final class ConnectProbe implements Probe {
  private static final long NS_PER_MS = 1_000_000;

  private final StreamPlan plan;
  private final Places places;
  private final Outstanding outstanding;
  private final InetSocketAddress to;

  ConnectProbe(StreamPlan plan, Places places, Outstanding outstanding) {
    this.plan = plan;
    this.places = places;
    this.outstanding = outstanding;
    to = new InetSocketAddress(plan.to().toString(), plan.port());
  }

  @Override
  public void run(RunTime time) throws Exception {
    try (ExecutorService threads =
        Executors.newCachedThreadPool(Thread.ofPlatform().name("connect-", 0).daemon().factory())) {
      Schedule schedule = new Schedule(plan, time);
      while (!schedule.isDone()) {
        if (!time.sleepUntil(schedule.nextNs())) {
          break;
        }
        threads.execute(() -> connect(time));
        schedule.sent(time.nowNs());
      }
    }
  }

  private void connect(RunTime time) {
    long sequence = -1;
    try (SocketChannel channel = places.open(plan.place(), SocketChannel::open)) {
      channel.setOption(StandardSocketOptions.IP_TOS, plan.trafficClass());
      sequence = outstanding.sending(time.nowNs());
      channel.socket().connect(to, (int) Math.max(1, plan.timeoutNs() / NS_PER_MS));
      answered(sequence, time, Outcome.ANSWERED);
    } catch (ConnectException e) {
      answered(sequence, time, Outcome.REFUSED);
    } catch (IOException e) { // no answer in time, or no route
      outstanding.lost(sequence);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void answered(long sequence, RunTime time, Outcome outcome) {
    outstanding.answered(sequence, time.nowNs(), outcome);
  }

  @Override
  public void close() {}
}
