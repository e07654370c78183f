package net.viaduct.host;

import java.time.Clock;
import net.viaduct.host.devices.HostDevices;
import net.viaduct.runtime.NanoClock;

/**
 * What a host is put into.
 *
 * @param devices the machine
 * @param clock for ages and rates
 * @param wallClock for people
 * @param defaultName the host's name if its configuration has none
 * @param version of the program
 */
public record HostSurroundings(
    HostDevices devices, NanoClock clock, Clock wallClock, String defaultName, String version) {}
