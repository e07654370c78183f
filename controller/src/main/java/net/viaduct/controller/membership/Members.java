package net.viaduct.controller.membership;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.registry.Actor;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import net.viaduct.trust.Authority;
import net.viaduct.trust.HostId;
import net.viaduct.trust.Secret;

/**
 * Who is a host. Nobody is because of a certificate alone: the store has a line for each host, and
 * revoking takes it away. Any thread; calls wait for the store.
 */
public final class Members {
  /** What the keys of members begin with; the host's name follows. */
  public static final String PREFIX = "member/";

  /** How long a host's certificate lives, if nothing else is said. */
  public static final Duration USUAL_LIFE = Duration.ofDays(30);

  private static final int MOST_TRIES = 100;

  private final Store store;
  private final Audit audit;
  private final Authority authority;
  private final Duration life;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * How certificates are given. Immutable.
   *
   * @param authority that signs them
   * @param life of each
   */
  public record Certifying(Authority authority, Duration life) {}

  /** Members by an authority. */
  public Members(
      Store store, Audit audit, Certifying certifying, Clock clock, SecureRandom random) {
    this.store = store;
    this.audit = audit;
    this.authority = certifying.authority();
    this.life = certifying.life();
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes whoever has a token a host.
   *
   * @param request PKCS #10, DER
   * @param from where it calls from, for the audit log
   * @return its chain
   * @throws Refused if the token is not good for that
   * @throws net.viaduct.trust.TrustException if the request is not right
   */
  public List<X509Certificate> join(
      String tokenId, Secret secret, String name, byte[] request, String from) {
    HostId host = HostId.joining(name, random);
    List<X509Certificate> chain = authority.certifyHost(request, host, life);
    for (int i = 0; i < MOST_TRIES; i++) {
      if (store.commit(joining(host, tokenId, secret, from)) instanceof Outcome.Committed) {
        return chain;
      }
    }
    throw new Refused("too many join at once; try again");
  }

  /** Uses the token and enters the member, both or none. */
  private Transaction joining(HostId host, String tokenId, Secret secret, String from) {
    Entry entry =
        (tokenId.matches("[0-9a-f]{12}") ? store.get(TokenRecord.key(tokenId)) : noEntry())
            .orElseThrow(Members::badToken);
    TokenRecord token = TokenRecord.parse(entry.key(), entry.value());
    if (!token.hash().isSame(secret.hash())) {
      throw badToken();
    }
    if (!clock.instant().isBefore(token.expires())) {
      throw new Refused("the token expired at " + token.expires() + "; ask for a new one");
    }
    if (token.host().isPresent() && !token.host().get().equals(host.name())) {
      throw new Refused("the token is for host " + token.host().get() + ", not " + host.name());
    }
    List<Condition> conditions = new ArrayList<>();
    List<Operation> operations = new ArrayList<>();
    conditions.add(new Condition.Unchanged(entry.key(), entry.modified()));
    TokenRecord used = token.used();
    operations.add(
        used.usesLeft() > 0
            ? new Operation.Put(entry.key(), used.json())
            : new Operation.Delete(entry.key()));
    String key = PREFIX + host.name();
    Optional<Entry> before = store.get(key);
    if (before.isPresent() && token.host().isEmpty()) {
      throw new Refused(
          "there is a host "
              + host.name()
              + " already; take another name, or let the operator revoke that one, or make a"
              + " token for this very name");
    }
    conditions.add(new Condition.Unchanged(key, before.map(Entry::modified).orElse(0L)));
    operations.add(
        new Operation.Put(
            key,
            Documents.write(
                Documents.object()
                    .put("membership", host.membership())
                    .put("joined", clock.instant().toString())
                    .put("token", tokenId))));
    Actor actor = new Actor("host " + host.name(), "host", "join token " + tokenId + ", " + from);
    String change = "host " + host.name() + (before.isPresent() ? " joins again" : " joins");
    operations.add(audit.entry(actor, List.of(change)));
    return new Transaction(conditions, operations);
  }

  private static Optional<Entry> noEntry() {
    return Optional.empty();
  }

  /** The same for what never was, what was used up, and a wrong secret. */
  private static Refused badToken() {
    return new Refused("the token is unknown, used up or revoked; ask for a new one");
  }

  /**
   * A new certificate for a host that is one.
   *
   * @throws Refused if it is none any more
   */
  public List<X509Certificate> renew(HostId host, byte[] request) {
    if (!isMember(host)) {
      throw new Refused("host " + host.name() + " was revoked");
    }
    return authority.certifyHost(request, host, life);
  }

  /** Whether somebody is a host now. */
  public boolean isMember(HostId host) {
    return store
        .get(PREFIX + host.name())
        .filter(entry -> membership(entry.value()).equals(host.membership()))
        .isPresent();
  }

  /** Whether what ends then is over: a certificate is good to its last moment. */
  boolean isOver(Instant ends) {
    return clock.instant().isAfter(ends);
  }

  /** Whose membership a line of the store tells. */
  public static String membership(String json) {
    return Documents.parseObject(json).path("membership").asString("");
  }

  /**
   * Puts a host out. Its certificate is worth nothing from then on.
   *
   * @return whether it was one
   */
  public boolean revoke(String name, Actor actor) {
    String key = PREFIX + name;
    Outcome outcome =
        store.commit(
            new Transaction(
                List.of(new Condition.Exists(key)),
                List.of(
                    new Operation.Delete(key),
                    audit.entry(actor, List.of("revoke host " + name)))));
    return outcome instanceof Outcome.Committed;
  }
}
