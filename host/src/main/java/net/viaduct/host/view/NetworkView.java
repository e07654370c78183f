package net.viaduct.host.view;

/**
 * A network.
 *
 * @param name by which people know it
 * @param vni its identifier on the wire
 * @param encapsulation how its frames are wrapped; behind its own, what some remotes have instead:
 *     {@code vxlan}, {@code vxlan, geneve}
 * @param flood where its broadcast goes: {@code group 239.1.1.100}, {@code group 239.1.1.100, not
 *     joined}, {@code 3 remotes}, {@code nowhere}; with {@code , known stations only} where frames
 *     for unknown ones are dropped, and {@code , learns: no controller} where they were
 * @param ports how many it has on this host
 * @param stations how many are known
 * @param ageingSeconds after which a learned station is forgotten
 * @param fromPorts frames that its ports gave
 * @param toPorts copies that its ports took
 * @param fromRemotes frames that came through tunnels
 * @param toRemotes copies that went into tunnels
 * @param flooded how many frames had no single known destination
 * @param drops how many frames and copies were dropped
 */
public record NetworkView(
    String name,
    int vni,
    String encapsulation,
    String flood,
    int ports,
    long stations,
    long ageingSeconds,
    long fromPorts,
    long toPorts,
    long fromRemotes,
    long toRemotes,
    long flooded,
    long drops) {}
