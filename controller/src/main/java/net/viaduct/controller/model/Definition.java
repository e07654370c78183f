package net.viaduct.controller.model;

import java.util.Map;

/** An object as an operator wants it. Immutable; those that are equal want the same. */
public sealed interface Definition permits Network, Host, Port, Station, PortGroup {
  /** What it is. */
  Kind kind();

  /** Its name, which no other of its kind has. */
  String name();

  /** What its operators note about it. */
  Map<String, String> labels();

  /** Where a store has it. */
  default String key() {
    return kind().prefix() + name();
  }

  /** It in words: {@code port vm1}. */
  default String title() {
    return kind().word() + " " + name();
  }
}
