package net.viaduct.experiment.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import net.viaduct.experiment.Places;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.SampleSink;
import net.viaduct.experiment.serve.Protocol;
import net.viaduct.io.linux.TcpInfo;
import net.viaduct.io.linux.TcpStream;

/** Bulk TCP, which tells what the kernel knows about it. Owned by the thread that runs it. */
final class TcpLoad implements Load {
  /** Between two samples. */
  static final long SAMPLE_NS = 100_000_000;

  private static final int CHUNK_BYTES = 64 << 10;
  private static final long CONNECT_MS = 10_000;
  private static final long PATIENCE_MS = 20;
  private static final double US_PER_MS = 1e3;

  private final LoadPlan plan;
  private final String name;
  private final Places places;
  private final SampleSink sink;

  TcpLoad(LoadPlan plan, String name, Places places, SampleSink sink) {
    this.plan = plan;
    this.name = name;
    this.places = places;
    this.sink = sink;
  }

  @Override
  public void run(RunTime time) throws Exception {
    if (!time.sleepUntil(plan.startNs())) {
      return;
    }
    try (Arena arena = Arena.ofConfined();
        TcpStream stream = places.open(plan.place(), () -> TcpStream.openTo(plan.to()))) {
      if (!plan.congestionControl().isEmpty()) {
        stream.congestionControl(plan.congestionControl());
      }
      stream.trafficClass(plan.trafficClass());
      stream.connect(plan.port(), CONNECT_MS);
      stream.patience(PATIENCE_MS);
      MemorySegment first = arena.allocate(1);
      first.set(ValueLayout.JAVA_BYTE, 0, Protocol.CONNECTION_DISCARD);
      stream.write(first);
      send(stream, arena.allocate(CHUNK_BYTES), time);
      stream.abort(); // a load that has stopped must not fill the way of what comes next
    }
  }

  private void send(TcpStream stream, MemorySegment chunk, RunTime time) {
    long sent = 0;
    long nextSample = time.nowNs();
    while (!time.isOver() && time.nowNs() < plan.stopNs()) {
      sent += stream.write(chunk);
      if (time.nowNs() >= nextSample) {
        tell(stream.info(), time.nowNs(), sent);
        nextSample = Math.max(nextSample + SAMPLE_NS, time.nowNs());
      }
    }
    tell(stream.info(), time.nowNs(), sent);
  }

  private void tell(TcpInfo info, long nowNs, long sent) {
    sink.load(
        new LoadSample(
            name,
            "tcp",
            nowNs,
            info.congestionWindow(),
            info.smoothedRttUs() / US_PER_MS,
            info.rttVarianceUs() / US_PER_MS,
            info.retransmits(),
            info.deliveryBytesPerSecond() * 8.0,
            sent,
            info.ackedBytes()));
  }
}
