package net.viaduct.cli;

import net.viaduct.host.client.ApiSilent;

/** What {@code viaduct} tells the shell. The numbers are part of the interface. */
public final class ExitCode {
  /** Done. */
  public static final int DONE = 0;

  /** Tried, and failed; the cause is on standard error. */
  public static final int FAILED = 1;

  /** Used wrongly: an unknown option, an argument missing. */
  public static final int USED_WRONGLY = 2;

  /** Not permitted here; standard error tells what is missing. */
  public static final int NOT_PERMITTED = 3;

  private ExitCode() {}

  /** What a command ends with to which a host did not answer. */
  public static int of(ApiSilent silent) {
    return silent.isNotPermitted() ? NOT_PERMITTED : FAILED;
  }
}
