package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.List;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages of more datagrams than a kernel takes: on an older one, those of more than 64. */
class RefusedRunsTest extends TwoHosts {
  private static final Endpoint FAR = new Endpoint(FAR_6, PORT);

  /** More than any kernel takes. */
  private static final int TOO_MANY = UdpOffload.MOST_SEGMENTS + 22;

  private static final int HASH = 0x1234_5678;

  private static DatagramBatch batch(int count, int payloadBytes) {
    DatagramBatch batch = new DatagramBatch(count);
    for (int i = 0; i < count; i++) {
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", payloadBytes);
      batch.add(frame, 0, FAR, HASH);
    }
    return batch;
  }

  private static int label(Frame outer) {
    return (Frames.unsignedByte(outer, IPV6_HEADER + 1) & 0xf) << 16
        | Frames.unsignedShort(outer, IPV6_HEADER + 2);
  }

  /** EINVAL says that a message is too long, or that a flow label is somebody else's. */
  @Test
  @Tag("R16")
  void shouldKeepFlowLabelsWhenARunIsTooLong() {
    namespaces.ip(near, "neigh replace fd77::2 lladdr 02:00:00:00:00:77 dev eth0");
    UdpUnderlayConfig config = UdpUnderlayConfig.of(List.of(NEAR_6), PORT);
    try (Arena arena = Arena.ofShared();
        UnderlayLeg leg =
            Namespaces.in(
                near,
                () ->
                    new UnderlayLeg(
                        config, new UnderlaySockets(config, NEAR_6, "eth0", arena), 0));
        PacketPort capture = Namespaces.in(far, () -> new PacketPort("eth0", errors));
        Receiving captured = Receiving.from(capture)) {
      UnderlaySender sender =
          new UnderlaySender(List.of(leg), new Reachability(), arena, errors, TOO_MANY);
      DatagramBatch run = batch(TOO_MANY, 64);
      sender.send(run);
      for (int i = 0; i < TOO_MANY; i++) {
        assertThat(run.result(i)).isEqualTo(SendResult.SENT);
        assertThat(run.datagrams(i)).isEqualTo(1);
      }
      sender.send(batch(1, 200));
      Frame last =
          captured.next(f ->
              Frames.etherType(f) == 0x86dd
                  && Frames.unsignedByte(f, IPV6_HEADER + 6) == 17
                  && f.lengthBytes() == UDP_OVER_IPV6 + 8 + 14 + 200);
      assertThat(label(last)).isEqualTo(DatagramMessages.flowLabel(HASH));
    }
    assertThat(errors.snapshot()).isEmpty();
  }
}
