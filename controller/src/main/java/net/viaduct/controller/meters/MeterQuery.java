package net.viaduct.controller.meters;

/** What somebody wants to know of what hosts have counted. Immutable. */
public sealed interface MeterQuery {
  /** All hosts, without their ports. */
  record Everything() implements MeterQuery {}

  /** All of a host. */
  record OfHost(String host) implements MeterQuery {}

  /** What hosts count for a network. */
  record OfNetwork(int vni) implements MeterQuery {}
}
