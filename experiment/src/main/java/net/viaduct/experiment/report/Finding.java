package net.viaduct.experiment.report;

/**
 * A number of a stream on two sides. Immutable.
 *
 * @param stream the stream's name, or the load's
 * @param what which number: {@code median ms}
 * @param from one side: a variant or the part of the run before a phase
 * @param to the other side
 * @param comparison what they are
 */
public record Finding(String stream, String what, String from, String to, Comparison comparison) {}
