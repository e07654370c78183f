package net.viaduct.bench.controller;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.viaduct.protocol.Alive;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.Count;
import net.viaduct.protocol.DropMeter;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.FactKey;
import net.viaduct.protocol.Hello;
import net.viaduct.protocol.HostMessage;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.NetworkMeter;
import net.viaduct.protocol.PortMeter;
import net.viaduct.protocol.RemoteMeter;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.StationFact;
import net.viaduct.protocol.SubscriptionGrpc;
import net.viaduct.protocol.TrafficMeter;
import net.viaduct.protocol.Watch;
import net.viaduct.protocol.Watching;
import net.viaduct.trust.Authority;
import org.jspecify.annotations.Nullable;

/**
 * A host that speaks the whole protocol, TLS included, and has no frames: those whom it watches it
 * hears. Told by gRPC's threads, one at a time; it speaks by any, one at a time.
 */
final class SimulatedHost implements StreamObserver<ControllerMessage> {
  private final ManagedChannel channel;
  private final byte[] address;
  private final Deliveries deliveries;
  private final Deliveries revocations;
  private final int number;
  private @Nullable StreamObserver<HostMessage> out;
  private final AtomicInteger stations = new AtomicInteger();
  private final Set<String> watched = new HashSet<>();
  private final AtomicBoolean watchesOthers = new AtomicBoolean();
  private volatile boolean mayEnd;
  private volatile @Nullable Throwable failure;

  /**
   * One that does nothing yet.
   *
   * @param number which of all hosts it is
   * @param revocations what is told of hosts that are put out, by their numbers
   */
  SimulatedHost(
      int controllerPort,
      SslContext tls,
      int number,
      EventLoopGroup loop,
      Executor calls,
      Deliveries deliveries,
      Deliveries revocations) {
    this.number = number;
    this.address = ControllerBench.address(10, number + 1);
    this.deliveries = deliveries;
    this.revocations = revocations;
    this.channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), controllerPort))
            .channelType(NioSocketChannel.class)
            .eventLoopGroup(loop)
            .executor(calls)
            .sslContext(tls)
            .overrideAuthority(Authority.CONTROLLER_NAME)
            .maxInboundMessageSize(16 << 20)
            .build();
  }

  /** Connects, and says that it knows nothing. */
  synchronized void call() {
    out = SubscriptionGrpc.newStub(channel).follow(this);
    out.onNext(HostMessage.newBuilder().setHello(Hello.newBuilder().setReport(report())).build());
  }

  /** It hears all whom it is told to watch. */
  private Report report() {
    Watching watching;
    synchronized (watched) {
      watching = Watching.newBuilder().setWatched(watched.size()).build();
    }
    return Report.newBuilder()
        .addUnderlay(Endpoint.newBuilder().setAddress(ByteString.copyFrom(address)).setPort(4789))
        .setVersion("simulated")
        .setWatching(watching)
        .build();
  }

  /**
   * Tells what it has counted, as a host does whose every port and remote moved since the last
   * time.
   *
   * @param round how often it has told
   * @param vni of its network
   * @param ports how many it has
   * @param remotes how many others it talks to
   */
  synchronized void count(long round, int vni, int ports, int remotes) {
    StreamObserver<HostMessage> to = out;
    if (to == null || failure != null) {
      return;
    }
    Count count = Count.newBuilder().setFrames(round * 1_000_003).setBytes(round << 30).build();
    TrafficMeter traffic =
        TrafficMeter.newBuilder()
            .setFromPorts(count)
            .setToPorts(count)
            .setFromRemotes(count)
            .setToRemotes(count)
            .setDroppedFrames(round)
            .build();
    Meters.Builder meters =
        Meters.newBuilder().setRun(1).setClockNs(System.nanoTime()).setTotal(traffic);
    meters.addNetworks(NetworkMeter.newBuilder().setVni(vni).setTraffic(traffic));
    for (int i = 0; i < ports; i++) {
      meters.addPorts(
          PortMeter.newBuilder().setName("vm" + i).setVni(vni).setReceived(count).setSent(count));
    }
    byte[] other = address.clone();
    for (int i = 0; i < remotes; i++) {
      other[3]++;
      meters.addRemotes(
          RemoteMeter.newBuilder()
              .setAddress(ByteString.copyFrom(other))
              .setPort(4789)
              .setReceived(count)
              .setSent(count)
              .setReceivedDatagrams(round << 20)
              .setSentDatagrams(round << 20));
    }
    meters.addDrops(DropMeter.newBuilder().setReason("no-flood-target").setFrames(round));
    to.onNext(HostMessage.newBuilder().setMeters(meters).build());
  }

  /** Says that it lives, and whom it hears if it was told to watch others than before. */
  synchronized void beat() {
    StreamObserver<HostMessage> to = out;
    if (to != null && failure == null) {
      to.onNext(
          watchesOthers.getAndSet(false)
              ? HostMessage.newBuilder().setReport(report()).build()
              : HostMessage.newBuilder().setAlive(Alive.getDefaultInstance()).build());
    }
  }

  @Override
  public void onNext(ControllerMessage message) {
    if (message.hasWatch()) {
      watch(message.getWatch());
    }
    if (!message.hasChanges()) {
      return;
    }
    long now = System.nanoTime();
    Changes changes = message.getChanges();
    for (FactKey gone : changes.getGoneList()) {
      if (gone.hasMember()) {
        revocations.arrived(ControllerBench.numberOf(gone.getMember().getHost()), now);
      }
    }
    for (Fact fact : changes.getFactsList()) {
      if (fact.hasStation()) {
        stations.incrementAndGet();
        number(fact.getStation(), now);
      }
    }
  }

  private void watch(Watch said) {
    synchronized (watched) {
      if (said.getAnew()) {
        watched.clear();
      }
      said.getGoneList().forEach(watched::remove);
      said.getHostsList().forEach(it -> watched.add(it.getHost()));
    }
    watchesOthers.set(true);
  }

  /** A change has its number in the station's address. */
  private void number(StationFact station, long nowNs) {
    if (station.getAddressesCount() == 1) {
      byte[] ip = station.getAddresses(0).toByteArray();
      if (ip[0] == 11) {
        deliveries.arrived((ip[1] & 0xff) << 16 | (ip[2] & 0xff) << 8 | (ip[3] & 0xff), nowNs);
      }
    }
  }

  @Override
  public void onError(Throwable cause) {
    revocations.arrived(number, System.nanoTime());
    failure = cause;
  }

  @Override
  public void onCompleted() {
    revocations.arrived(number, System.nanoTime());
    failure = new IllegalStateException("the controller has ended the stream");
  }

  /** How often it was told where a station is. */
  int stations() {
    return stations.get();
  }

  /** It is put out: that it is not connected any more is no failure. */
  void mayEnd() {
    mayEnd = true;
  }

  /** Why it is not connected any more; null if it is, or may end. */
  @Nullable Throwable failure() {
    return mayEnd ? null : failure;
  }
}
