package net.viaduct.controller.registry;

import java.util.List;

/** A change that would break a rule of the model; nothing was changed. The message says why. */
public final class ChangeRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why something is refused. */
  public enum Cause {
    /** There is no such object. */
    MISSING,
    /** There is one already. */
    EXISTS,
    /** It was changed since the caller saw it. */
    CHANGED,
    /** Others refer to it. */
    IN_USE,
    /** It takes what another one has: a VNI, an address, a device. */
    TAKEN,
    /** It refers to what is not there, or does not fit to it. */
    WRONG
  }

  private final Cause why;
  private final transient List<String> others;

  /** A refusal because others were always faster, though it was tried again and again. */
  public static ChangeRefused busy(String what) {
    return new ChangeRefused(
        Cause.CHANGED, "too many others change " + what + " at the moment; try again");
  }

  /** A refusal for which no other object is the reason. */
  public ChangeRefused(Cause why, String message) {
    this(why, message, List.of());
  }

  ChangeRefused(Cause why, String message, List<String> others) {
    super(message);
    this.why = why;
    this.others = List.copyOf(others);
  }

  /** Why. */
  public Cause why() {
    return why;
  }

  /** Which other objects are the reason, as {@code port vm1}; some of them if there are many. */
  public List<String> others() {
    return others;
  }
}
