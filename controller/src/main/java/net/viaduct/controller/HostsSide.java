package net.viaduct.controller;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import net.viaduct.controller.api.HostServices;
import net.viaduct.controller.membership.Authorities;
import net.viaduct.controller.membership.HostsDoor;
import net.viaduct.controller.membership.JoinTokens;
import net.viaduct.controller.membership.Joining;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.meters.InstallationMeters;
import net.viaduct.controller.meters.MeterBoard;
import net.viaduct.controller.meters.PeersService;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.subscription.Desk;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.controller.subscription.OtherControllers;
import net.viaduct.controller.subscription.PeerPlace;
import net.viaduct.controller.subscription.SubscriptionService;
import net.viaduct.controller.tracing.Questions;
import net.viaduct.controller.transfer.Lineage;
import net.viaduct.runtime.NanoClock;
import net.viaduct.trust.Authority;
import net.viaduct.trust.Credentials;

/** What a controller is to hosts: who may be one, and what each is told. Closed by one thread. */
public final class HostsSide implements AutoCloseable {
  private static final Duration OWN_LIFE = Duration.ofDays(30);

  private final HostServices services;
  private final Optional<OtherControllers> others;
  private final Desk desk;
  private final HostsDoor door;

  private HostsSide(
      HostServices services, Optional<OtherControllers> others, Desk desk, HostsDoor door) {
    this.services = services;
    this.others = others;
    this.desk = desk;
    this.door = door;
  }

  /**
   * How a controller treats hosts. Immutable.
   *
   * @param listen where hosts come in
   * @param certificateLife of a host's certificate
   * @param life when a host counts as dead
   */
  public record Config(InetSocketAddress listen, Duration certificateLife, LifePolicy life) {
    /** At this address, and else as usual. */
    public static Config at(InetSocketAddress listen) {
      return new Config(listen, Members.USUAL_LIFE, LifePolicy.USUAL);
    }
  }

  /**
   * Lets hosts in.
   *
   * @throws IOException if it cannot listen
   */
  public static HostsSide open(
      Config config, Store store, Registry registry, NanoClock nanoClock, Clock clock)
      throws IOException {
    SecureRandom random = new SecureRandom();
    Authority authority = Authorities.of(store, clock, random);
    Audit audit = registry.audit();
    Members.Certifying certifying = new Members.Certifying(authority, config.certificateLife());
    Members members = new Members(store, audit, certifying, clock, random);
    PeerPlace self = new PeerPlace(UUID.randomUUID().toString());
    MeterBoard board = new MeterBoard(nanoClock);
    Supplier<Credentials> credentials = renewing(authority, clock);
    Desk desk =
        Desk.open(
            new Desk.Surroundings(
                store,
                authority.fingerprint().hex() + Lineage.of(store),
                registry,
                members,
                nanoClock,
                clock,
                config.life(),
                board,
                self));
    Questions questions = new Questions(desk, store, nanoClock, Questions.PATIENCE);
    try {
      HostsDoor door =
          HostsDoor.open(
              config.listen(),
              credentials,
              members,
              List.of(
                  new SubscriptionService(desk, questions), new PeersService(self.name(), board)));
      self.opened(config.listen().getAddress(), door.port());
      JoinTokens tokens = new JoinTokens(store, audit, authority.fingerprint(), clock, random);
      Optional<OtherControllers> others =
          store.isShared()
              ? Optional.of(new OtherControllers(store, self.name(), credentials, nanoClock))
              : Optional.empty();
      InstallationMeters meters = new InstallationMeters(board, others, nanoClock);
      HostServices services =
          new HostServices(new Joining(tokens, members), meters, questions, desk::unreached);
      return new HostsSide(services, others, desk, door);
    } catch (RuntimeException e) {
      questions.close();
      desk.close();
      throw e;
    } catch (IOException e) {
      questions.close();
      desk.close();
      throw new IOException(
          "hosts cannot be let in at " + config.listen() + ": " + e.getMessage(), e);
    }
  }

  /** A controller certifies itself whenever that is due; its key is never on disk. */
  private static Supplier<Credentials> renewing(Authority authority, Clock clock) {
    AtomicReference<Credentials> own = new AtomicReference<>(authority.certifyController(OWN_LIFE));
    return () ->
        own.updateAndGet(now ->
            clock.instant().isBefore(now.renewalDue())
                ? now
                : authority.certifyController(OWN_LIFE));
  }

  /** How machines are let in, and hosts put out. */
  public Joining joining() {
    return services.joining();
  }

  /** What the API answers by it. */
  public HostServices services() {
    return services;
  }

  /** The TCP port at which hosts come in. */
  public int port() {
    return door.port();
  }

  @Override
  public void close() {
    others.ifPresent(OtherControllers::close);
    door.close();
    services.questions().close();
    desk.close();
  }
}
