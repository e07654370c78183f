package net.viaduct.experiment.samples;

/**
 * How a load is doing at one moment. Immutable. What is not known is negative.
 *
 * @param load the flow's name
 * @param kind {@code tcp} or {@code udp}
 * @param timeNs after the beginning of the run
 * @param congestionWindow in segments
 * @param smoothedRttMs as TCP knows it
 * @param rttVarianceMs as TCP knows it
 * @param retransmits segments so far
 * @param deliveryBitsPerSecond the most recent rate, as TCP knows it
 * @param sentBytes that the kernel took so far
 * @param arrivedBytes that are known to have arrived so far
 */
public record LoadSample(
    String load,
    String kind,
    long timeNs,
    long congestionWindow,
    double smoothedRttMs,
    double rttVarianceMs,
    long retransmits,
    double deliveryBitsPerSecond,
    long sentBytes,
    long arrivedBytes) {}
