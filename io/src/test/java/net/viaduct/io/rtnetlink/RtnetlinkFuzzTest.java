package net.viaduct.io.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.viaduct.io.netlink.NetlinkMessage;
import net.viaduct.io.netlink.ScriptedKernel;
import org.junit.jupiter.api.Test;

/** Whatever comes from a netlink socket, reading it neither throws nor goes on for ever. */
class RtnetlinkFuzzTest {
  private static final int ROUNDS = 200_000;
  private static final int[] TYPES = {16, 17, 20, 21, 24, 25, 28, 29, 2, 3, 99};

  @Test
  void shouldReadAnyBytes() {
    long seed = seed();
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      read(seed, i, bytes);
    }
  }

  @Test
  void shouldReadMessagesWithAnythingInside() {
    long seed = seed();
    Random random = new Random(seed);
    for (int i = 0; i < ROUNDS; i++) {
      read(seed, i, plausible(random));
    }
  }

  @Test
  void shouldReadEveryCutOfAMessage() {
    long seed = seed();
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      byte[] whole = plausible(random);
      for (int length = 0; length <= whole.length; length++) {
        read(seed, i, Arrays.copyOf(whole, length));
      }
    }
  }

  @Test
  void shouldAskForAResyncWhenEventsWereLostOrMalformed() {
    ScriptedKernel kernel = new ScriptedKernel().thenFail("ENOBUFS").thenBytes(new byte[] {1, 2});
    try (RtnetlinkMonitor monitor = new RtnetlinkMonitor(kernel)) {
      assertThat(monitor.poll(0)).singleElement().isInstanceOf(RtnetlinkEvent.Resync.class);
      assertThat(monitor.poll(0)).singleElement().isInstanceOf(RtnetlinkEvent.Resync.class);
      assertThat(monitor.poll(0)).isEmpty();
    }
  }

  private static long seed() {
    return System.nanoTime();
  }

  /** A header that is right, a type that we read, attributes whose lengths are right mostly. */
  private static byte[] plausible(Random random) {
    ByteBuffer bytes = ByteBuffer.allocate(600).order(ByteOrder.nativeOrder());
    bytes.position(16);
    byte[] struct = new byte[random.nextInt(5) * 4];
    random.nextBytes(struct);
    bytes.put(struct);
    if (struct.length > 0 && random.nextBoolean()) {
      bytes.put(16, new byte[] {0, 2, 7, 10}[random.nextInt(4)]);
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      byte[] payload = new byte[random.nextInt(20)];
      random.nextBytes(payload);
      int lie = random.nextInt(10) == 0 ? random.nextInt(70_000) : 4 + payload.length;
      bytes.putShort((short) lie).putShort((short) (random.nextInt(40) | random.nextInt(2) << 15));
      bytes.put(payload).position((bytes.position() + 3) & ~3);
    }
    int length = random.nextInt(20) == 0 ? random.nextInt() : bytes.position();
    bytes.putInt(0, length).putShort(4, (short) TYPES[random.nextInt(TYPES.length)]);
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static void read(long seed, int round, byte[] bytes) {
    ByteBuffer datagram = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    try {
      List<Object> read = new ArrayList<>();
      for (NetlinkMessage message : NetlinkMessage.split(datagram).messages()) {
        read.add(String.valueOf(RtnetlinkEvent.parse(message)));
        read.add(String.valueOf(Link.parse(message)));
        read.add(String.valueOf(Address.parse(message)));
        read.add(String.valueOf(Neighbour.parse(message)));
        read.add(String.valueOf(FdbEntry.parse(message)));
        read.add(String.valueOf(Route.parse(message)));
      }
      assertThat(read.size()).isLessThanOrEqualTo(bytes.length);
    } catch (RuntimeException e) {
      throw new AssertionError(
          "seed " + seed + ", round " + round + ": " + Arrays.toString(bytes), e);
    }
  }
}
