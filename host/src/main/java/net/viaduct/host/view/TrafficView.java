package net.viaduct.host.view;

/**
 * What came from somewhere and went there. A super-frame is one frame, also one that was put
 * together here; with a remote it is as many datagrams as it has segments.
 *
 * @param receivedFrames frames that came
 * @param receivedBytes their bytes; of datagrams, those of the inner frames
 * @param receivedDatagrams datagrams that they came in; from a port as many as frames
 * @param sentFrames frames that went
 * @param sentBytes their bytes
 * @param sentDatagrams datagrams that they became; to a port as many as frames
 * @param drops frames that were not passed on, for whatever reason
 */
public record TrafficView(
    long receivedFrames,
    long receivedBytes,
    long receivedDatagrams,
    long sentFrames,
    long sentBytes,
    long sentDatagrams,
    long drops) {}
