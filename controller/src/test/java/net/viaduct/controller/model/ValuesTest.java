package net.viaduct.controller.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses and subnets as text. */
class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.1, 10.0.0.1",
    "2001:DB8:0:0:0:0:0:1, 2001:db8::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "0:0:0:0:0:0:0:0, ::",
    "1:0:0:0:0:0:0:0, 1::",
    "::1, ::1",
    "fe80::0:0:1:2, fe80::1:2"
  })
  void shouldWriteAddressesAsRfc5952Does(String given, String right) {
    assertThat(new Ip(given).toString()).isEqualTo(right);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0",
        "10.0.0.256",
        "10",
        "localhost",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "1::2::3",
        "10.0.0.1/24",
        " 10.0.0.1",
        "0x0a.0.0.1"
      })
  void shouldRefuseWhatIsNoAddress(String text) {
    assertThatThrownBy(() -> new Ip(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not an IP address");
  }

  @Test
  void shouldKnowWhatIsInASubnet() {
    Subnet subnet = Subnet.parse("10.1.2.128/25");
    assertThat(subnet.contains(new Ip("10.1.2.200"))).isTrue();
    assertThat(subnet.contains(new Ip("10.1.2.127"))).isFalse();
    assertThat(subnet.contains(new Ip("::1"))).isFalse();
    assertThat(Subnet.parse("0.0.0.0/0").contains(new Ip("255.255.255.255"))).isTrue();
    assertThat(Subnet.parse("2001:db8::/33").contains(new Ip("2001:db8:7fff::1"))).isTrue();
    assertThat(Subnet.parse("2001:db8::/33").contains(new Ip("2001:db8:8000::1"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0", "10.0.0.1/24", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "x/8"})
  void shouldRefuseWhatIsNoSubnet(String text) {
    assertThatThrownBy(() -> Subnet.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldTakeOnlyMacAddressesOfOneStation() {
    assertThat(new Mac("02:AB:00:00:00:01").toString()).isEqualTo("02:ab:00:00:00:01");
    assertThatThrownBy(() -> new Mac("01:00:5e:00:00:01")).hasMessageContaining("group");
    assertThatThrownBy(() -> new Mac("00:00:00:00:00:00")).hasMessageContaining("no station");
    assertThatThrownBy(() -> new Mac("02-00-00-00-00-01")).hasMessageContaining("not a MAC");
  }
}
