package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What machines send in turn, between two hosts. */
class FlowRunsTest extends TwoHosts {
  private static final int ETHERNET_BYTES = 14;
  private static final int EACH = 10;

  /** Two flows that leave from one socket, by the upper bits, and three. */
  private static final int[] HASHES = {0x0400_0001, 0x0400_0002, 0x7fff_0000};

  private static final int[] PAYLOAD_BYTES = {100, 300, 200};
  private static final int SLOTS = 64;
  private static final long PATIENCE_NS = Duration.ofSeconds(5).toNanos();

  private static UdpUnderlayConfig bySockets(IpAddress address) {
    return UdpUnderlayConfig.of(new Endpoint(address, PORT)).withWay(UdpUnderlayConfig.Way.SOCKETS);
  }

  /** As they came: one line for each message. */
  private static List<String> receive(UdpUnderlay underlay, int datagrams) {
    List<String> messages = new ArrayList<>();
    try (EpollReadiness readiness = new EpollReadiness();
        MappedMemory memory = new MappedMemory((long) SLOTS * Frame.SLOT_BYTES)) {
      readiness.add(underlay, 1);
      ReceiveBatch batch = new ReceiveBatch(memory.segment(), SLOTS);
      long end = System.nanoTime() + PATIENCE_NS;
      int seen = 0;
      while (seen < datagrams && readiness.await(new int[1], end - System.nanoTime()) > 0) {
        int count = underlay.receive(batch);
        for (int i = 0; i < count; i++) {
          Frame frame = batch.frame(i);
          int each = frame.datagramBytes() == 0 ? frame.lengthBytes() : frame.datagramBytes();
          int inIt = (frame.lengthBytes() + each - 1) / each;
          messages.add(inIt + " of " + each);
          seen += inIt;
        }
      }
    }
    return messages;
  }

  @Test
  @Tag("R5")
  void shouldSendFlowsThatComeInTurnAsOneMessageEach() {
    try (UdpUnderlay one = open(near, bySockets(NEAR_4));
        UdpUnderlay other = open(far, bySockets(FAR_4))) {
      DatagramBatch batch = new DatagramBatch(HASHES.length * EACH);
      for (int i = 0; i < HASHES.length * EACH; i++) {
        int flow = i % HASHES.length;
        Frame frame =
            Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", PAYLOAD_BYTES[flow]);
        batch.add(frame, 0, new Endpoint(FAR_4, PORT), HASHES[flow]);
      }
      one.send(batch);

      assertThat(receive(other, batch.size()))
          .containsExactly(
              EACH + " of " + (ETHERNET_BYTES + 100),
              EACH + " of " + (ETHERNET_BYTES + 300),
              EACH + " of " + (ETHERNET_BYTES + 200));
    }
    assertThat(errors.snapshot()).isEmpty();
  }
}
