package net.viaduct.vtep.idle;

/** What a host gives for short waits. */
public enum Latency {
  /** Never sleeps: a whole core, for the shortest waits. */
  LOW,
  /** Looks again for a short time before it sleeps, if frames come densely and the core is free. */
  BALANCED,
  /** Sleeps as soon as there is nothing to do. */
  POWER
}
