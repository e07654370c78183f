package net.viaduct.vtep.waiting;

/**
 * Who shares a queue with others: a network, a port group or a port, by what the queue shares by.
 * Owned by the data-path thread.
 */
final class Tenant {
  private final Tenants all;
  private final String name;
  private final String heldBecause;
  private int waiting;

  Tenant(Tenants all, String name) {
    this.all = all;
    this.name = name;
    this.heldBecause = name + " has as many frames waiting as it may";
  }

  /** With whom it shares. */
  Tenants all() {
    return all;
  }

  /** For a person. */
  String name() {
    return name;
  }

  /** Why its ports are held back when they are, for a person. */
  String heldBecause() {
    return heldBecause;
  }

  /** How many of its frames wait. */
  int waiting() {
    return waiting;
  }

  /** One more of its frames waits; true if it is the first. */
  boolean enter() {
    return ++waiting == 1;
  }

  /** One of its frames waits no more; true if it was the last. */
  boolean leave() {
    return --waiting == 0;
  }
}
