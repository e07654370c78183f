package net.viaduct.controller.membership;

import io.grpc.Status;
import java.time.Instant;
import java.util.Optional;
import net.viaduct.trust.HostId;

/**
 * A host that calls. Immutable.
 *
 * @param host which
 * @param ends when its certificate does
 */
public record Caller(HostId host, Instant ends) {
  /** Who makes the call that this thread handles. */
  public static Caller current() {
    return Optional.ofNullable(CallerCheck.CALLER.get())
        .orElseThrow(
            () -> Status.UNAUTHENTICATED.withDescription("who calls?").asRuntimeException());
  }
}
