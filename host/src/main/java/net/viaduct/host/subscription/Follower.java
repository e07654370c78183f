package net.viaduct.host.subscription;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import net.viaduct.host.diagnosis.Diagnosis;
import net.viaduct.protocol.Alive;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.ControllerMessage;
import net.viaduct.protocol.Hello;
import net.viaduct.protocol.HostMessage;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.Report;
import net.viaduct.protocol.SubscriptionGrpc;
import net.viaduct.protocol.Watch;
import net.viaduct.runtime.NanoClock;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.HostId;
import net.viaduct.trust.IdentityDirectory;
import net.viaduct.trust.Tls;
import net.viaduct.trust.TrustException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a controller, one of several, and keeps what it tells. What is known stays in force when
 * it is away. Owned by its thread {@code controller}; its status can be read by any.
 */
public final class Follower implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

  private static final long SIGN_OF_LIFE_NS = Duration.ofMillis(900).toNanos();
  private static final long LOOK_NS = Duration.ofMillis(250).toNanos();
  private static final long LOOK_FOR_ARRIVALS_NS = Duration.ofMillis(50).toNanos();
  private static final long SILENCE_NS = Duration.ofSeconds(5).toNanos();
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
  private static final Duration RENEWAL_RETRY = Duration.ofSeconds(60);
  private static final Duration END_TIMEOUT = Duration.ofSeconds(10);
  private static final int MOST_STAGED = 100_000;

  private final IdentityDirectory identity;
  private final Supplier<Report> report;
  private final Supplier<Meters> meters;
  private final Consumer consumer;
  private final NanoClock clock;
  private final Clock wallClock;
  private final SecureRandom random = new SecureRandom();
  private final FactFile file;
  private final FactTable table = new FactTable();
  private final Fulfilment fulfilment;
  private final Thread thread;
  private volatile Credentials credentials;
  private volatile LinkStatus status;
  private volatile boolean running = true;
  private @Nullable Answering answering; // from the start on

  /** Since when no controller is there, if none is; by the clock. */
  private volatile long awaySinceNs;

  private Instant renewAt;

  private ToldWatch watch = ToldWatch.NOBODY;

  /**
   * What a host tells. Asked by the follower's thread.
   *
   * @param report what it sees
   * @param meters what it has counted, with the time of the follower's clock
   */
  public record Sources(Supplier<Report> report, Supplier<Meters> meters) {}

  /** Who makes true what is told. */
  public interface Consumer {
    /** Makes it true, as far as it can be; if this fails it is asked for again. */
    void apply(List<ToldNetwork> told);

    /** Watches these hosts from now on, and no others. */
    void watch(ToldWatch told);
  }

  private Follower(
      IdentityDirectory identity,
      Sources sources,
      Consumer consumer,
      NanoClock clock,
      Clock wallClock) {
    this.identity = identity;
    this.report = sources.report();
    this.meters = sources.meters();
    this.consumer = consumer;
    this.clock = clock;
    this.wallClock = wallClock;
    this.file = new FactFile(identity.path().resolve("facts"));
    this.fulfilment = new Fulfilment(table, file, consumer, clock);
    this.credentials = identity.credentials();
    this.awaySinceNs = clock.nanoTime();
    this.renewAt = credentials.renewalDue();
    this.status = new LinkStatus(false, null, null, "", 0, null, null, credentials.ends(), null);
    this.thread = Thread.ofPlatform().name("controller").unstarted(this::run);
  }

  /**
   * Reads who the host is, and what it was told before; does not connect yet.
   *
   * @param host whose name the certificate must have
   * @param sources what the host tells
   * @throws TrustException if the host has not joined, or under another name
   */
  public static Follower open(
      IdentityDirectory identity,
      String host,
      Sources sources,
      Consumer consumer,
      NanoClock clock,
      Clock wallClock) {
    Follower follower = new Follower(identity, sources, consumer, clock, wallClock);
    String joined =
        HostId.of(follower.credentials.certificate()).map(HostId::name).orElse("nobody");
    if (!joined.equals(host)) {
      throw new TrustException(
          "this host is " + host + ", and " + identity.path() + " is that of " + joined);
    }
    follower.recall();
    return follower;
  }

  private void recall() {
    try {
      FactFile.Kept kept = file.read();
      kept.trouble()
          .ifPresent(why ->
              LOG.warn(
                  "what the controller told last is lost, what it told before counts: {}", why));
      kept.changes().ifPresent(all -> table.apply(List.of(all)));
    } catch (IOException e) {
      LOG.warn("what the controller told before is lost: {}", e.getMessage());
    }
    status = status(false, null, null, null);
  }

  /** What was told up to now; before {@link #start} only. */
  public List<ToldNetwork> known() {
    return table.told();
  }

  /**
   * Begins to follow.
   *
   * @param diagnosis what a controller may ask about frames
   */
  public void start(Diagnosis diagnosis) {
    answering = new Answering(diagnosis);
    thread.start();
  }

  /** How it stands; any thread. */
  public LinkStatus status() {
    return status;
  }

  /** For how long no controller is there, or since this began; 0 if one is. Any thread. */
  public long awayNs() {
    return status.connected() ? 0 : Math.max(1, clock.nanoTime() - awaySinceNs);
  }

  private LinkStatus status(
      boolean connected,
      @Nullable String controller,
      @Nullable Instant since,
      @Nullable String error) {
    return new LinkStatus(
        connected,
        controller,
        since,
        table.store(),
        table.revision(),
        error,
        table.misunderstood().orElse(null),
        credentials.ends(),
        fulfilment.undone());
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    while (running) {
      for (String text : controllers()) {
        if (!running) {
          return;
        }
        boolean wasThere = followOne(text);
        pause = wasThere ? FIRST_PAUSE : pause;
      }
      pauseFor(pause);
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
    }
  }

  private List<String> controllers() {
    try {
      return identity.controllers();
    } catch (TrustException e) {
      status = status(false, null, status.since(), e.getMessage());
      return List.of();
    }
  }

  /** Hosts that lost their controller do not all come back at the same moment. */
  private void pauseFor(Duration usual) {
    long ns = usual.toNanos() / 2 + random.nextLong(usual.toNanos());
    long until = clock.nanoTime() + ns;
    while (running && until - clock.nanoTime() > 0) {
      fulfil();
      long waitNs = Math.min(until - clock.nanoTime(), fulfilment.idleNs());
      java.util.concurrent.locks.LockSupport.parkNanos(this, waitNs);
    }
  }

  /** Makes true what was told, if it is not; whether something was tried. */
  private boolean fulfil() {
    boolean tried = fulfilment.doWork();
    if (tried) {
      LinkStatus was = status;
      status = status(was.connected(), was.controller(), was.since(), was.lastError());
    }
    return tried;
  }

  /** Follows a controller for as long as it is there; whether it was. */
  private boolean followOne(String text) {
    boolean wasThere = false;
    String why;
    FollowCall call = new FollowCall();
    try (Wire wire = new Wire(ControllerAddress.parse(text), Tls.client(() -> credentials))) {
      SubscriptionGrpc.newStub(wire.channel()).follow(call);
      wasThere = converse(text, wire, call);
      why = call.ending();
    } catch (IllegalArgumentException | TrustException e) {
      why = String.valueOf(e.getMessage());
    } catch (RuntimeException e) {
      why = "following it failed: " + e;
      LOG.error("controller {}: {}", text, why, e); // a mistake of ours, which must not end this
    }
    if (!wasThere && wallClock.instant().isAfter(credentials.ends())) {
      why =
          "the certificate of this host has ended at %s, so it has to join anew (%s)"
              .formatted(credentials.ends(), why);
    }
    boolean wasConnected = status.connected(); // also if a mistake ended it
    if (wasConnected) {
      awaySinceNs = clock.nanoTime();
    }
    if (running) {
      Instant since = wasConnected || status.since() == null ? wallClock.instant() : status.since();
      if (wasConnected || !why.equals(status.lastError())) {
        LOG.warn("controller {}: {}; what it told before stays in force", text, why);
      }
      status = status(false, text, since, why);
    }
    return wasThere;
  }

  private boolean converse(String text, Wire wire, FollowCall call) {
    Report told = report.get();
    call.send(
        HostMessage.newBuilder()
            .setHello(
                Hello.newBuilder()
                    .setStore(table.store())
                    .setRevision(table.revision())
                    .addAllKnownVnis(table.vnis())
                    .setReport(now(told)))
            .build());
    boolean wasThere = false;
    MeterReports counted = new MeterReports(meters, clock);
    List<Changes> staged = new ArrayList<>();
    long saidNs = clock.nanoTime();
    long lookedNs = saidNs;
    long heardNs = saidNs;
    while (running) {
      long lookEveryNs = isAwaiting(told) ? LOOK_FOR_ARRIVALS_NS : LOOK_NS;
      long nextNs = Math.min(lookedNs + lookEveryNs - clock.nanoTime(), counted.inNs());
      FollowCall.Event event = call.next(Math.min(nextNs, fulfilment.idleNs()));
      long now = clock.nanoTime();
      boolean looks = now - lookedNs >= lookEveryNs;
      if (event instanceof FollowCall.Event.Ended ended) {
        call.ended(ended.why());
        return wasThere;
      }
      if (event instanceof FollowCall.Event.Said said) {
        heardNs = now;
        if (!wasThere) {
          wasThere = true;
          LOG.info("controller {} is there", text);
          status = status(true, text, wallClock.instant(), null);
        }
        if (said.message().hasAsk()) {
          requireNonNull(answering).offer(said.message().getAsk(), call::send);
        }
        take(said.message(), staged);
        call.more();
      } else if (now - heardNs > SILENCE_NS) {
        call.ended("it has been silent for " + SILENCE_NS / 1_000_000_000L + " s");
        return wasThere;
      }
      // what comes close together is made true once, and who has told it perhaps waits for that
      if (!call.hasMore() && fulfil()) {
        looks = true;
      }
      if (looks) {
        lookedNs = now;
        Report current = report.get();
        boolean isNew = !current.equals(told);
        if (isNew || now - saidNs >= SIGN_OF_LIFE_NS) {
          saidNs = now;
          call.send(isNew ? reporting(now(current)) : alive());
          told = current;
        }
        renewIfDue(wire);
      }
      counted.next().ifPresent(call::send);
    }
    call.cancel();
    return wasThere;
  }

  /** Whether a station is about to come here, which others wait for. */
  private static boolean isAwaiting(Report report) {
    return report.getMovesList().stream()
        .anyMatch(it -> it.getAsked() || (it.getArriving() && !it.hasHeardNs()));
  }

  private Report now(Report report) {
    return report.getMovesCount() == 0
        ? report
        : report.toBuilder().setClockNs(clock.nanoTime()).build();
  }

  private static HostMessage alive() {
    return HostMessage.newBuilder().setAlive(Alive.getDefaultInstance()).build();
  }

  private static HostMessage reporting(Report report) {
    return HostMessage.newBuilder().setReport(report).build();
  }

  private void take(ControllerMessage message, List<Changes> staged) {
    if (message.hasWatch()) {
      watch(message.getWatch());
    }
    if (!message.hasChanges()) {
      return;
    }
    staged.add(message.getChanges());
    if (staged.size() > MOST_STAGED) {
      throw new TrustException("the controller does not come to an end");
    }
    if (message.getChanges().getContinued()) {
      return;
    }
    table.apply(staged);
    staged.clear();
    fulfilment.changed();
  }

  private void watch(Watch said) {
    try {
      watch = watch.with(said);
      consumer.watch(watch);
    } catch (IllegalArgumentException e) {
      throw new TrustException("whom to watch is not understood: " + e.getMessage());
    }
  }

  private void renewIfDue(Wire wire) {
    if (wallClock.instant().isBefore(renewAt)) {
      return;
    }
    try {
      Credentials renewed = new Joiner(random).renew(wire, credentials);
      identity.write(renewed);
      credentials = renewed;
      renewAt = renewed.renewalDue();
      LinkStatus was = status;
      status = status(was.connected(), was.controller(), was.since(), was.lastError());
      LOG.info("the certificate was renewed, until {}", renewed.ends());
    } catch (TrustException | IOException e) {
      LOG.warn("the certificate was not renewed: {}", e.getMessage());
      renewAt = wallClock.instant().plus(RENEWAL_RETRY);
    }
  }

  /** Ends; what was told stays on disk. */
  @Override
  public void close() {
    running = false;
    thread.interrupt();
    if (answering != null) {
      answering.close();
    }
    try {
      if (!thread.join(END_TIMEOUT)) {
        LOG.error("the follower of the controller did not end within {}", END_TIMEOUT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
