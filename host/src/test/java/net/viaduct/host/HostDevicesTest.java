package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A host whose devices go, come back and change while it is up. */
class HostDevicesTest extends HostInMemory {
  @Test
  void shouldFollowADeviceThatGoesAndComesBack() throws Exception {
    start();
    var before = devices.port("veth7");
    devices.removeDevice("veth7");
    await(before::isClosed);
    await(() -> body("/v1/ports").contains("\"missing\""));
    assertThat(body("/v1/ports"))
        .contains("\"name\":\"vm1\"", "\"attached\"", "\"name\":\"veth7\"");
    devices.addDevice("veth7");
    await(() -> !body("/v1/ports").contains("\"missing\""));
    assertThat(devices.port("veth7")).isNotSameAs(before);
  }

  @Test
  @DisplayName("a machine that was moved here says nothing by itself when its port comes up")
  void shouldAnnounceTheStationsOfAPortThatComesUp() throws Exception {
    Host up = start();
    byte[] frame = new byte[64];
    Arrays.fill(frame, 0, 6, (byte) 0xff);
    frame[6] = 2;
    assertThat(devices.port("veth7").inject(frame)).isTrue();
    await(() -> body("/v1/status").contains("\"stations\":1"));
    assertThat(announced()).isZero();
    connectAgain();
    await(() -> announced() == 1);
    write(BLUE.replace("vni: 100", "vni: 100\n    announce-new: false"));
    up.reload();
    connectAgain();
    devices.removeDevice("veth7"); // what is announced, was announced before that is seen
    await(() -> body("/v1/ports").contains("\"missing\""));
    assertThat(announced()).isEqualTo(1);
  }

  private void connectAgain() throws InterruptedException {
    for (boolean carrier : new boolean[] {false, true}) {
      int looks = devices.looks();
      devices.carrier("veth7", carrier);
      await(() -> devices.looks() > looks);
    }
  }

  private int announced() {
    Matcher found =
        Pattern.compile("\"stations-announced\":([0-9]+)").matcher(body("/v1/counters"));
    int most = 0; // it is counted for the network and in all
    while (found.find()) {
      most = Math.max(most, Integer.parseInt(found.group(1)));
    }
    return most;
  }

  @Test
  void shouldMakeATapAnewThatSomebodyDeleted() throws Exception {
    start();
    var before = devices.port("vm1");
    devices.removeDevice("vm1");
    await(() -> before.isClosed() && devices.port("vm1") != before);
    await(() -> !body("/v1/ports").contains("\"missing\""));
    assertThat(devices.port("vm1").mtuBytes()).isEqualTo(1450);
    assertThat(body("/v1/ports")).contains("\"name\":\"vm1\"");
  }

  @Test
  void shouldTellTapsThatAreUsedAgainTheMtuOfAnotherUnderlay() throws Exception {
    Host up = start();
    var vm1 = devices.port("vm1");
    devices.addDevice("eth0", 9000, true, Optional.empty());
    await(() -> vm1.mtuBytes() == 8950);
    devices.addDevice("eth0", 1500, true, Optional.empty());
    writeWithPort(8472);
    up.reload();
    assertThat(devices.port("vm1")).as("a machine's port stays").isSameAs(vm1);
    assertThat(vm1.mtuBytes()).isEqualTo(1450);
  }

  @Test
  void shouldShareADeviceBetweenNetworks() throws Exception {
    write(
        """
        networks:
          blue: { vni: 100, ports: [{ device: veth7, vlan: 20 }, { tap: vm1 }] }
          green: { vni: 200 }
        trunks:
          - { device: veth7, vlans: { 30: green } }
        """);
    Host up = start();
    assertThat(devices.openPorts()).containsExactlyInAnyOrder("vm1", "veth7");
    var veth7 = devices.port("veth7");
    assertThat(body("/v1/ports"))
        .contains("\"veth7.20\",\"network\":\"blue\"", "\"veth7.30\",\"network\":\"green\"");
    write("networks: { green: { vni: 200, ports: [{ device: veth7, vlan: 30 }] } }\n");
    assertThat(up.reload().changes())
        .contains("port veth7.20 detached from network 'blue'")
        .doesNotContain("port veth7.30 detached from network 'green'");
    assertThat(veth7.isClosed()).as("the other VLAN needs it").isFalse();
    devices.removeDevice("veth7");
    await(veth7::isClosed);
    devices.addDevice("veth7");
    await(() -> body("/v1/ports").contains("attached"));
  }

  @Test
  void shouldTakeTheNewDeviceWhenOneWasReplacedByAnotherOfItsName() throws Exception {
    start();
    var before = devices.port("veth7");
    devices.addDevice("veth7");
    await(() -> before.isClosed() && devices.port("veth7") != before);
    await(() -> body("/v1/ports").contains("veth7"));
  }
}
