package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.io.SendResult;
import net.viaduct.io.linux.UdpUnderlayConfig.Fragments;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Real fragments on a veth pair between two namespaces, by UDP and GRE over IPv4 and IPv6. */
@ParameterizedClass
@EnumSource(
    value = UdpUnderlayConfig.Way.class,
    names = {"SOCKETS", "TAP"})
class FragmentsTest extends TwoHosts {
  private static final List<IpAddress> NEAR = List.of(NEAR_4, NEAR_6);
  private static final List<IpAddress> FAR = List.of(FAR_4, FAR_6);
  private static final int HASH = 7;
  private static final int ETHERNET = 14;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int IPV6_FRAGMENT_HEADER = 44;

  @Parameter private UdpUnderlayConfig.Way way;

  private UdpUnderlay open(String namespace, List<IpAddress> addresses, Fragments fragments) {
    UdpUnderlayConfig config =
        UdpUnderlayConfig.of(addresses, PORT)
            .withMoreDoors(Set.of(Door.GRE))
            .withFragments(fragments)
            .withWay(way);
    return open(namespace, config);
  }

  private static SendResult send(UdpUnderlay from, int bytes, Endpoint to) {
    DatagramBatch batch = new DatagramBatch(1);
    Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", bytes - ETHERNET);
    batch.add(frame, 0, to, HASH);
    from.attend(); // a tap knows its neighbours then
    from.send(batch);
    return batch.result(0);
  }

  private static Endpoint endpoint(IpAddress address, String transport) {
    return transport.equals("GRE") ? Endpoint.gre(address) : new Endpoint(address, PORT);
  }

  @ParameterizedTest
  @CsvSource({"0, UDP", "1, UDP", "0, GRE", "1, GRE"})
  @Tag("R7")
  void shouldTellWhatCameInFragments(int family, String transport) {
    Endpoint to = endpoint(FAR.get(family), transport);
    try (UdpUnderlay one = open(near, NEAR, new Fragments(false, true));
        UdpUnderlay other = open(far, FAR, Fragments.NONE);
        Receiving receiving = Receiving.from(other)) {
      for (int bytes : new int[] {100, 1400, 1500, 4000, 60_000, 101}) {
        assertThat(send(one, bytes, to)).isEqualTo(SendResult.SENT);
        Frame received = receiving.next(frame -> frame.lengthBytes() == bytes);
        assertThat(received.isFragmented()).as("%d bytes", bytes).isEqualTo(bytes >= 1500);
        assertThat(new IpAddress(received.sourceHigh(), received.sourceLow()))
            .isEqualTo(NEAR.get(family));
      }
    }
    assertThat(errors.snapshot()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0, UDP", "1, UDP", "0, GRE", "1, GRE"})
  @Tag("R7")
  void shouldTakeThemAsWholeOnesWhereTheyAreTaken(int family, String transport) {
    Endpoint to = endpoint(FAR.get(family), transport);
    try (UdpUnderlay one = open(near, NEAR, new Fragments(false, true));
        UdpUnderlay other = open(far, FAR, new Fragments(true, false));
        Receiving receiving = Receiving.from(other)) {
      DatagramBatch batch = new DatagramBatch(1);
      Frame frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02", 5000);
      batch.add(frame, 0, to, HASH, 0xb8);
      one.send(batch);
      Frame received = receiving.next(f -> f.lengthBytes() == frame.lengthBytes());
      assertThat(received.isFragmented()).isFalse();
      assertThat(received.trafficClass()).isEqualTo(0xb8);
      assertThat(Frames.bytes(received)).isEqualTo(Frames.bytes(frame));
    }
  }

  @ParameterizedTest
  @CsvSource({"0, UDP", "1, UDP", "0, GRE", "1, GRE"})
  @Tag("R7")
  void shouldRefuseWhatDoesNotFitUnlessFragmentsAreSent(int family, String transport) {
    try (UdpUnderlay one = open(near, NEAR, new Fragments(true, false))) {
      assertThat(one.sendsFragments()).isFalse();
      Endpoint to = endpoint(FAR.get(family), transport);
      assertThat(send(one, 1501, to)).isEqualTo(SendResult.TOO_BIG);
    }
  }

  @Test
  @Tag("R7")
  void shouldMakeFragmentsOnTheWireThatRoutersMayCutFurther() {
    try (UdpUnderlay one = open(near, NEAR, new Fragments(false, true));
        UdpUnderlay other = open(far, FAR, Fragments.NONE);
        Receiving receiving = Receiving.from(other)) {
      assertThat(one.sendsFragments()).isTrue();
      for (IpAddress to : FAR) {
        send(one, 100, new Endpoint(to, PORT)); // finds the way
        receiving.next(frame -> true);
      }
      try (PacketPort capture = Namespaces.in(far, () -> new PacketPort("eth0", errors));
          Receiving captured = Receiving.from(capture)) {
        send(one, 2000, new Endpoint(FAR.getFirst(), PORT));
        Frame first = captured.next(frame -> Frames.etherType(frame) == 0x0800);
        assertThat(Frames.unsignedShort(first, ETHERNET + 6))
            .as("more fragments, and no DF")
            .isEqualTo(MORE_FRAGMENTS);
        send(one, 2000, new Endpoint(FAR.getLast(), PORT));
        Frame first6 =
            captured.next(frame ->
                Frames.etherType(frame) == 0x86dd
                    && Frames.unsignedByte(frame, ETHERNET + 6) == IPV6_FRAGMENT_HEADER);
        assertThat(first6.lengthBytes()).isLessThanOrEqualTo(ETHERNET + 1500);
        send(one, 200, new Endpoint(FAR.getFirst(), PORT));
        Frame whole =
            captured.next(frame ->
                Frames.etherType(frame) == 0x0800 && frame.lengthBytes() == ETHERNET + 28 + 200);
        assertThat(Frames.unsignedShort(whole, ETHERNET + 6)).as("no DF").isZero();
      }
    }
  }
}
