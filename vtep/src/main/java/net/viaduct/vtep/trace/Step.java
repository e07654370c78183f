package net.viaduct.vtep.trace;

/**
 * What one step decided about a frame. Immutable.
 *
 * @param name of the step, a verb: {@code look up}
 * @param decision what it decided, and by which entry or rule, for a person
 */
public record Step(String name, String decision) {}
