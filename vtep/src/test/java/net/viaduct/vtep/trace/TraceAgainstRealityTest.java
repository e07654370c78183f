package net.viaduct.vtep.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Transport;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.io.memory.MemoryFrame;
import net.viaduct.io.memory.MemoryPort;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Frames;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.behaviour.TunnelBytes;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.VlanTag;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a trace foretells is what happens: the same places and the same reasons, for random frames
 * from ports and datagrams from the underlay, while the tables change under them and time goes by.
 */
class TraceAgainstRealityTest {
  private static final int FRAMES = 50_000;
  private static final int FRAMES_BETWEEN_STEPS = 40;
  private static final int STEPS_BETWEEN_SILENCES = 50;
  private static final String CONSUMED = "consumed";
  private static final List<String> SENDERS =
      List.of("10.77.0.2", "fd77::3", "192.0.2.1", "10.77.0.1", "fd77::1");

  private RandomWorld world;
  private MemoryRig rig;
  private Random random;
  private RandomFrames frames;
  private int mark;
  private final List<String> sent = new ArrayList<>();
  private final List<byte[]> loopFrames = new ArrayList<>();
  private final Map<DropReason, Integer> reasons = new EnumMap<>(DropReason.class);
  private final Map<String, Integer> endings = new TreeMap<>();

  @ParameterizedTest
  @CsvSource({"1, false", "2, true"})
  @DisplayName("P14: 100,000 random frames, on every encapsulation, go where their traces say")
  void shouldForetellWhatHappens(long seed, boolean strict) {
    random = new Random(seed);
    frames = new RandomFrames(random);
    mark = frames.nextMark();
    world = new RandomWorld(strict);
    rig = world.rig();
    rig.network().observe(this::note);
    for (int i = 0; i < FRAMES; i++) {
      if (i % FRAMES_BETWEEN_STEPS == 0) {
        letTimeGoBy(i / FRAMES_BETWEEN_STEPS);
      }
      mark = frames.nextMark();
      String at = "seed " + seed + ", frame " + i;
      if (random.nextInt(5) < 3) {
        fromPort(at);
      } else {
        fromUnderlay(at);
      }
    }
    Conservation.check(rig.view(0));
    rig.close();
    assertThat(reasons.keySet()).as("reasons that came up").contains(expectedReasons(strict));
    assertThat(endings.keySet()).as("where frames went").contains(CONSUMED);
    for (EncapsulationType type : EncapsulationType.ALL) {
      Endpoint near = RandomWorld.DOORS.endpoint(IpAddress.parse("10.77.0.2"), type);
      assertThat(endings).as("%s", endings).containsKey("sent to " + near);
    }
  }

  private static DropReason[] expectedReasons(boolean strict) {
    return new DropReason[] {
      DropReason.FRAME_TOO_SHORT,
      DropReason.DATAGRAM_TOO_SHORT,
      DropReason.INNER_FRAME_TOO_SHORT,
      DropReason.VNI_FLAG_MISSING,
      DropReason.UNKNOWN_VNI,
      DropReason.OWN_DATAGRAM,
      DropReason.SOURCE_NOT_AUTHORISED,
      DropReason.INVALID_SOURCE_ADDRESS,
      DropReason.RESERVED_GROUP_ADDRESS,
      DropReason.TAGGED_FRAME,
      DropReason.TAG_NOT_CARRIED,
      DropReason.VLAN_NOT_ATTACHED,
      DropReason.VLAN_OF_OTHER_PORT,
      DropReason.SAME_PORT,
      DropReason.TUNNEL_TO_TUNNEL,
      DropReason.NO_FLOOD_TARGET,
      DropReason.BROADCAST_STORM,
      DropReason.UNKNOWN_UNICAST_STORM,
      DropReason.MULTICAST_STORM,
      DropReason.PORT_BLOCKED,
      DropReason.NO_LISTENER,
      DropReason.NEIGHBOUR_UNKNOWN,
      DropReason.FRAME_LARGER_THAN_PORT_MTU,
      DropReason.DATAGRAM_LARGER_THAN_PATH_MTU,
      DropReason.CONGESTION_NOT_UNDERSTOOD,
      DropReason.UNKNOWN_TUNNEL_VERSION,
      DropReason.UNKNOWN_INNER_PROTOCOL,
      DropReason.CONTROL_DATAGRAM,
      DropReason.INVALID_TUNNEL_HEADER,
      strict ? DropReason.RESERVED_BITS_SET : DropReason.UNKNOWN_VNI
    };
  }

  /** Most steps are short, so that limits fill again; some are long, so that stations age. */
  private void letTimeGoBy(int step) {
    boolean silence = step % STEPS_BETWEEN_SILENCES == STEPS_BETWEEN_SILENCES - 1;
    rig.advance(Duration.ofMillis(silence ? 70_000 : random.nextInt(1500)));
    for (RandomWorld.Place place : world.places()) {
      for (MemoryFrame frame : place.device().takeAll()) {
        byte[] bytes = frame.bytes();
        if (place.port().startsWith("p6002") && isLoopFrame(bytes)) {
          loopFrames.add(bytes);
        }
      }
    }
    while (loopFrames.size() > 3) {
      loopFrames.removeFirst();
    }
  }

  private static boolean isLoopFrame(byte[] bytes) {
    return HexFormat.of().formatHex(bytes, 0, 6).equals("576961000001");
  }

  private void fromPort(String at) {
    RandomWorld.Place place = world.places().get(random.nextInt(world.places().size()));
    boolean loops = !loopFrames.isEmpty() && random.nextInt(2000) == 0;
    byte[] frame = RandomFrames.marked(loops ? pick(loopFrames) : frames.frame(), mark);
    if (place.vlan() != 0 && frame.length < EthernetHeader.SIZE_BYTES) {
      return; // nobody can tag that
    }
    String what = place.port() + " sends " + hex(frame, 24);
    compare(
        at + ": " + what,
        () -> rig.await(rig.control(0).traceFromPort(place.port(), frame)),
        () -> place.device().inject(onTheWire(place, frame)));
  }

  /** The tag of a port's VLAN is the device's affair: a trace takes the frame without it. */
  private static byte[] onTheWire(RandomWorld.Place place, byte[] frame) {
    return place.vlan() == 0 ? frame : Frames.tagged(frame, place.vlan());
  }

  private void fromUnderlay(String at) {
    EncapsulationType type = EncapsulationType.ALL.get(random.nextInt(5));
    NetworkConfig network = pick(world.networks());
    if (random.nextInt(4) > 0) {
      type = network.settings().encapsulation().type();
    }
    int vni = random.nextInt(20) == 0 ? 4711 : network.vni();
    byte[] datagram = TunnelBytes.wrap(type, vni, frames.frame());
    if (random.nextInt(20) == 0) {
      datagram[random.nextInt(8)] ^= (byte) (1 << random.nextInt(8));
    }
    byte[] payload = RandomFrames.marked(frames.maybeCut(datagram), mark);
    int trafficClass = random.nextInt(3) == 0 ? random.nextInt(256) : 0;
    Door door = RandomWorld.DOORS.door(type);
    IpAddress address = IpAddress.parse(pick(SENDERS));
    boolean gre = door.transport() == Transport.GRE;
    Endpoint sender = gre ? Endpoint.gre(address) : new Endpoint(address, 50_000);
    Endpoint here = RandomWorld.DOORS.endpoint(rig.endpoint(0).address(), type);
    compare(
        at + ": " + sender + " sends " + hex(payload, 32) + " by " + door,
        () -> rig.await(rig.control(0).traceFromUnderlay(sender, door, trafficClass, payload)),
        () ->
            rig.host(0)
                .underlay()
                .arrive(new MemoryDatagram(sender, here, payload, trafficClass, true)));
  }

  private void compare(String what, java.util.function.Supplier<Trace> trace, Runnable act) {
    Map<DropReason, Long> drops = rig.view(0).drops();
    long consumed = consumed();
    List<String> foretold = words(trace.get());
    assertThat(seen(drops, consumed)).as("%s: a trace does nothing", what).isEmpty();
    act.run();
    rig.settle();
    List<String> happened = seen(drops, consumed);
    assertThat(happened).as(what).isEqualTo(foretold);
    foretold.forEach(end -> endings.merge(end.replaceFirst(" with VNI.*", ""), 1, Integer::sum));
  }

  private static String hex(byte[] bytes, int most) {
    return HexFormat.of().formatHex(bytes, 0, Math.min(most, bytes.length));
  }

  private void note(MemoryDatagram datagram) {
    byte[] payload = datagram.payload();
    if (RandomFrames.isMarked(payload, mark)) {
      int vni = (payload[4] & 0xff) << 16 | (payload[5] & 0xff) << 8 | (payload[6] & 0xff);
      sent.add(new Outcome.Sent(vni, datagram.destination()).toString());
    }
  }

  private List<String> words(Trace trace) {
    assertThat(trace.outcomes()).as("something becomes of each frame").isNotEmpty();
    List<String> words = new ArrayList<>();
    for (Outcome outcome : trace.outcomes()) {
      switch (outcome) {
        case Outcome.Dropped dropped -> {
          words.add(dropped.reason().label());
          reasons.merge(dropped.reason(), 1, Integer::sum);
        }
        case Outcome.Consumed _ -> words.add(CONSUMED);
        case Outcome.Delivered _, Outcome.Sent _ -> words.add(outcome.toString());
      }
    }
    words.sort(null);
    return words;
  }

  /** What became of the frame with the mark; what the host sends of its own has none. */
  private List<String> seen(Map<DropReason, Long> drops, long consumed) {
    List<String> seen = new ArrayList<>(sent);
    sent.clear();
    for (RandomWorld.Place place : world.places()) {
      if (place.vlan() == 0) {
        delivered(place.device(), seen);
      }
    }
    rig.view(0)
        .drops()
        .forEach((reason, count) -> {
          for (long i = drops.get(reason); i < count; i++) {
            seen.add(reason.label());
          }
        });
    for (long i = consumed; i < consumed(); i++) {
      seen.add(CONSUMED);
    }
    seen.sort(null);
    return seen;
  }

  private void delivered(MemoryPort device, List<String> seen) {
    for (MemoryFrame frame : device.takeAll()) {
      byte[] bytes = frame.bytes();
      boolean vlan = device.name().equals("trunk") && isOfVlan(bytes);
      if (RandomFrames.isMarked(vlan ? withoutTag(bytes) : bytes, mark)) {
        seen.add(
            new Outcome.Delivered(device.name() + (vlan ? "." + RandomWorld.VLAN : "")).toString());
      }
    }
  }

  /** A tag may have come into the midst of the mark, if the frame is very short. */
  private static byte[] withoutTag(byte[] bytes) {
    byte[] frame = Arrays.copyOf(bytes, bytes.length - VlanTag.SIZE_BYTES);
    System.arraycopy(bytes, 16, frame, 12, frame.length - 12);
    return frame;
  }

  private static boolean isOfVlan(byte[] bytes) {
    boolean tagged = bytes[12] == (byte) 0x81 && bytes[13] == 0;
    return tagged && ((bytes[14] & 0xf) << 8 | bytes[15] & 0xff) == RandomWorld.VLAN;
  }

  private long consumed() {
    Map<String, Long> counters = rig.view(0).counters().values();
    return counters.get("egress-consumed-frames") + counters.get("ingress-consumed-frames");
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }
}
