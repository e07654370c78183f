package net.viaduct.host.devices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Port;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.runtime.DistinctErrors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class LinuxDevicesTest {
  private static NetNamespace namespace(String label) {
    try {
      return NetNamespace.createUnnamed(label);
    } catch (IoFailure e) {
      Assumptions.abort("no network namespace can be made here: " + e.getMessage());
      throw e;
    }
  }

  @Test
  void shouldKnowItsTapsWhereverTheyWereMoved() {
    try (NetNamespace host = namespace("host");
        NetNamespace machine = namespace("machine");
        Rtnetlink net = host.rtnetlink();
        LinuxDevices devices = host.call(LinuxDevices::new)) {
      Port tap = open(host, devices);
      int index = net.links().require("vm1").index();
      assertThat(taps(devices)).containsExactly(index);

      net.links().move(index, machine.descriptor(), "eth0");
      assertThat(taps(devices)).as("moved to a machine").containsExactly(index);

      tap.close();
      assertThat(taps(devices)).as("closed").isEmpty();
    }
  }

  @Test
  void shouldNoticeThatATapWasDeleted() {
    try (NetNamespace host = namespace("host");
        Rtnetlink net = host.rtnetlink();
        LinuxDevices devices = host.call(LinuxDevices::new);
        Port tap = open(host, devices)) {
      assertThat(tap.name()).isEqualTo("vm1");
      net.links().delete(net.links().require("vm1").index());
      assertThat(taps(devices)).isEmpty();
    }
  }

  private static Port open(NetNamespace host, LinuxDevices devices) {
    try {
      return host.call(() -> devices.openTap("vm1", 1500, new DistinctErrors(System::nanoTime), 1));
    } catch (IoFailure e) {
      Assumptions.abort("no tap can be made here: " + e.getMessage());
      throw e;
    }
  }

  private static List<Integer> taps(LinuxDevices devices) {
    return devices.devices().stream()
        .filter(device -> device.name().equals("vm1"))
        .map(DeviceFacts::index)
        .toList();
  }
}
