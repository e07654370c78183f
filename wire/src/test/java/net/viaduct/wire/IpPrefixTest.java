package net.viaduct.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpPrefixTest {
  @ParameterizedTest
  @CsvSource({
    "10.77.0.0/24, 10.77.0.255, true",
    "10.77.0.0/24, 10.77.1.0, false",
    "0.0.0.0/0, 255.1.2.3, true",
    "0.0.0.0/0, 2001:db8::1, false",
    "10.77.0.1, 10.77.0.1, true",
    "10.77.0.1, 10.77.0.2, false",
    "2001:db8::/32, 2001:db8:1::1, true",
    "2001:db8::/32, 2001:db9::1, false",
    "2001:db8::/64, 2001:db8::ffff, true",
    "2001:db8:0:0:1::/80, 2001:db8:0:0:1::7, true",
    "2001:db8:0:0:1::/80, 2001:db8:0:0:2::7, false",
    "::/0, 10.0.0.1, true",
    "2001:db8::1/128, 2001:db8::1, true",
  })
  void shouldContainWhatBeginsWithTheSameBits(String prefix, String address, boolean inside) {
    assertThat(IpPrefix.parse(prefix).contains(IpAddress.parse(address))).isEqualTo(inside);
  }

  @Test
  void shouldRefuseWhatIsNoPrefix() {
    assertThatThrownBy(() -> IpPrefix.parse("10.77.0.1/24"))
        .hasMessage("10.77.0.1/24 has bits behind its length; meant is perhaps 10.77.0.0/24");
    assertThatThrownBy(() -> IpPrefix.parse("10.77.0.0/33"))
        .hasMessage("/33 is out of range; the length of this prefix is 0 to 32");
    assertThatThrownBy(() -> IpPrefix.parse("10.77.0.0/x"))
        .hasMessage("'10.77.0.0/x' is not a prefix such as 10.77.0.0/24");
    assertThatThrownBy(() -> IpPrefix.parse("10.77.0/24")).hasMessageContaining("'10.77.0'");
  }
}
