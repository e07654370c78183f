package net.viaduct.host.view;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A host as a whole.
 *
 * @param host its name
 * @param version of the program
 * @param pid of the process
 * @param startedAt when it came up
 * @param underlayAddress the VTEP's address
 * @param underlayAddresses all of its addresses
 * @param underlayPort its UDP port
 * @param underlayDoors where it takes tunnel packets in
 * @param underlayTroubles what keeps the underlay from working now, a sentence each
 * @param underlayWay by what tunnel packets come and leave, and why not by another way
 * @param underlayDevice the device that has the address
 * @param underlayMtuBytes the largest IP packet that this device takes
 * @param latency how the data path waits: low, balanced or power
 * @param workers how many threads forward
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
    List<String> underlayAddresses,
    int underlayPort,
    List<String> underlayDoors,
    List<String> underlayTroubles,
    String underlayWay,
    String underlayDevice,
    int underlayMtuBytes,
    String latency,
    int workers,
    int networks,
    int ports,
    long stations,
    String configFile,
    String countersFile,
    Instant configLoadedAt,
    @Nullable String reloadError) {}
