package net.viaduct.controller;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.viaduct.protocol.Ask;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.FactKey;
import net.viaduct.protocol.Hello;
import net.viaduct.protocol.HostMessage;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.SubscriptionGrpc;
import net.viaduct.protocol.Traced;
import net.viaduct.protocol.Watch;
import net.viaduct.protocol.Watching;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.Tls;
import org.jspecify.annotations.Nullable;

/** A host that speaks the protocol and has no frames: it lives, and keeps what it is told. */
public final class FollowingHost {
  private static final long BEAT_NS = 200_000_000L;

  private final Map<String, String> facts = new TreeMap<>();
  private final Map<Integer, Boolean> vnis = new HashMap<>();
  final List<Changes> messages = new CopyOnWriteArrayList<>();
  private volatile @Nullable Status ended;
  private volatile @Nullable Listener listener;
  private volatile @Nullable StreamObserver<HostMessage> out;
  private volatile @Nullable Watching word;
  private volatile boolean readsAll = true;
  private final Map<String, Integer> watched = new TreeMap<>();

  /** What it answers when it is asked about a frame; null: nothing. */
  public volatile Function<Ask, Traced.@Nullable Builder> answers = _ -> null;

  private String store = "";
  private long revision;

  /** Calls with what it knows. */
  public FollowingHost call(
      HostsRig rig, Credentials credentials, String address, Integer... wanted) throws Exception {
    return call(rig.channel(Tls.client(() -> credentials)), address, wanted);
  }

  /** Calls by a connection that may be there already. */
  FollowingHost call(ManagedChannel channel, String address, Integer... wanted) throws Exception {
    Listener current = new Listener();
    listener = current;
    ended = null;
    Report report = report(address, wanted);
    StreamObserver<HostMessage> stream = SubscriptionGrpc.newStub(channel).follow(current);
    out = stream;
    stream.onNext(HostMessage.newBuilder().setHello(hello(report)).build());
    Thread.ofVirtual().start(() -> beat(stream));
    return this;
  }

  private synchronized Hello hello(Report report) {
    return Hello.newBuilder()
        .setStore(store)
        .setRevision(revision)
        .addAllKnownVnis(vnis.keySet())
        .setReport(report)
        .build();
  }

  private void beat(StreamObserver<HostMessage> stream) {
    while (stream == out) {
      alive();
      LockSupport.parkNanos(BEAT_NS);
    }
  }

  private void alive() {
    send(HostMessage.newBuilder().setAlive(net.viaduct.protocol.Alive.getDefaultInstance()));
  }

  private synchronized void send(HostMessage.Builder message) {
    StreamObserver<HostMessage> to = out;
    if (to != null && ended == null) {
      try {
        to.onNext(message.build());
      } catch (IllegalStateException _) {
        out = null; // it was ended from there
      }
    }
  }

  /** It can watch others, and does not hear these; told at once if it has called. */
  void misses(String address, String... hosts) throws Exception {
    word = Watching.newBuilder().setWatched(watched().size()).addAllMissed(List.of(hosts)).build();
    send(HostMessage.newBuilder().setReport(report(address)));
  }

  /** Whom it was told to watch, and how many endpoints each has. */
  synchronized Map<String, Integer> watched() {
    return Map.copyOf(watched);
  }

  private synchronized void take(Watch told) {
    if (told.getAnew()) {
      watched.clear();
    }
    told.getGoneList().forEach(watched::remove);
    told.getHostsList().forEach(it -> watched.put(it.getHost(), it.getEndpointsCount()));
  }

  /** It tells how far a move is. */
  void tell(String address, net.viaduct.protocol.SeenMove seen, long clockNs) throws Exception {
    Report told = report(address).toBuilder().addMoves(seen).setClockNs(clockNs).build();
    send(HostMessage.newBuilder().setReport(told));
  }

  /** It tells what it has counted. */
  public void tell(net.viaduct.protocol.Meters counted) {
    send(HostMessage.newBuilder().setMeters(counted));
  }

  /** It sees these VNIs in use by others. */
  void sees(String address, Integer... vnis) throws Exception {
    Report seen = report(address).toBuilder().addAllForeignVnis(List.of(vnis)).build();
    send(HostMessage.newBuilder().setReport(seen));
  }

  private Report report(String address, Integer... wanted) throws Exception {
    Report.Builder report = Report.newBuilder();
    Watching says = word;
    if (says != null) {
      report.setWatching(says);
    }
    return report
        .addUnderlay(
            Endpoint.newBuilder()
                .setAddress(ByteString.copyFrom(InetAddress.getByName(address).getAddress()))
                .setPort(HostsRig.udpPort()))
        .addAllWantedVnis(List.of(wanted))
        .setVersion("test")
        .build();
  }

  /** It is dead: it says nothing any more, and its connection stays. */
  synchronized void die() {
    out = null;
  }

  synchronized void hangUp() {
    StreamObserver<HostMessage> to = out;
    out = null;
    if (to != null) {
      to.onCompleted();
    }
  }

  /** What it knows, a line for each fact. */
  synchronized List<String> facts() {
    return List.copyOf(facts.values());
  }

  @Nullable Status ended() {
    return ended;
  }

  private synchronized void take(Changes changes) {
    messages.add(changes);
    if (changes.getAnew()) {
      facts.clear();
      vnis.clear();
    }
    changes.getGoneList().forEach(this::forget);
    changes.getFactsList().forEach(this::learn);
    store = changes.getStore();
    if (!changes.getContinued()) {
      revision = changes.getRevision();
    }
  }

  private void forget(FactKey key) {
    switch (key.getKeyCase()) {
      case NETWORK_VNI -> {
        vnis.remove(key.getNetworkVni());
        facts.keySet().removeIf(it -> it.contains("/" + key.getNetworkVni() + "/"));
      }
      case MEMBER ->
          facts.remove("m/" + key.getMember().getVni() + "/" + key.getMember().getHost());
      case STATION ->
          facts.remove("s/" + key.getStation().getVni() + "/" + key.getStation().getMac());
      case MOVE -> facts.remove("v/" + key.getMove().getVni() + "/" + key.getMove().getMac());
      case KEY_NOT_SET -> throw new AssertionError(key);
    }
  }

  private void learn(Fact fact) {
    switch (fact.getFactCase()) {
      case NETWORK -> {
        vnis.put(fact.getNetwork().getVni(), true);
        facts.put(
            "n/" + fact.getNetwork().getVni() + "/",
            "network "
                + fact.getNetwork().getName()
                + " "
                + fact.getNetwork().getVni()
                + fact.getNetwork().getGroupsList().stream()
                    .map(it -> ", " + it.getName() + " sends " + it.getSendBitsPerSecond())
                    .collect(Collectors.joining()));
      }
      case MEMBER ->
          facts.put(
              "m/" + fact.getMember().getVni() + "/" + fact.getMember().getHost(),
              "member " + fact.getMember().getHost() + " " + fact.getMember().getVni());
      case STATION ->
          facts.put(
              "s/" + fact.getStation().getVni() + "/" + fact.getStation().getMac(),
              "station %012x at %s %s"
                      .formatted(
                          fact.getStation().getMac(),
                          fact.getStation().getHost(),
                          fact.getStation().getDevice())
                  + (fact.getStation().getGroup().isEmpty()
                      ? ""
                      : " in " + fact.getStation().getGroup()));
      case MOVE ->
          facts.put(
              "v/" + fact.getMove().getVni() + "/" + fact.getMove().getMac(),
              "move %012x from %s to %s %s"
                  .formatted(
                      fact.getMove().getMac(),
                      fact.getMove().getFrom(),
                      fact.getMove().getTo(),
                      fact.getMove().getDevice()));
      case FACT_NOT_SET -> throw new AssertionError(fact);
    }
  }

  /** It takes no message from its next call on, and no byte that the connection does not hold. */
  FollowingHost readsNothing() {
    readsAll = false;
    return this;
  }

  /** It reads from now on. */
  void readAll() {
    readsAll = true;
    Listener current = listener;
    if (current != null) {
      current.more();
    }
  }

  private final class Listener implements ClientResponseObserver<HostMessage, ControllerMessage> {
    private volatile @Nullable ClientCallStreamObserver<HostMessage> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<HostMessage> toController) {
      call = toController;
      toController.disableAutoRequestWithInitial(readsAll ? 1 : 0);
    }

    void more() {
      ClientCallStreamObserver<HostMessage> from = call;
      if (from != null) {
        from.request(1);
      }
    }

    @Override
    public void onNext(ControllerMessage message) {
      more();
      if (message.hasChanges()) {
        take(message.getChanges());
      }
      if (message.hasWatch()) {
        take(message.getWatch());
      }
      if (message.hasAsk()) {
        Traced.Builder answer = answers.apply(message.getAsk());
        if (answer != null) {
          send(HostMessage.newBuilder().setTraced(answer.setId(message.getAsk().getId())));
        }
      }
    }

    @Override
    public void onError(Throwable failure) {
      end(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
      end(Status.OK);
    }

    /** The end of an earlier call says nothing about this one. */
    private void end(Status status) {
      if (this == listener) {
        ended = status;
      }
    }
  }
}
