package net.viaduct.vtep;

import static net.viaduct.vtep.behaviour.Frames.broadcast;
import static net.viaduct.vtep.behaviour.Frames.frame;
import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.TestQueues;
import net.viaduct.vtep.capture.Capture;
import net.viaduct.vtep.capture.CaptureFilter;
import net.viaduct.vtep.capture.CaptureRequest;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.settings.EncapsulationSettings;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.settings.MulticastSettings;
import net.viaduct.vtep.settings.NetworkSettings;
import net.viaduct.vtep.settings.PortSettings;
import net.viaduct.vtep.settings.SnoopingSettings;
import net.viaduct.vtep.settings.StationPolicy;
import net.viaduct.vtep.settings.StormLimits;
import net.viaduct.vtep.settings.StormLimits.RateLimit;
import net.viaduct.vtep.settings.StormSettings;
import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.settings.TagSettings;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.NetworkOrder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A host in memory, and what makes it drop a frame; for tests. */
abstract class DroppingHost {
  static final int BLUE = 100;
  static final int TENANT = 5000;

  /** So many small frames may wait between a worker and the data-path thread. */
  private static final int HANDED_OVER = 1024;

  static final long A = mac(1);
  static final long B = mac(2);
  static final long FAR = mac(3);
  static final Endpoint REMOTE = new Endpoint(IpAddress.parse("10.77.0.50"), 4789);
  static final Endpoint STRANGER = new Endpoint(IpAddress.parse("10.77.0.51"), 4789);

  MemoryRig rig;
  @Nullable DropReason wanted;
  @Nullable Capture capture;
  MemoryPort a;
  MemoryPort b;

  @AfterEach
  void close() {
    if (rig != null) {
      rig.close();
    }
  }

  void open(boolean strict, TableLimits limits, FloodList flood) {
    VtepConfig config =
        new VtepConfig(VtepConfig.DEFAULT.ageing(), strict, limits, VtepConfig.DEFAULT.idleWait());
    rig = new MemoryRig(1, MemoryRig.impatient(config));
    rig.await(rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", flood)));
    capture();
    a = attach(new MemoryPort("a"));
    b = attach(new MemoryPort("b"));
  }

  /** Captures what is dropped for the wanted reason, if there is one. */
  void capture() {
    if (wanted != null) {
      CaptureFilter dropped =
          new CaptureFilter(
              OptionalLong.empty(),
              Optional.empty(),
              OptionalInt.empty(),
              OptionalInt.empty(),
              true,
              Optional.of(wanted));
      Set<String> ports = Set.of("a", "b", "machine", "odd", "trunk", "trunk.20");
      CaptureRequest everywhere = new CaptureRequest(ports, true, dropped, 65_535);
      capture = rig.await(rig.control(0).capture(everywhere));
    }
  }

  /** A worker hands over as many floods as there is room for, and one more. */
  void fillHandover() {
    rig = new MemoryRig(1, MemoryRig.impatient(VtepConfig.DEFAULT), 2);
    rig.await(rig.control(0).addNetwork(new NetworkConfig(BLUE, "blue", FloodList.NOBODY)));
    a = attach(new MemoryPort("a")); // the worker's
    b = attach(new MemoryPort("b"));
    a.queueFrames(HANDED_OVER + 1);
    b.queueFrames(HANDED_OVER);
    for (int i = 0; i <= HANDED_OVER; i++) {
      a.inject(broadcast(A));
    }
    while (a.isReady()) {
      rig.work(0, 1);
    }
    rig.settle();
    assertThat(b.takeAll()).hasSize(HANDED_OVER);
  }

  void openWithRemote() {
    open(false, TableLimits.DEFAULT, new FloodList.Remotes(List.of(REMOTE)));
  }

  /** A queue through which little fits after the first frame; there is no other port. */
  void openWithQueue(int remotes, QueueConfig queue) {
    List<Endpoint> endpoints =
        IntStream.range(0, remotes)
            .mapToObj(i -> new Endpoint(IpAddress.ofIpv4(0x0a4d_0100 + i), 4789))
            .toList();
    open(false, TableLimits.DEFAULT, new FloodList.Remotes(endpoints));
    rig.await(rig.control(0).detachPort("b"));
    slowly(queue);
  }

  void slowly(QueueConfig queue) {
    rig.await(rig.control(0).changeUnderlayQueue(Optional.of(TestQueues.limited(8_000, 1, queue))));
  }

  MemoryPort attach(MemoryPort port) {
    rig.attach(0, BLUE, port);
    return port;
  }

  void limitFloods() {
    RateLimit one = new RateLimit(1, 0);
    change(new StormSettings(new StormLimits(one, one, one), StormLimits.NONE, LoopSettings.OFF));
  }

  void knowStationsOnly() {
    StationPolicy told = StationPolicy.USUAL.with(StationPolicy.Unknown.DROP);
    NetworkConfig config = rig.view(0).networks().getFirst().config();
    rig.await(rig.control(0).changeNetwork(config.with(NetworkSettings.DEFAULT.with(told))));
  }

  void change(StormSettings storm) {
    NetworkConfig config = rig.view(0).networks().getFirst().config();
    rig.await(rig.control(0).changeNetwork(config.with(NetworkSettings.DEFAULT.with(storm))));
  }

  void snoop() {
    MulticastSettings snooping = MulticastSettings.DEFAULT.with(SnoopingSettings.ON);
    NetworkConfig config = rig.view(0).networks().getFirst().config();
    rig.await(rig.control(0).changeNetwork(config.with(NetworkSettings.DEFAULT.with(snooping))));
    rig.advance(Duration.ofSeconds(1));
  }

  void fromPort(byte[] frame) {
    a.inject(frame);
    rig.settle();
  }

  void fromRemote(byte[] datagram) {
    from(REMOTE, datagram);
  }

  void from(Endpoint source, byte[] datagram) {
    rig.network().carry(new MemoryDatagram(source, rig.endpoint(0), datagram));
    rig.settle();
  }

  static byte[] changed(byte[] bytes, int at, int value) {
    byte[] copy = bytes.clone();
    copy[at] = (byte) value;
    return copy;
  }

  static NetworkConfig keepingTagsByNvgre() {
    NetworkSettings settings =
        NetworkSettings.DEFAULT
            .with(new TagSettings(TagPolicy.KEEP))
            .with(EncapsulationSettings.DEFAULT.with(EncapsulationType.NVGRE));
    FloodList flood = new FloodList.Remotes(List.of(Endpoint.gre(REMOTE.address())));
    return new NetworkConfig(TENANT, "tenant", flood, Set.of(), settings);
  }

  /** A datagram with these words, and a frame, comes to a UDP port, or by GRE if that is 0. */
  void byDoor(int port, int... words) {
    openWithRemote();
    Set<Door> doors = Set.of(Door.udp(4789), Door.udp(4790), Door.udp(6081), Door.GRE);
    rig.await(rig.control(0).listen(4789, doors));
    byte[] frame = broadcast(FAR);
    byte[] payload = new byte[words.length * 4 + frame.length];
    for (int i = 0; i < words.length; i++) {
      NetworkOrder.i32(MemorySegment.ofArray(payload), i * 4L, words[i]);
    }
    System.arraycopy(frame, 0, payload, words.length * 4, frame.length);
    IpAddress here = rig.endpoint(0).address();
    Endpoint to = port == 0 ? Endpoint.gre(here) : new Endpoint(here, port);
    rig.network().carry(new MemoryDatagram(REMOTE, to, payload));
    rig.settle();
  }

  /** A device without tags in a network, whose VLAN 20 is in blue. */
  MemoryPort attachVlans(int untaggedVni) {
    MemoryPort trunk = new MemoryPort("trunk");
    rig.attach(0, untaggedVni, trunk);
    PortSettings vlan = PortSettings.DEFAULT.withVlan(20);
    rig.await(rig.control(0).attachPort(BLUE, "trunk.20", trunk, vlan));
    return trunk;
  }

  /** A device that breaks its contract. */
  static final class PortWithoutHeadroom extends DelegatingPort {
    PortWithoutHeadroom(MemoryPort port) {
      super(port);
    }

    @Override
    public int receive(ReceiveBatch batch) {
      int count = super.receive(batch);
      for (int i = 0; i < count; i++) {
        Frame frame = batch.frame(i);
        byte[] bytes = broadcast(A);
        frame.prepend(Frame.HEADROOM_BYTES);
        MemorySegment.copy(
            bytes, 0, frame.memory(), ValueLayout.JAVA_BYTE, frame.start(), bytes.length);
      }
      return count;
    }
  }
}
