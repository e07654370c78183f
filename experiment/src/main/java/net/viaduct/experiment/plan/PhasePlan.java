package net.viaduct.experiment.plan;

/**
 * From when on something is different in a run. Immutable.
 *
 * @param name what it is called in pictures
 * @param atNs after the beginning of a run
 * @param action what makes it different
 */
public record PhasePlan(String name, long atNs, Action action) {}
