package net.viaduct.experiment.probe;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import net.viaduct.experiment.Places;
import net.viaduct.experiment.RunTime;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.samples.Outcome;
import net.viaduct.experiment.serve.Protocol;
import net.viaduct.io.linux.PunctualThread;

/**
 * Requests on one connection, whether earlier ones are answered or not. Owned by the thread that
 * runs it; another one receives.
 */
final class RequestProbe implements Probe {
  private static final int CONNECT_TIMEOUT_MS = 10_000;

  private final StreamPlan plan;
  private final SocketChannel channel;
  private final Outstanding outstanding;

  private RequestProbe(StreamPlan plan, SocketChannel channel, Outstanding outstanding) {
    this.plan = plan;
    this.channel = channel;
    this.outstanding = outstanding;
  }

  static Probe open(StreamPlan plan, Places places, Outstanding outstanding) throws Exception {
    SocketChannel channel = places.open(plan.place(), SocketChannel::open);
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.IP_TOS, plan.trafficClass());
      channel
          .socket()
          .connect(new InetSocketAddress(plan.to().toString(), plan.port()), CONNECT_TIMEOUT_MS);
      channel.write(ByteBuffer.wrap(new byte[] {Protocol.CONNECTION_ECHO}));
      return new RequestProbe(plan, channel, outstanding);
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "stream " + plan.name() + ": no responder at " + plan.to() + " port " + plan.port(), e);
    }
  }

  @Override
  public void run(RunTime time) throws Exception {
    PunctualThread.become();
    Thread receiver =
        Thread.ofPlatform().name("probe-receiver").daemon().start(() -> receive(time));
    ByteBuffer request = ByteBuffer.allocateDirect(plan.sizeBytes());
    new Schedule(plan, time).sendAll(outstanding, nowNs -> send(request, nowNs));
    channel.close();
    receiver.join();
  }

  private void send(ByteBuffer request, long nowNs) {
    long sequence = outstanding.sending(nowNs);
    Protocol.write(request.clear(), Protocol.ECHO, 0, sequence);
    try {
      while (request.hasRemaining()) {
        channel.write(request);
      }
    } catch (IOException e) {
      outstanding.lost(sequence);
    }
  }

  private void receive(RunTime time) {
    PunctualThread.become();
    ByteBuffer answer = ByteBuffer.allocateDirect(plan.sizeBytes());
    try {
      while (true) {
        answer.clear();
        while (answer.hasRemaining()) {
          if (channel.read(answer) < 0) {
            throw new EOFException("the responder has closed the connection");
          }
        }
        long now = time.nowNs();
        long sequence = Protocol.sequence(answer.flip());
        outstanding.answered(sequence, now, Outcome.ANSWERED);
      }
    } catch (IOException e) {
      // it is over; what has no answer is lost when its time is over
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
