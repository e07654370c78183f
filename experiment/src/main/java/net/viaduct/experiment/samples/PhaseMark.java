package net.viaduct.experiment.samples;

/**
 * When something became different in a run. Immutable.
 *
 * @param name of the phase
 * @param timeNs after the beginning of the run: when its action was done
 * @param text what the action said
 */
public record PhaseMark(String name, long timeNs, String text) {}
