package net.viaduct.host.view;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A host as a whole.
 *
 * @param host its name
 * @param version of the program
 * @param pid of the process
 * @param startedAt when it came up
 * @param underlayAddress the VTEP's address
 * @param underlayPort its UDP port
 * @param underlayDevice the device that has the address
 * @param underlayMtuBytes the largest IP packet that this device takes
 * @param networks how many there are
 * @param ports how many there are
 * @param stations how many are known
 * @param configFile what was read
 * @param countersFile where the counters are when the host does not answer
 * @param configLoadedAt when the configuration in force was applied
 * @param reloadError why the last reload changed nothing, if it did not
 */
public record StatusView(
    String host,
    String version,
    long pid,
    Instant startedAt,
    String underlayAddress,
    int underlayPort,
    String underlayDevice,
    int underlayMtuBytes,
    int networks,
    int ports,
    long stations,
    String configFile,
    String countersFile,
    Instant configLoadedAt,
    @Nullable String reloadError) {}
