package net.viaduct.vtep.learning;

/**
 * A station that two places claim. Immutable.
 *
 * @param network its index
 * @param mac its address
 * @param place where it is held, as the FDB names places
 * @param claim where else it was seen
 * @param heldSeconds for how much longer it is held; 0 if it may move again
 */
public record Flap(int network, long mac, int place, int claim, int heldSeconds) {}
