package net.viaduct.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import net.viaduct.controller.membership.TokenRecord;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Flood;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.WhenAway;
import net.viaduct.controller.registry.Actor;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.protocol.CertificateReply;
import net.viaduct.protocol.JoinRequest;
import net.viaduct.protocol.JoiningGrpc;
import net.viaduct.runtime.SystemClock;
import net.viaduct.trust.Authority;
import net.viaduct.trust.CertificateRequest;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.JoinToken;
import net.viaduct.trust.Secret;
import net.viaduct.trust.Tls;

/** A controller's side for hosts, on a real store and a real socket, and machines that call it. */
public final class HostsRig implements AutoCloseable {
  public static final Actor OPERATOR = new Actor("test", "admin", "here");
  private static final int PORT_BASE = 4789;

  public final Store store;
  public final Registry registry;
  public HostsSide hosts;
  private final SecureRandom random = new SecureRandom();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final Duration certificateLife;
  private LifePolicy life;

  public HostsRig(Path directory, LifePolicy life) throws Exception {
    this(SqliteStore.open(directory.resolve("c.db"), 100_000), life);
  }

  /** On a store that it closes. */
  public HostsRig(Store store, LifePolicy life) throws Exception {
    this(store, life, Duration.ofDays(1));
  }

  /** The certificates of hosts end after so long. */
  public HostsRig(Store store, LifePolicy life, Duration certificateLife) throws Exception {
    this.certificateLife = certificateLife;
    this.life = life;
    this.store = store;
    registry = new Registry(store, new Audit(Clock.systemUTC(), 1), 5_000, 5_999);
    hosts = open(0);
  }

  private HostsSide open(int port) throws Exception {
    InetSocketAddress at = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return HostsSide.open(
        new HostsSide.Config(at, certificateLife, life),
        store,
        registry,
        new SystemClock(),
        Clock.systemUTC());
  }

  /** A controller of the same store takes over that has another policy; hosts have to call it. */
  public void takeOver(LifePolicy policy) throws Exception {
    hosts.close();
    life = policy;
    hosts = open(0);
  }

  /** Another controller of the same store. */
  public HostsSide reopened() throws Exception {
    return open(0);
  }

  public JoinToken token() {
    return hosts.joining().tokens().create(Duration.ofMinutes(1), 1, Optional.empty(), OPERATOR);
  }

  /** For this name, which there may be already. */
  public JoinToken token(String host) {
    return hosts.joining().tokens().create(Duration.ofMinutes(1), 1, Optional.of(host), OPERATOR);
  }

  public JoinToken token(Duration life, int uses) {
    return hosts.joining().tokens().create(life, uses, Optional.empty(), OPERATOR);
  }

  public static int anyNumber() {
    return TokenRecord.ANY_NUMBER;
  }

  public ManagedChannel channel(SslContext tls) {
    return channel(tls, NettyChannelBuilder.DEFAULT_FLOW_CONTROL_WINDOW);
  }

  /** One that holds so many bytes that nobody has read. */
  ManagedChannel channel(SslContext tls, int windowBytes) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", hosts.port())
            .sslContext(tls)
            .overrideAuthority(Authority.CONTROLLER_NAME)
            .flowControlWindow(windowBytes)
            .build();
    channels.add(channel);
    return channel;
  }

  /** Joins, and fails as the call does. */
  public Credentials join(JoinToken token, String name) {
    return join(token, token.secret(), name);
  }

  public Credentials join(JoinToken token, Secret secret, String name) {
    CertificateRequest request = CertificateRequest.create(name, random);
    CertificateReply reply =
        JoiningGrpc.newBlockingStub(channel(Tls.joining(token.authority())))
            .join(
                JoinRequest.newBuilder()
                    .setTokenId(token.id())
                    .setTokenSecret(ByteString.copyFrom(secret.bytes()))
                    .setHost(name)
                    .setCertificateRequest(ByteString.copyFrom(request.der()))
                    .build());
    return request.with(
        Credentials.parseChain(
            reply.getChainList().stream().map(ByteString::toByteArray).toList()));
  }

  /** A network whose frames go to its members. */
  public static Network network(String name, int vni) {
    return new Network(
        name,
        vni,
        false,
        List.of(),
        new Flood.ToMembers(),
        OptionalInt.empty(),
        WhenAway.KEEP,
        Map.of());
  }

  /** A port of network blue. */
  static Port port(String name, String host, String mac) {
    return new Port(
        name,
        "blue",
        new Mac(mac),
        List.of(),
        Optional.of(host),
        Optional.empty(),
        Optional.empty(),
        true,
        Map.of());
  }

  void create(Definition definition) {
    registry.create(definition, OPERATOR);
  }

  /** Waits until hosts have made themselves known. */
  void awaitHosts(String... names) {
    for (String name : names) {
      await(name + " is known", () -> registry.get(Kind.HOST, name).isPresent());
    }
  }

  /** Waits until a host knows this, in the order of its lines, and nothing else. */
  static void awaitFacts(FollowingHost host, String... facts) {
    for (int i = 0; i < 2_000 && !host.facts().equals(List.of(facts)); i++) {
      java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
    }
    assertThat(host.facts()).containsExactly(facts);
  }

  /** Waits for something that nobody tells of. Once it was so, it is not asked again. */
  public static void await(String what, BooleanSupplier condition) {
    boolean isSo = condition.getAsBoolean();
    for (int i = 0; i < 2_000 && !isSo; i++) {
      java.util.concurrent.locks.LockSupport.parkNanos(10_000_000);
      isSo = condition.getAsBoolean();
    }
    assertThat(isSo).as(what).isTrue();
  }

  static int udpPort() {
    return PORT_BASE;
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
    hosts.close();
    store.close();
  }
}
