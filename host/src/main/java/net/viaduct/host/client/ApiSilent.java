package net.viaduct.host.client;

import java.io.IOException;

/** The local API did not answer; the message says why, and what would be right. */
public final class ApiSilent extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean notPermitted;

  ApiSilent(String message, boolean notPermitted) {
    super(message);
    this.notPermitted = notPermitted;
  }

  /** Whether it is there and this user may not speak to it. */
  public boolean isNotPermitted() {
    return notPermitted;
  }
}
