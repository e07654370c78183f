package net.viaduct.controller.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.registry.Actor;
import net.viaduct.controller.registry.Audit;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.store.Condition;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Outcome;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.Transaction;
import net.viaduct.trust.Fingerprint;

/**
 * The tokens of programs and people. The text of one is {@code viaduct.NAME.SECRET} with a secret
 * of 256 random bits, so one fast hash of it is enough to store. Safe from any thread.
 */
public final class Tokens {
  /** How many there are at most. */
  public static final int MOST = 1_000;

  private static final String PREFIX = "access-token/";
  private static final int SECRET_BYTES = 32;
  private static final int MOST_CHARACTERS = 200;

  private final Store store;
  private final Clock clock;
  private final Audit audit;
  private final SecureRandom random = new SecureRandom();

  /** The tokens in a store. */
  public Tokens(Store store, Clock clock, Audit audit) {
    this.store = store;
    this.clock = clock;
    this.audit = audit;
  }

  /**
   * Makes one.
   *
   * @param life how long it is good for; empty: until it is deleted
   * @return its text, which nobody can read again
   * @throws ChangeRefused if there is one of that name
   */
  public String create(String name, Role role, Optional<Duration> life, Actor actor) {
    Names.require(name);
    byte[] bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    Instant now = clock.instant();
    Token token = new Token(name, role, hash(secret), now, life.map(now::plus));
    if (list().size() >= MOST) {
      throw new ChangeRefused(ChangeRefused.Cause.TAKEN, "there are " + MOST + " tokens already");
    }
    Outcome outcome =
        store.commit(
            new Transaction(
                List.of(Condition.absent(PREFIX + name)),
                List.of(
                    new Operation.Put(PREFIX + name, token.stored()),
                    audit.entry(actor, List.of("create token " + name + " of " + role.word())))));
    if (outcome instanceof Outcome.Refused) {
      throw new ChangeRefused(ChangeRefused.Cause.EXISTS, "there is a token " + name + " already");
    }
    return "viaduct." + name + "." + secret;
  }

  /** Which there are. */
  public List<Token> list() {
    return store.range(Range.first(PREFIX, MOST + 1)).entries().stream()
        .map(entry -> Token.parse(entry.value()))
        .toList();
  }

  /**
   * Takes the rights from one at once.
   *
   * @throws ChangeRefused if there is none of that name
   */
  public void delete(String name, Actor actor) {
    Outcome outcome =
        store.commit(
            new Transaction(
                List.of(new Condition.Exists(PREFIX + name)),
                List.of(
                    new Operation.Delete(PREFIX + name),
                    audit.entry(actor, List.of("delete token " + name)))));
    if (outcome instanceof Outcome.Refused) {
      throw new ChangeRefused(ChangeRefused.Cause.MISSING, "there is no token " + name);
    }
  }

  /** Whose text it is; empty if nobody's, or not any more. */
  public Optional<Identity> identify(String text) {
    String[] parts = text.length() <= MOST_CHARACTERS ? text.split("\\.", -1) : new String[0];
    if (parts.length < 3 || !parts[0].equals("viaduct")) {
      return Optional.empty();
    }
    String secret = parts[parts.length - 1];
    String name = text.substring("viaduct.".length(), text.length() - secret.length() - 1);
    if (!name.matches(Names.PATTERN)) {
      return Optional.empty();
    }
    return store
        .get(PREFIX + name)
        .map(entry -> Token.parse(entry.value()))
        .filter(token -> token.hash().isSame(hash(secret)))
        .filter(
            token -> token.expires().isEmpty() || clock.instant().isBefore(token.expires().get()))
        .map(token -> new Identity("token " + name, token.role()));
  }

  private static Fingerprint hash(String secret) {
    return Fingerprint.of(secret.getBytes(StandardCharsets.UTF_8));
  }
}
