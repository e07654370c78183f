package net.viaduct.vtep.show;

import net.viaduct.runtime.CounterValues;

/**
 * A port at one moment. Immutable.
 *
 * @param name by which it is known: its device's, or {@code eth1.20} for a VLAN of it
 * @param vni of its network
 * @param network the name of its network
 * @param mtuBytes the largest payload of a frame
 * @param stations how many are known behind it
 * @param isLeg whether other hosts of its network are on it too
 * @param blockedBy why nothing passes at the moment, for a person; empty if it does
 * @param heldBecause why it is not read at the moment, for a person; empty if it is
 * @param queues by how many its device can be read, each by a thread
 * @param queuesMissing why there is not one for each thread, for a person; empty if there is
 * @param counters frames and drops
 */
public record PortStatus(
    String name,
    int vni,
    String network,
    int mtuBytes,
    int stations,
    boolean isLeg,
    String blockedBy,
    String heldBecause,
    int queues,
    String queuesMissing,
    CounterValues counters) {}
