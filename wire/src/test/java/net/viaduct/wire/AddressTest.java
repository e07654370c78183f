package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "255.255.255.255, 255.255.255.255",
    "::, ::",
    "::1, ::1",
    "1::, 1::",
    "fd00:0:0:0:0:0:0:A, fd00::a",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "fe80:0:0:0:1:2:3:0, fe80::1:2:3:0",
    "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
    "::ffff:10.0.0.1, 10.0.0.1"
  })
  void shouldWriteAddressesAsRfc5952Says(String text, String expected) {
    assertThat(IpAddress.parse(text)).hasToString(expected);
  }

  @Test
  void shouldReadWhatItWrites() throws Exception {
    long seed = 5952;
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      long mask = random.nextLong() & random.nextLong();
      IpAddress address = new IpAddress(random.nextLong() & mask, random.nextLong() & ~mask);
      assertThat(IpAddress.parse(address.toString())).as("seed %d", seed).isEqualTo(address);
      assertThat(InetAddress.ofLiteral(address.toString()).getAddress())
          .isEqualTo(address.toBytes());
      assertThat(IpAddress.ofBytes(address.toBytes())).isEqualTo(address);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10.0.0", "10.0.0.256", "host", "fd00::g", "10.0.0.1/24"})
  void shouldRefuseWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> IpAddress.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "' is not an IPv4 or IPv6 address");
  }

  @Test
  void shouldTellWhatKindOfAddressItIs() {
    assertThat(IpAddress.parse("239.1.1.1").isMulticast()).isTrue();
    assertThat(IpAddress.parse("240.0.0.1").isMulticast()).isFalse();
    assertThat(IpAddress.parse("ff02::1").isMulticast()).isTrue();
    assertThat(List.of("224.0.0.1", "224.0.0.251", "ff02::1", "ff02::1:3", "ff01::5", "ff11::5"))
        .allMatch(address -> IpAddress.parse(address).isLinkProtocolGroup());
    assertThat(List.of("224.0.1.1", "239.0.0.1", "223.0.0.1", "ff12::1", "ff05::2", "fe02::1"))
        .noneMatch(address -> IpAddress.parse(address).isLinkProtocolGroup());
    assertThat(IpAddress.parse("fe80::1").isMulticast()).isFalse();
    assertThat(IpAddress.parse("0.0.0.0").isUnspecified()).isTrue();
    assertThat(IpAddress.parse("::").isUnspecified()).isTrue();
    assertThat(IpAddress.parse("::1").isUnspecified()).isFalse();
    assertThat(IpAddress.parse("10.0.0.1")).isLessThan(IpAddress.parse("10.0.0.2"));
    assertThat(IpAddress.parse("7fff::")).isLessThan(IpAddress.parse("8000::"));
  }

  @Test
  void shouldReadAndWriteMacAddresses() {
    assertThat(MacAddress.parse("02:00:0a:FF:00:01")).isEqualTo(0x0200_0aff_0001L);
    assertThat(MacAddress.parse("02-00-0a-ff-00-01")).isEqualTo(0x0200_0aff_0001L);
    assertThat(MacAddress.format(0x0200_0aff_0001L)).isEqualTo("02:00:0a:ff:00:01");
    assertThat(MacAddress.isGroup(MacAddress.BROADCAST)).isTrue();
    assertThat(MacAddress.isGroup(0x0100_5e00_0001L)).isTrue();
    assertThat(MacAddress.isGroup(0x0200_0000_0001L)).isFalse();
    assertThat(MacAddress.isZero(0)).isTrue();
    assertThatThrownBy(() -> MacAddress.parse("02:00:0a:ff:00"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
