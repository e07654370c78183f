package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.Offload;
import net.viaduct.io.SendResult;
import net.viaduct.io.Underlay;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.Test;

/** A super-frame of which some segments leave and others do not: both are told (P30). */
class PartlySentTest extends TwoHosts {
  private static final Endpoint FAR = new Endpoint(FAR_4, PORT);
  private static final int SEGMENT_BYTES = 1400;
  private static final int LAST_BYTES = 200;

  @Test
  void shouldTellWhatLeftOfSuperFrameThatLeftInPart() {
    namespaces.ip(near, "link set eth0 mtu 1000");
    namespaces.ip(near, "neigh replace 10.77.0.2 lladdr 02:00:00:00:00:77 dev eth0");
    Frame whole = Frames.unfinished(IpProtocol.TCP, 2 * SEGMENT_BYTES + LAST_BYTES, 1);
    whole.offload().segmentation(Offload.TCP_IPV4, SEGMENT_BYTES);
    Frame tooBig = Frames.unfinished(IpProtocol.TCP, 2 * SEGMENT_BYTES, 2);
    tooBig.offload().segmentation(Offload.TCP_IPV4, SEGMENT_BYTES);
    Frame small = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 64);
    DatagramBatch batch = new DatagramBatch(3);
    List.of(whole, tooBig, small).forEach(frame -> batch.add(frame, 0, FAR, 1));
    UdpUnderlayConfig config =
        UdpUnderlayConfig.of(List.of(NEAR_4), PORT).withWay(UdpUnderlayConfig.Way.SOCKETS);
    try (Underlay underlay = Namespaces.in(near, () -> new UdpUnderlay(config, errors))) {
      underlay.send(batch);
    }
    assertThat(batch.result(0)).isEqualTo(SendResult.TOO_BIG);
    assertThat(batch.datagrams(0)).as("only the last one fits").isEqualTo(1);
    assertThat(batch.sentBytes(0)).isEqualTo(whole.lengthBytes() - 2 * SEGMENT_BYTES);
    assertThat(batch.result(1)).isEqualTo(SendResult.TOO_BIG);
    assertThat(batch.datagrams(1)).isZero();
    assertThat(batch.sentBytes(1)).isZero();
    assertThat(batch.result(2)).isEqualTo(SendResult.SENT);
    assertThat(batch.datagrams(2)).isEqualTo(1);
    assertThat(batch.sentBytes(2)).isEqualTo(small.lengthBytes());
  }
}
