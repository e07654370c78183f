package net.viaduct.host.view;

/**
 * A station that two places claim: a duplicate, a loop, or a machine that moves in haste.
 *
 * @param network the network that it is in
 * @param vni of that network
 * @param mac its address
 * @param at where it is taken to be: {@code port vm1}, {@code remote 10.77.0.2}
 * @param seenAt where else it was seen
 * @param heldSeconds for how much longer it is not followed
 */
public record FlapView(
    String network, int vni, String mac, String at, String seenAt, int heldSeconds) {}
