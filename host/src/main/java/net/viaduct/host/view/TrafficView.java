package net.viaduct.host.view;

/**
 * What came from somewhere and went there.
 *
 * @param receivedFrames frames that came
 * @param receivedBytes their bytes
 * @param sentFrames frames that went
 * @param sentBytes their bytes
 * @param drops frames that were not passed on, for whatever reason
 */
public record TrafficView(
    long receivedFrames, long receivedBytes, long sentFrames, long sentBytes, long drops) {}
