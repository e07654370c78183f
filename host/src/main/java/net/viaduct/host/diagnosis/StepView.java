package net.viaduct.host.diagnosis;

/**
 * What one step decides.
 *
 * @param step its name, a verb
 * @param decision what it decides, and by which entry or rule
 */
public record StepView(String step, String decision) {}
