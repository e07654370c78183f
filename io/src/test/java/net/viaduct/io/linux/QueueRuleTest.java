package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.io.Port;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpProtocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** By which queue of a tap, and of a veth, the kernel lets frames come. */
class QueueRuleTest {
  private static final int QUEUES = 4;
  private static final int FLOWS = 128;
  private static final int OF_EACH = 3;
  private static final int DF = 0x4000;
  private static final int MORE = 0x2000;
  private static final int FIRST = 0;
  private static final int[][] TAGS = {{}, {0x8100}, {0x88a8, 0x8100}};

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private Namespaces namespaces;
  private String host;
  private String machine;

  @BeforeEach
  void makeNamespaces() {
    String bpf = System.getenv("VIADUCT_BPF");
    Assumptions.assumeTrue(bpf == null, "BPF programs are switched off: VIADUCT_BPF=" + bpf);
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    host = namespaces.add();
    machine = namespaces.add();
  }

  @AfterEach
  void removeNamespaces() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  enum Kind {
    TAP,
    DEVICE
  }

  /** A port with several queues, and what sends to it from the other side. */
  private record Ends(Port port, Port far, QueueReading queues) implements AutoCloseable {
    /** Sends frames, one by one, and says by which queue each came; all come in order there. */
    List<Integer> queuesOf(List<byte[]> frames) {
      for (byte[] frame : frames) {
        SendBatch batch = new SendBatch(1);
        batch.add(Frames.of(frame));
        far.send(batch);
        assertThat(batch.result(0)).isEqualTo(SendResult.SENT);
      }
      return queues.next(frames);
    }

    /** A packet socket tells once that its device was down. */
    void forgetError() {
      SendBatch batch = new SendBatch(1);
      batch.add(Frames.of(ethernet(TAGS[0], Frames.TEST_ETHER_TYPE, new byte[46])));
      far.send(batch);
    }

    int queueOf(byte[] frame) {
      return queuesOf(List.of(frame)).getFirst();
    }

    @Override
    public void close() {
      queues.close();
      far.close();
      port.close();
    }
  }

  private Ends open(Kind kind) {
    Port port;
    Port far;
    if (kind == Kind.TAP) {
      port = Namespaces.in(host, () -> new TapPort("p0", 1500, errors, QUEUES));
      far = Namespaces.in(host, () -> new PacketPort("p0", errors));
    } else {
      namespaces.join(host, "p0", machine, "eth0");
      port = Namespaces.in(host, () -> new PacketPort("p0", errors, QUEUES));
      far = Namespaces.in(machine, () -> new PacketPort("eth0", errors));
    }
    if (kind == Kind.TAP && port.queues().size() < QUEUES) {
      port.close();
      far.close();
      Assumptions.abort("no steering here: " + port.queuesMissing());
    }
    assertThat(port.queues()).hasSize(QUEUES);
    assertThat(port.queuesMissing()).isEmpty();
    return new Ends(port, far, new QueueReading(port));
  }

  private static byte[] ethernet(int[] tags, int type, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(14 + 4 * tags.length + payload.length);
    frame.putShort((short) 0x0200).putInt(2).putShort((short) 0x0200).putInt(1);
    for (int tag : tags) {
      frame.putShort((short) tag).putShort((short) 20);
    }
    return frame.putShort((short) type).put(payload).array();
  }

  /** An IPv4 packet; its payload begins with ports and ends with a number. */
  private static byte[] ipv4(int[] tags, int protocol, int flags, int pair, int ports, int number) {
    int options = number % 2; // of which there are some in half of the packets
    ByteBuffer packet = ByteBuffer.allocate(20 + 4 * options + 24);
    packet.putShort((short) (0x4500 + (options << 8))).putShort((short) packet.capacity());
    packet.putShort((short) number).putShort((short) flags).put((byte) 64).put((byte) protocol);
    packet.putShort((short) 0).putInt(0x0a00_0001 + pair).putInt(0x0a00_ff01 + 256 * pair);
    packet.position(20 + 4 * options);
    packet.putInt(ports).putInt(packet.capacity() - 4, number);
    return ethernet(tags, 0x0800, packet.array());
  }

  /** An IPv6 packet; its payload begins with ports and ends with a number. */
  private static byte[] ipv6(
      int[] tags, int nextHeader, byte[] extension, int pair, int ports, int number) {
    ByteBuffer packet = ByteBuffer.allocate(40 + extension.length + 24);
    packet.putInt(0x6000_0000).putShort((short) (packet.capacity() - 40));
    packet.put((byte) nextHeader).put((byte) 64);
    packet.putLong(0xfd00_0000_0000_0000L).putLong(1 + pair);
    packet.putLong(0xfd00_0000_0000_0000L).putLong(0xff01 + 256L * pair);
    packet.put(extension).putInt(ports).putInt(packet.capacity() - 4, number);
    return ethernet(tags, 0x86dd, packet.array());
  }

  private static byte[] fragment(int nextHeader, int offset) {
    return ByteBuffer.allocate(8)
        .put((byte) nextHeader)
        .put((byte) 0)
        .putShort((short) offset)
        .array();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  @DisplayName("TCP that may not be fragmented goes by addresses and ports, each flow by one queue")
  void shouldGiveEachFlowOfTcpAQueue(Kind kind) {
    List<byte[]> frames = new ArrayList<>();
    for (int number = 0; number < OF_EACH; number++) {
      for (int flow = 0; flow < FLOWS; flow++) {
        int[] tags = TAGS[number];
        int ports = 40_000 + 2 * flow << 16 | 443; // as a kernel chooses them for its connections
        frames.add(ipv4(tags, IpProtocol.TCP, DF, 0, ports, number));
        frames.add(ipv6(tags, IpProtocol.TCP, new byte[0], 0, ports, number));
      }
    }
    try (Ends ends = open(kind)) {
      List<Integer> queues = ends.queuesOf(frames);
      int round = 2 * FLOWS;
      List<Integer> first = queues.subList(0, round);
      for (int number = 1; number < OF_EACH; number++) {
        assertThat(queues.subList(number * round, (number + 1) * round)).isEqualTo(first);
      }
      for (int version = 0; version < 2; version++) {
        int[] flows = new int[QUEUES];
        for (int flow = 0; flow < FLOWS; flow++) {
          flows[first.get(2 * flow + version)]++;
        }
        assertThat(Arrays.stream(flows).min().orElse(0))
            .as("flows by queue: %s", Arrays.toString(flows))
            .isGreaterThan(FLOWS / QUEUES / 2);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  @DisplayName("whole datagrams and fragments go by addresses alone, and so does TCP without DF")
  void shouldKeepFragmentsWithTheirFlow(Kind kind) {
    List<byte[]> frames = new ArrayList<>();
    List<Integer> pairs = new ArrayList<>();
    for (int pair = 0; pair < FLOWS; pair++) {
      int ports = pair << 16 | 53;
      frames.add(ipv4(TAGS[0], IpProtocol.UDP, DF, pair, ports, 1));
      frames.add(ipv4(TAGS[1], IpProtocol.UDP, 0, pair, ports + 1, 2));
      frames.add(ipv4(TAGS[0], IpProtocol.UDP, MORE, pair, ports, 3));
      frames.add(ipv4(TAGS[0], IpProtocol.UDP, 185, pair, 0x0707_0707, 4));
      frames.add(ipv4(TAGS[0], IpProtocol.TCP, 0, pair, ports, 5));
      frames.add(ipv4(TAGS[0], IpProtocol.TCP, MORE, pair, ports, 6));
      frames.add(ipv4(TAGS[0], IpProtocol.TCP, DF | 185, pair, 0x0707_0707, 7));
      frames.add(ipv4(TAGS[0], IpProtocol.SCTP, DF, pair, ports, 8));
      frames.add(ipv4(TAGS[0], IpProtocol.GRE, 0, pair, ports, 9));
      pairs.addAll(java.util.Collections.nCopies(9, pair));
      byte[] none = {};
      int other = FLOWS + pair;
      frames.add(ipv6(TAGS[0], IpProtocol.UDP, none, pair, ports, 1));
      frames.add(ipv6(TAGS[2], IpProtocol.UDP, none, pair, ports + 1, 2));
      frames.add(ipv6(TAGS[0], 44, fragment(IpProtocol.UDP, 1), pair, ports, 3));
      frames.add(ipv6(TAGS[0], 44, fragment(IpProtocol.UDP, 1480), pair, 0x0707_0707, 4));
      frames.add(ipv6(TAGS[0], 44, fragment(IpProtocol.TCP, 1480), pair, 0x0707_0707, 5));
      pairs.addAll(java.util.Collections.nCopies(5, other));
    }
    try (Ends ends = open(kind)) {
      Map<Integer, Set<Integer>> queuesOfPair = new HashMap<>();
      List<Integer> queues = ends.queuesOf(frames);
      for (int i = 0; i < frames.size(); i++) {
        queuesOfPair.computeIfAbsent(pairs.get(i), _ -> new HashSet<>()).add(queues.get(i));
      }
      assertThat(queuesOfPair.values()).allSatisfy(some -> assertThat(some).hasSize(1));
      assertThat(new HashSet<>(queues)).hasSize(QUEUES);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  @DisplayName("what is not IP, or is cut short, comes by queue 0, and all of it comes")
  void shouldLeaveAllElseToTheOwner(Kind kind) {
    byte[] whole4 = ipv4(TAGS[1], IpProtocol.TCP, DF, 7, 0x1234_5678, 1);
    byte[] whole6 = ipv6(TAGS[2], IpProtocol.TCP, new byte[0], 7, 0x1234_5678, 2);
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      frames.add(ethernet(TAGS[i % 3], 0x0806, new byte[28 + i]));
      frames.add(ethernet(TAGS[i % 3], Frames.TEST_ETHER_TYPE, new byte[46 + i]));
      frames.add(ethernet(TAGS[0], 60 + i, new byte[60 + i]));
    }
    int before = frames.size();
    int least = kind == Kind.TAP ? 15 : 20; // the kernel drops what it cannot take the tag off
    for (int bytes = least; bytes < 14 + 4 + 20; bytes++) {
      frames.add(Arrays.copyOf(whole4, bytes));
    }
    for (int bytes = 14 + 4 + 24; bytes < 14 + 4 + 24 + 4; bytes++) {
      frames.add(Arrays.copyOf(whole4, bytes)); // the ports are not whole
    }
    for (int bytes = least; bytes < 14 + 8 + 40 + 4; bytes++) {
      frames.add(Arrays.copyOf(whole6, bytes));
    }
    frames.add(ethernet(new int[] {0x8100, 0x8100, 0x8100, 0x8100}, 0x0800, new byte[60]));
    try (Ends ends = open(kind)) {
      List<Integer> queues = ends.queuesOf(frames);
      assertThat(queues.subList(0, before)).containsOnly(FIRST);
      assertThat(queues.subList(before, queues.size())).containsOnly(FIRST);
    }
  }

  @Test
  @DisplayName("a tap and a device put a flow into queues of the same number")
  void shouldBeOneRule() {
    List<byte[]> frames = new ArrayList<>();
    for (int flow = 0; flow < FLOWS; flow++) {
      frames.add(ipv4(TAGS[flow % 3], IpProtocol.TCP, DF, flow % 5, flow * 7919, flow));
      frames.add(ipv6(TAGS[flow % 2], IpProtocol.TCP, new byte[0], flow % 3, flow * 7919, flow));
      frames.add(ipv4(TAGS[flow % 2], IpProtocol.UDP, 0, flow, flow, flow));
    }
    try (Ends tap = open(Kind.TAP)) {
      List<Integer> ofTap = tap.queuesOf(frames);
      tap.port().close();
      try (Ends device = open(Kind.DEVICE)) {
        assertThat(device.queuesOf(frames)).isEqualTo(ofTap);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  @DisplayName("a flow keeps its queue when its device was down")
  void shouldKeepQueuesWhenDeviceWasDown(Kind kind) {
    try (Ends ends = open(kind)) {
      for (int flow = 0; flow < 16; flow++) {
        int queue = ends.queueOf(ipv4(TAGS[0], IpProtocol.TCP, DF, 0, flow, 1));
        namespaces.ip(host, "link set p0 down");
        namespaces.ip(host, "link set p0 up");
        ends.forgetError();
        assertThat(ends.queueOf(ipv4(TAGS[0], IpProtocol.TCP, DF, 0, flow, 2))).isEqualTo(queue);
      }
    }
  }

  @Test
  @DisplayName("a flow keeps its queue wherever its other direction is written")
  void shouldNotFollowWhatIsWritten() {
    try (Ends ends = open(Kind.TAP)) {
      int queue = ends.queueOf(connection());
      for (int thread = 1; thread < QUEUES; thread++) {
        write(ends.port(), thread, answer());
        assertThat(ends.queueOf(connection())).as("written by %d", thread).isEqualTo(queue);
      }
    }
  }

  @Test
  @DisplayName("without a program the kernel moves a flow to where its other direction is written")
  void shouldShowWhatTheProgramIsFor() {
    SystemCalls calls = new SystemCalls();
    int[] descriptors = Namespaces.in(host, () -> TapDevice.create(calls, "p0", 1500, QUEUES, -1));
    try (PacketPort far = Namespaces.in(host, () -> new PacketPort("p0", errors));
        TwinQueues queues = new TwinQueues(descriptors)) {
      Ends ends = new Ends(queues, far, new QueueReading(queues));
      int queue = ends.queueOf(connection());
      int other = (queue + 1) % QUEUES;
      queues.write(other, answer());
      assertThat(ends.queueOf(connection())).isEqualTo(other);
      ends.queues().close();
    }
  }

  private static byte[] connection() {
    return ipv4(TAGS[0], IpProtocol.TCP, DF, 0, 1000 << 16 | 2000, 0);
  }

  private static byte[] answer() {
    byte[] frame = ipv4(TAGS[0], IpProtocol.TCP, DF, 0, 2000 << 16 | 1000, 0);
    byte[] turned = frame.clone();
    System.arraycopy(frame, 26, turned, 30, 4);
    System.arraycopy(frame, 30, turned, 26, 4);
    return turned;
  }

  private static void write(Port port, int thread, byte[] frame) {
    SendBatch batch = new SendBatch(1);
    batch.add(Frames.of(frame));
    port.sender(thread).send(batch);
    assertThat(batch.result(0)).isEqualTo(SendResult.SENT);
  }

  @Test
  @DisplayName("a tap with several queues has no queueing disciplines, which would cost 6 MB")
  void shouldHaveNoDisciplines() {
    try (Ends _ = open(Kind.TAP)) {
      String disciplines = namespaces.exec(host, "tc qdisc show dev p0");
      assertThat(disciplines.strip().lines()).singleElement().asString().contains("noqueue");
    }
  }
}
