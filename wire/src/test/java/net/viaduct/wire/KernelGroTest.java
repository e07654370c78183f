package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.TcpHeader;
import net.viaduct.wire.ip.UdpHeader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Beside the kernel's GRO: the same streams, and nothing put together that GRO would leave alone.
 */
class KernelGroTest {
  private static final int TRAINS = 40;

  /** GRO lets go of a train in the middle by chance, so it is asked more than once. */
  private static final int MOST_TIMES = 10;

  private static final int VIRTIO_HEADER_BYTES = 10;
  private static final int GSO_SIZE_OFFSET = 4;
  private static final String CORRUPT = " with a wrong checksum";

  @TempDir Path directory;

  /** What became of a train: which frames were put together with the next, and what was carried. */
  private record Outcome(BitSet joined, byte[] payload) {}

  @Test
  @DisplayName("what the coalescer puts together, the kernel's GRO does too")
  void shouldPutTogetherOnlyWhatTheKernelDoes() throws Exception {
    for (long seed : new long[] {20_261_127, System.nanoTime()}) {
      System.out.println("random trains with seed " + seed);
      List<String> names = new ArrayList<>();
      List<List<byte[]>> trains = trains(seed, names);
      List<Outcome> kernel = kernel(trains);
      List<List<byte[]>> units = new ArrayList<>();
      List<String> unitNames = new ArrayList<>();
      int kernelJoined = 0;
      for (int i = 0; i < trains.size(); i++) {
        Outcome ours = ours(trains.get(i));
        String what = "seed %d, train %d: %s".formatted(seed, i, names.get(i));
        assertThat(ours.payload()).as(what).isEqualTo(payload(trains.get(i)));
        byte[] theirs = kernel.get(i).payload();
        if (names.get(i).contains(CORRUPT)) { // which GRO lets overtake those that it holds
          Arrays.sort(theirs);
          Arrays.sort(ours.payload());
        }
        assertThat(theirs).as("the kernel, " + what).isEqualTo(ours.payload());
        kernelJoined += kernel.get(i).joined().cardinality();
        for (List<byte[]> whole : units(trains.get(i), ours.joined())) {
          List<byte[]> unit = withoutReducedWindow(whole);
          units.add(unit);
          unitNames.add("%d frames, %s".formatted(unit.size(), what));
        }
      }
      int joined = units.stream().mapToInt(unit -> unit.size() - 1).sum();
      requireJoined(units, unitNames);
      System.out.println("joined with the next: " + joined + " by us, " + kernelJoined + " by GRO");
      assertThat(joined).isGreaterThan(kernelJoined * 3 / 4);
    }
  }

  /** GRO puts each of these together, wholly; what it did in parts is shown to it again. */
  private void requireJoined(List<List<byte[]>> units, List<String> names) throws Exception {
    List<BitSet> missing = new ArrayList<>();
    for (List<byte[]> unit : units) {
      missing.add(new BitSet());
      missing.getLast().set(0, unit.size() - 1);
    }
    for (int time = 0; time < MOST_TIMES && missing.stream().anyMatch(m -> !m.isEmpty()); time++) {
      List<Integer> asked =
          IntStream.range(0, units.size()).filter(i -> !missing.get(i).isEmpty()).boxed().toList();
      List<Outcome> outcomes = kernel(asked.stream().map(units::get).toList());
      for (int i = 0; i < asked.size(); i++) {
        missing.get(asked.get(i)).andNot(outcomes.get(i).joined());
      }
    }
    for (int i = 0; i < units.size(); i++) {
      assertThat(missing.get(i)).as("not joined by GRO; " + names.get(i)).isEqualTo(new BitSet());
    }
  }

  /**
   * Without the first frame, if it has CWR: since Accurate ECN (Linux 6.17) GRO leaves that alone.
   * We put it together with the rest, as older kernels do: it is cut into the same again, since
   * Linux hands such super-frames over itself (VIRTIO_NET_HDR_GSO_ECN).
   */
  private static List<byte[]> withoutReducedWindow(List<byte[]> unit) {
    MemorySegment s = MemorySegment.ofArray(unit.getFirst());
    FlowKey key = new FlowKey();
    key.parse(s, 0, unit.getFirst().length);
    boolean reduced =
        key.ipProtocol() == IpProtocol.TCP
            && (TcpHeader.flags(s, key.transportOffset()) & TcpHeader.CWR) != 0;
    return reduced ? unit.subList(1, unit.size()) : unit;
  }

  /** The frames of each unit that more than one was put together to. */
  private static List<List<byte[]>> units(List<byte[]> train, BitSet joined) {
    List<List<byte[]>> units = new ArrayList<>();
    for (int at = joined.nextSetBit(0); at >= 0; at = joined.nextSetBit(at)) {
      int last = joined.nextClearBit(at);
      units.add(train.subList(at, last + 1));
      at = last;
    }
    return units;
  }

  private static List<List<byte[]>> trains(long seed, List<String> names) {
    RandomSuperFrames superFrames = new RandomSuperFrames(seed);
    Random random = new Random(seed);
    List<List<byte[]>> trains = new ArrayList<>();
    for (int i = 0; i < TRAINS; i++) {
      RandomSuperFrames.SuperFrame next = superFrames.next(true);
      byte[] whole = next.builder().unfinished().build().toArray(ValueLayout.JAVA_BYTE);
      List<byte[]> train = SegmenterModel.cut(whole, next.segmentBytes());
      StringBuilder name = new StringBuilder(next.name());
      for (int damages = random.nextInt(4); damages > 0 && train.size() > 2; damages--) {
        name.append(", ").append(damage(train, random));
      }
      names.add(name.toString());
      trains.add(train);
    }
    return trains;
  }

  /** Something that happens to frames on their way, or that another sender does. */
  private static String damage(List<byte[]> train, Random random) {
    int at = random.nextInt(train.size());
    switch (random.nextInt(4)) {
      case 0 -> {
        train.remove(at);
        return "without " + at;
      }
      case 1 -> {
        train.add(at, train.get(at));
        return at + " twice";
      }
      case 2 -> {
        train.add(random.nextInt(train.size()), train.remove(at));
        return at + " elsewhere";
      }
      default -> {
        int what = random.nextInt(7);
        train.set(at, altered(train.get(at), what, random));
        return at + (what == 6 ? CORRUPT : " altered in " + what);
      }
    }
  }

  private static byte[] altered(byte[] frame, int what, Random random) {
    MemorySegment s = Arena.ofAuto().allocate(frame.length);
    s.copyFrom(MemorySegment.ofArray(frame));
    FlowKey key = new FlowKey();
    key.parse(s, 0, frame.length);
    int transport = key.transportOffset();
    boolean tcp = key.ipProtocol() == IpProtocol.TCP;
    switch (what) {
      case 0 -> flip(s, key.networkOffset() + 1, random.nextInt(8)); // traffic class
      case 1 -> flip(s, key.networkOffset() + (key.isIpv4() ? 8 : 7), 1); // hops
      case 2 -> {
        if (key.isIpv4()) {
          Ipv4Header.identification(s, key.networkOffset(), random.nextInt(0x10000));
        }
      }
      case 3 ->
          flip(s, transport + (tcp ? 8 + random.nextInt(4) : random.nextInt(4)), random.nextInt(8));
      case 4 -> {
        if (tcp) {
          flip(s, transport + 13, random.nextInt(8)); // flags
        }
      }
      case 5 -> {
        if (tcp) {
          flip(s, transport + 15, random.nextInt(8)); // window
        }
      }
      default -> {
        flip(s, frame.length - 1, random.nextInt(8)); // the checksum is wrong now
        return s.toArray(ValueLayout.JAVA_BYTE);
      }
    }
    return CoalescerTest.withRightChecksums(s.toArray(ValueLayout.JAVA_BYTE));
  }

  private static void flip(MemorySegment s, long at, int bit) {
    s.set(ValueLayout.JAVA_BYTE, at, (byte) (s.get(ValueLayout.JAVA_BYTE, at) ^ (1 << bit)));
  }

  private static Outcome ours(List<byte[]> train) {
    BitSet joined = new BitSet();
    List<byte[]> units = new ArrayList<>();
    int frame = 0;
    for (PutTogether.Unit unit : PutTogether.units(train)) {
      joined.set(frame, frame + unit.segments() - 1);
      frame += unit.segments();
      units.add(unit.bytes());
    }
    return new Outcome(joined, payload(units));
  }

  private List<Outcome> kernel(List<List<byte[]>> trains) throws Exception {
    List<List<byte[]>> all = Oracles.kernelGro(directory, trains);
    assertThat(all).hasSameSizeAs(trains);
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < trains.size(); i++) {
      BitSet joined = new BitSet();
      int frame = 0;
      for (byte[] unit : all.get(i)) {
        int segments = segments(unit);
        joined.set(frame, frame + segments - 1);
        frame += segments;
      }
      assertThat(frame).as("frames of train %d by the kernel", i).isEqualTo(trains.get(i).size());
      outcomes.add(new Outcome(joined, payload(frames(all.get(i)))));
    }
    return outcomes;
  }

  private static List<byte[]> frames(List<byte[]> units) {
    return units.stream()
        .map(unit -> Arrays.copyOfRange(unit, VIRTIO_HEADER_BYTES, unit.length))
        .toList();
  }

  private static int segments(byte[] unit) {
    int size =
        ByteBuffer.wrap(unit).order(ByteOrder.nativeOrder()).getShort(GSO_SIZE_OFFSET) & 0xffff;
    int payload = payload(frames(List.of(unit))).length;
    return size == 0 ? 1 : (payload + size - 1) / size;
  }

  /** What the transport carries, flow by flow: flows may overtake each other. */
  private static byte[] payload(List<byte[]> frames) {
    Map<Long, ByteArrayOutputStream> flows = new TreeMap<>();
    for (byte[] frame : frames) {
      MemorySegment s = MemorySegment.ofArray(frame);
      FlowKey key = new FlowKey();
      key.parse(s, 0, frame.length);
      int transport = key.transportOffset();
      int header =
          key.ipProtocol() == IpProtocol.TCP
              ? TcpHeader.sizeBytes(s, transport)
              : UdpHeader.SIZE_BYTES;
      int label = key.isIpv4() ? 0 : NetworkOrder.i32(s, key.networkOffset()) & 0xf_ffff;
      flows
          .computeIfAbsent(
              NetworkOrder.u32(s, transport) << 20 | label, _ -> new ByteArrayOutputStream())
          .write(frame, transport + header, frame.length - transport - header);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    flows.values().forEach(flow -> all.writeBytes(flow.toByteArray()));
    return all.toByteArray();
  }
}
