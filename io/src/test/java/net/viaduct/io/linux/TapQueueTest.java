package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.runtime.DistinctErrors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With how many system calls a tap is read, and that nothing is lost or overtaken by it. */
class TapQueueTest {
  private static final int SLOTS = 16;
  private static final int PAYLOAD_AT = 14 + 20 + 8;

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private final MappedMemory memory = new MappedMemory((long) SLOTS * Frame.SLOT_BYTES);
  private final ReceiveBatch batch = new ReceiveBatch(memory.segment(), SLOTS);
  private final List<Integer> numbers = new ArrayList<>();
  private Namespaces namespaces;
  private String machine;
  private TapPort port;
  private int sent;

  @BeforeEach
  void makeTap() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    machine = namespaces.add();
    namespaces.exec(machine, "echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6");
    port = Namespaces.in(machine, () -> new TapPort("vm1", 1500, errors));
    namespaces.ip(machine, "addr add 10.9.0.1/24 dev vm1");
    namespaces.ip(machine, "neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev vm1");
  }

  @AfterEach
  void removeTap() {
    if (port != null) {
      port.close();
    }
    if (namespaces != null) {
      namespaces.close();
    }
    memory.close();
  }

  /** The machine sends datagrams with the numbers that follow. */
  private void send(int count) {
    String range = "{" + (sent + 1) + ".." + (sent + count) + "}";
    namespaces.exec(machine, "for i in " + range + "; do echo $i > /dev/udp/10.9.0.2/7; done");
    sent += count;
  }

  private int receive() {
    int count = port.receive(batch);
    for (int i = 0; i < count; i++) {
      Frame frame = batch.frame(i);
      byte[] text =
          frame
              .memory()
              .asSlice(frame.start() + PAYLOAD_AT, frame.lengthBytes() - PAYLOAD_AT)
              .toArray(ValueLayout.JAVA_BYTE);
      numbers.add(Integer.parseInt(new String(text, StandardCharsets.US_ASCII).strip()));
    }
    return count;
  }

  private void assertThatAllCameInOrder() {
    assertThat(numbers).isEqualTo(IntStream.rangeClosed(1, sent).boxed().toList());
  }

  @Test
  void shouldReadManyByOneCallWhenManyCameBefore() {
    send(TapQueue.DENSE);
    assertThat(receive()).isEqualTo(TapQueue.DENSE);
    assertThat(port.readsMany()).as("before it knows that many come").isFalse();

    send(100);
    int count = receive();
    Assumptions.assumeFalse(UringSwitch.isOff(), "VIADUCT_IO_URING=off");
    Assumptions.assumeTrue(errors.snapshot().isEmpty(), () -> "no io_uring: " + errors.snapshot());
    assertThat(count).as("twice as many as before, or all slots").isEqualTo(SLOTS);
    assertThat(port.readsMany()).isTrue();
    while (receive() > 0) {
      // the last call finds less than it asks for
    }
    send(3);
    while (receive() > 0) {
      // one by one again
    }

    assertThatAllCameInOrder();
    assertThat(errors.snapshot()).isEmpty();
  }

  @Test
  void shouldNotLookForASecondFrameForAWhileWhenOneWasAlone() {
    send(1);
    assertThat(receive()).isEqualTo(1);
    send(TapQueue.MOST_BELIEVED + 3);
    for (int i = 0; i < TapQueue.MOST_BELIEVED; i++) {
      assertThat(receive()).as("believed to be alone").isEqualTo(1);
    }
    assertThat(receive()).as("all that is left").isEqualTo(3);
    assertThatAllCameInOrder();
  }

  @Test
  void shouldFindNothingAndTellNothingWhenABusyDeviceIsDeleted() {
    send(TapQueue.DENSE);
    assertThat(receive()).isEqualTo(TapQueue.DENSE);
    namespaces.ip(machine, "link del vm1");
    for (int i = 0; i < 3; i++) {
      assertThat(receive()).isZero();
    }
    assertThat(errors.snapshot()).isEmpty();
  }
}
