package net.viaduct.controller.membership;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.model.Whole;
import net.viaduct.controller.registry.Actor;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import net.viaduct.trust.Fingerprint;
import net.viaduct.trust.JoinToken;

/** The join tokens of a store. Any thread; calls wait for the store. */
public final class JoinTokens {
  /** As long as a token may live. */
  public static final Duration LONGEST_LIFE = Duration.ofDays(30);

  /** How many tokens there are at most that are good. */
  public static final int MOST = 1_000;

  private static final int MOST_LISTED = 10_000;
  private static final int DELETED_AT_ONCE = 50;
  private static final Actor HOUSEKEEPING =
      new Actor("controller", "controller", "its housekeeping");

  private final Store store;
  private final Audit audit;
  private final Fingerprint authority;
  private final Clock clock;
  private final SecureRandom random;

  /** Tokens for the controllers of an authority. */
  public JoinTokens(
      Store store, Audit audit, Fingerprint authority, Clock clock, SecureRandom random) {
    this.store = store;
    this.audit = audit;
    this.authority = authority;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes a token.
   *
   * @param life for how long it is good
   * @param uses how often; {@link TokenRecord#ANY_NUMBER} for any number
   * @param host the only name that it is good for; empty for any that is free. With a name, it is
   *     good also for one that is taken: the host then joins again
   * @return the token, which cannot be seen again
   * @throws ChangeRefused if there are too many
   */
  public JoinToken create(Duration life, int uses, Optional<String> host, Actor actor) {
    if (life.isNegative() || life.isZero() || life.compareTo(LONGEST_LIFE) > 0) {
      throw new IllegalArgumentException("a token lives up to " + LONGEST_LIFE.toDays() + " days");
    }
    if (uses != TokenRecord.ANY_NUMBER) {
      Whole.TOKEN_USES.require(uses);
    }
    Instant now = clock.instant();
    if (list().stream().filter(token -> now.isBefore(token.expires())).count() >= MOST) {
      throw new ChangeRefused(
          ChangeRefused.Cause.TAKEN,
          "there are " + MOST + " join tokens that are good; revoke those that nobody needs");
    }
    JoinToken token = JoinToken.create(authority, random);
    TokenRecord made =
        new TokenRecord(token.id(), token.secret().hash(), now.plus(life), uses, host);
    String key = TokenRecord.key(token.id());
    Outcome outcome =
        store.commit(
            new Transaction(
                List.of(Condition.absent(key)),
                List.of(
                    new Operation.Put(key, made.json()),
                    audit.entry(actor, List.of("create join token " + made.inWords())))));
    if (outcome instanceof Outcome.Refused) {
      throw new ChangeRefused(
          ChangeRefused.Cause.CHANGED, "there is one of this number; try again");
    }
    return token;
  }

  /** Those that there are, also expired ones that were not forgotten yet. */
  public List<TokenRecord> list() {
    return entries().stream().map(entry -> TokenRecord.parse(entry.key(), entry.value())).toList();
  }

  private List<Entry> entries() {
    return store.range(Range.first(TokenRecord.PREFIX, MOST_LISTED)).entries();
  }

  /**
   * Takes a token away.
   *
   * @return whether it was there
   */
  public boolean revoke(String id, Actor actor) {
    String key = TokenRecord.key(id);
    Outcome outcome =
        store.commit(
            new Transaction(
                List.of(new Condition.Exists(key)),
                List.of(
                    new Operation.Delete(key),
                    audit.entry(actor, List.of("delete join token " + id)))));
    return outcome instanceof Outcome.Committed;
  }

  /** Deletes those that have expired, some at a time, or until another controller does so too. */
  public void forgetExpired() {
    List<Entry> expired = new ArrayList<>();
    for (Entry entry : entries()) {
      TokenRecord token = TokenRecord.parse(entry.key(), entry.value());
      if (!clock.instant().isBefore(token.expires())) {
        expired.add(entry);
      }
    }
    for (int from = 0; from < expired.size(); from += DELETED_AT_ONCE) {
      List<Entry> some = expired.subList(from, Math.min(expired.size(), from + DELETED_AT_ONCE));
      if (store.commit(forgetting(some)) instanceof Outcome.Refused) {
        return;
      }
    }
  }

  private Transaction forgetting(List<Entry> expired) {
    List<Condition> conditions = new ArrayList<>();
    List<Operation> operations = new ArrayList<>();
    List<String> changes = new ArrayList<>();
    for (Entry entry : expired) {
      conditions.add(new Condition.Unchanged(entry.key(), entry.modified()));
      operations.add(new Operation.Delete(entry.key()));
      changes.add(
          "delete expired join token " + entry.key().substring(TokenRecord.PREFIX.length()));
    }
    operations.add(audit.entry(HOUSEKEEPING, changes));
    return new Transaction(conditions, operations);
  }
}
