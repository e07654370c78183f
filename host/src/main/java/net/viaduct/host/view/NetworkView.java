package net.viaduct.host.view;

/**
 * A network.
 *
 * @param name by which people know it
 * @param vni its identifier on the wire
 * @param flood where its broadcast goes: {@code group 239.1.1.100}, {@code 3 remotes}, {@code
 *     nowhere}
 * @param ports how many it has on this host
 * @param stations how many are known
 * @param ageingSeconds after which a learned station is forgotten
 * @param traffic what was counted
 */
public record NetworkView(
    String name,
    int vni,
    String flood,
    int ports,
    long stations,
    long ageingSeconds,
    TrafficView traffic) {}
