package net.viaduct.host.devices;

import java.util.Optional;

/**
 * What is to be known of a device before it is used. Immutable.
 *
 * @param name by which it is known
 * @param index by which the kernel knows it
 * @param ethernet whether it carries Ethernet frames
 * @param up whether it was set up
 * @param carrier whether it is up and connected, so that frames pass
 * @param mtuBytes the largest payload of a frame
 * @param kind what it is, as {@code ip -d link} says: {@code veth}, {@code tun}; empty for hardware
 * @param master the bridge or bond that it is a port of
 * @param vni of a VXLAN or Geneve device of the kernel; 0 of others
 */
public record DeviceFacts(
    String name,
    int index,
    boolean ethernet,
    boolean up,
    boolean carrier,
    int mtuBytes,
    String kind,
    Optional<String> master,
    int vni) {}
