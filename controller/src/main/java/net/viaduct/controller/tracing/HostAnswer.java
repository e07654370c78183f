package net.viaduct.controller.tracing;

import net.viaduct.protocol.Traced;

/** What is known of a frame at a host that was asked about it. Immutable. */
public sealed interface HostAnswer {
  /**
   * The host told it.
   *
   * @param traced whole and within its limits, without a refusal
   */
  record Told(Traced traced) implements HostAnswer {}

  /**
   * It did not.
   *
   * @param why a sentence
   */
  record Untold(String why) implements HostAnswer {}
}
