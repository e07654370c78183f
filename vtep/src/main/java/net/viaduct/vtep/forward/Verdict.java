package net.viaduct.vtep.forward;

import java.util.List;
import net.viaduct.vtep.DropReason;
import org.jspecify.annotations.Nullable;

/** What an {@link Inspector} says about a frame. Immutable; one object for each verdict. */
public final class Verdict {
  /** It goes on. */
  public static final Verdict PASS = new Verdict(null);

  /** It was for this VTEP itself and goes no further. */
  public static final Verdict CONSUMED = new Verdict(null);

  private static final List<Verdict> DROPS = DropReason.ALL.stream().map(Verdict::new).toList();

  private final @Nullable DropReason reason;

  private Verdict(@Nullable DropReason reason) {
    this.reason = reason;
  }

  /** It is dropped. */
  public static Verdict drop(DropReason reason) {
    return DROPS.get(reason.code() - 1);
  }

  /** Why it is dropped, or null. */
  public @Nullable DropReason reason() {
    return reason;
  }
}
