package net.viaduct.experiment.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ThreadLocalRandom;
import net.viaduct.experiment.Places;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.SampleSink;
import net.viaduct.experiment.serve.Protocol;

/**
 * Datagrams at a rate; the responder tells now and then how many came. Owned by the thread that
 * runs it.
 */
final class UdpLoad implements Load {
  private static final double BITS_NS_PER_BYTE = 8e9;
  private static final long UNKNOWN = -1;
  private static final long LONGEST_BURST_NS = 20_000_000;

  private final LoadPlan plan;
  private final String name;
  private final Places places;
  private final SampleSink sink;
  private final long stream = ThreadLocalRandom.current().nextLong();

  UdpLoad(LoadPlan plan, String name, Places places, SampleSink sink) {
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
    try (DatagramChannel channel = places.open(plan.place(), DatagramChannel::open)) {
      channel.setOption(StandardSocketOptions.IP_TOS, plan.trafficClass());
      channel.connect(new InetSocketAddress(plan.to().toString(), plan.port()));
      channel.configureBlocking(false);
      send(channel, time);
    }
  }

  private void send(DatagramChannel channel, RunTime time) throws InterruptedException {
    double intervalNs = plan.sizeBytes() * (BITS_NS_PER_BYTE / plan.rateBitsPerSecond());
    ByteBuffer datagram = ByteBuffer.allocateDirect(plan.sizeBytes());
    ByteBuffer report = ByteBuffer.allocateDirect(plan.sizeBytes());
    double due = (double) time.nowNs();
    long nextSample = time.nowNs();
    long sent = 0;
    long arrived = UNKNOWN;
    while ((long) due < plan.stopNs() && time.sleepUntil((long) due)) {
      long now = time.nowNs();
      boolean isSample = now >= nextSample;
      Protocol.write(datagram.clear(), isSample ? Protocol.REPORT : Protocol.COUNT, stream, sent);
      if (isSent(channel, datagram)) {
        sent++;
      }
      if (isSample) {
        nextSample = Math.max(nextSample + TcpLoad.SAMPLE_NS, now);
        arrived = Math.max(arrived, reported(channel, report));
        tell(now, sent, arrived);
      }
      // what could not be sent in time is not made up for in one long burst
      due = Math.max(due + intervalNs, (double) (now - LONGEST_BURST_NS));
    }
    arrived = Math.max(arrived, reported(channel, report));
    tell(time.nowNs(), sent, arrived);
  }

  private static boolean isSent(DatagramChannel channel, ByteBuffer datagram) {
    try {
      return channel.write(datagram) > 0;
    } catch (IOException e) {
      return false; // nobody listens, no route, or the device's queue is full
    }
  }

  private static long reported(DatagramChannel channel, ByteBuffer report) {
    long arrived = UNKNOWN;
    try {
      while (channel.read(report.clear()) > 0) {
        if (Protocol.isOurs(report.flip())) {
          arrived = Math.max(arrived, Protocol.answered(report));
        }
      }
    } catch (IOException e) {
      // nothing was reported
    }
    return arrived;
  }

  private void tell(long nowNs, long sent, long arrived) {
    long size = plan.sizeBytes();
    long arrivedBytes = arrived < 0 ? UNKNOWN : arrived * size;
    sink.load(new LoadSample(name, "udp", nowNs, -1, -1, -1, -1, -1, sent * size, arrivedBytes));
  }
}
