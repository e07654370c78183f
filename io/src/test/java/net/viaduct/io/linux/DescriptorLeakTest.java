package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.IoFailure;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Opening and closing, also in vain, leaves no descriptor behind. */
class DescriptorLeakTest {
  private static final int TIMES = 1000;

  /** Closing a tap waits for the kernel to be done with it everywhere. */
  private static final int TIMES_OF_TAPS = 30;

  private static final int UNRELATED = 20;

  private final DistinctErrors errors = new DistinctErrors(System::nanoTime);
  private Namespaces namespaces;
  private String host;
  private String peer;

  @BeforeEach
  void makeNamespaces() {
    Namespaces.assumePossible();
    namespaces = new Namespaces();
    host = namespaces.add();
    peer = namespaces.add();
    namespaces.join(host, "eth0", peer, "eth0");
    namespaces.ip(host, "addr add 10.77.0.1/24 dev eth0");
  }

  @AfterEach
  void removeNamespaces() {
    if (namespaces != null) {
      namespaces.close();
    }
  }

  private void shouldNotLeak(int times, Runnable openAndClose) {
    UnixOperatingSystemMXBean process =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    Namespaces.in(
        host,
        () -> {
          openAndClose.run();
          long before = process.getOpenFileDescriptorCount();
          for (int i = 0; i < times; i++) {
            openAndClose.run();
          }
          assertThat(process.getOpenFileDescriptorCount()).isLessThan(before + UNRELATED);
          return true;
        });
  }

  @Test
  void shouldNotLeakPacketPorts() {
    // leaving a device's taps waits for a grace period of the kernel
    shouldNotLeak(TIMES_OF_TAPS, () -> new PacketPort("eth0", errors).close());
  }

  @Test
  void shouldNotLeakTaps() {
    shouldNotLeak(TIMES_OF_TAPS, () -> new TapPort("vm1", 1500, errors).close());
  }

  @ParameterizedTest
  @EnumSource(names = {"SOCKETS", "TAP"})
  void shouldNotLeakUnderlays(UdpUnderlayConfig.Way way) {
    namespaces.ip(host, "addr add fd77::1/64 dev eth0 nodad");
    IpAddress group = IpAddress.parse("239.1.1.1");
    UdpUnderlayConfig config =
        UdpUnderlayConfig.of(
                List.of(IpAddress.parse("10.77.0.1"), IpAddress.parse("fd77::1")), 4789)
            .withWay(way);
    shouldNotLeak(
        way == UdpUnderlayConfig.Way.TAP ? TIMES_OF_TAPS : TIMES,
        () -> {
          try (UdpUnderlay underlay = new UdpUnderlay(config, errors)) {
            underlay.join(group);
            underlay.listen(Set.of(Door.GRE, Door.udp(8472)));
            underlay.leave(group);
            underlay.attend();
            underlay.listen(Set.of(Door.udp(4789)));
          }
        });
  }

  @Test
  void shouldNotLeakReadiness() {
    shouldNotLeak(TIMES, () -> new EpollReadiness().close());
  }

  @Test
  void shouldNotLeakWhatFailsToOpen() {
    UdpUnderlayConfig config =
        UdpUnderlayConfig.of(new Endpoint(IpAddress.parse("10.77.0.1"), 4789));
    Namespaces.in(
        host,
        () -> {
          try (UdpUnderlay holder = new UdpUnderlay(config, errors);
              TapPort tap = new TapPort("vm1", 1500, errors)) {
            assertThat(holder.local()).isEqualTo(config.local());
            shouldNotLeak(
                TIMES_OF_TAPS,
                () -> {
                  fail(() -> new UdpUnderlay(config, errors));
                  fail(() -> new TapPort(tap.name(), 1500, errors));
                  fail(() -> new PacketPort("nix0", errors));
                });
          }
          return true;
        });
  }

  private static void fail(Runnable open) {
    try {
      open.run();
    } catch (IoFailure e) {
      return;
    }
    throw new AssertionError("it was opened");
  }
}
