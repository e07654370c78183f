package net.viaduct.experiment.probe;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import net.viaduct.experiment.Places;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.serve.Protocol;
import net.viaduct.io.linux.PunctualThread;

/** Datagrams to a responder: one thread sends, another one receives. Owned by the first. */
final class UdpProbe implements Probe {
  private static final int LARGEST_BYTES = 1 << 16;
  private static final long NS_PER_SECOND = 1_000_000_000L;

  private final StreamPlan plan;
  private final DatagramChannel channel;
  private final Outstanding outstanding;
  private final long stream = ThreadLocalRandom.current().nextLong();
  private volatile long wallStartNs;

  private UdpProbe(StreamPlan plan, DatagramChannel channel, Outstanding outstanding) {
    this.plan = plan;
    this.channel = channel;
    this.outstanding = outstanding;
  }

  static Probe open(StreamPlan plan, Places places, Outstanding outstanding) throws Exception {
    DatagramChannel channel = places.open(plan.place(), DatagramChannel::open);
    channel.setOption(StandardSocketOptions.IP_TOS, plan.trafficClass());
    channel.connect(new InetSocketAddress(plan.to().toString(), plan.port()));
    return new UdpProbe(plan, channel, outstanding);
  }

  @Override
  public void run(RunTime time) throws Exception {
    PunctualThread.become();
    Instant wall = Instant.now();
    wallStartNs = wall.getEpochSecond() * NS_PER_SECOND + wall.getNano() - time.nowNs();
    Thread receiver =
        Thread.ofPlatform().name("probe-receiver").daemon().start(() -> receive(time));
    ByteBuffer datagram = ByteBuffer.allocateDirect(plan.sizeBytes());
    new Schedule(plan, time).sendAll(outstanding, nowNs -> send(datagram, nowNs));
    channel.close();
    receiver.join();
  }

  private void send(ByteBuffer datagram, long nowNs) {
    long sequence = outstanding.sending(nowNs);
    Protocol.write(datagram.clear(), Protocol.ECHO, stream, sequence);
    try {
      channel.write(datagram);
    } catch (IOException e) { // no route, a full queue, or an earlier one was refused
      outstanding.lost(sequence);
    }
  }

  private void receive(RunTime time) {
    PunctualThread.become();
    ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_BYTES);
    while (channel.isOpen()) {
      try {
        channel.read(buffer.clear());
        long now = time.nowNs();
        buffer.flip();
        if (Protocol.isOurs(buffer) && Protocol.stream(buffer) == stream) {
          answered(buffer, now);
        }
      } catch (PortUnreachableException e) {
        // nobody listens there yet, or any more: the probe is lost
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // the network is down: probes are lost until it is up
      }
    }
  }

  private void answered(ByteBuffer answer, long nowNs) {
    long seenNs = Protocol.answered(answer) - wallStartNs; // in the time of the run
    outstanding.answeredAfter(Protocol.sequence(answer), nowNs, seenNs);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
