package net.viaduct.io.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import net.viaduct.io.linux.TestNamespace;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.junit.jupiter.api.Test;

class RtnetlinkMonitorTest {
  private static final long SECOND_NS = 1_000_000_000;

  @Test
  void shouldTellEveryKindOfChange() {
    try (TestNamespace made = new TestNamespace();
        RtnetlinkMonitor monitor = made.get().monitor(EnumSet.allOf(RtnetlinkGroup.class));
        Rtnetlink net = made.get().rtnetlink()) {
      change(net);
      List<RtnetlinkEvent> events = allOf(monitor);
      assertThat(events)
          .extracting(event -> event.getClass().getSimpleName())
          .contains(
              "LinkChanged",
              "LinkRemoved",
              "AddressChanged",
              "AddressRemoved",
              "RouteChanged",
              "RouteRemoved",
              "NeighbourChanged",
              "NeighbourRemoved",
              "FdbChanged",
              "FdbRemoved");
      assertThat(removedLinks(events)).containsExactlyInAnyOrder("d0", "p-d0", "br0");
    }
  }

  @Test
  void shouldNotTellThatADeviceIsGoneWhenItLeavesItsBridge() {
    try (TestNamespace made = new TestNamespace();
        RtnetlinkMonitor monitor = made.get().monitor(EnumSet.of(RtnetlinkGroup.LINK));
        Rtnetlink net = made.get().rtnetlink()) {
      int bridge = net.links().create(new LinkSpec("br0", new LinkKind.Bridge(false)));
      int port = net.links().create(pair("d0"));
      net.links().master(port, bridge);
      net.links().master(port, 0);
      List<RtnetlinkEvent> events = allOf(monitor);
      assertThat(events).isNotEmpty();
      assertThat(removedLinks(events)).isEmpty();
    }
  }

  private static void change(Rtnetlink net) {
    long mac = MacAddress.parse("02:00:00:00:00:07");
    int bridge = net.links().create(new LinkSpec("br0", new LinkKind.Bridge(false)));
    int port = net.links().create(pair("d0"));
    net.links().master(port, bridge);
    net.fdb().setPort(port, mac);
    net.fdb().removePort(port, mac);
    net.links().master(port, 0);
    net.links().up(port);
    net.addresses().add(port, IpAddress.parse("10.77.0.1"), 24);
    net.neighbours().set(port, IpAddress.parse("10.77.0.2"), mac);
    net.neighbours().remove(port, IpAddress.parse("10.77.0.2"));
    Route route = Route.to(IpAddress.parse("10.99.0.0"), 16, IpAddress.parse("10.77.0.9"), port);
    net.routes().add(route);
    net.routes().remove(route);
    net.addresses().remove(port, IpAddress.parse("10.77.0.1"), 24);
    net.links().delete(port);
    net.links().delete(bridge);
  }

  /** What the kernel has queued by the time that the requests were acknowledged. */
  private static List<RtnetlinkEvent> allOf(RtnetlinkMonitor monitor) {
    List<RtnetlinkEvent> all = new ArrayList<>();
    List<RtnetlinkEvent> some = monitor.poll(SECOND_NS);
    while (!some.isEmpty()) {
      all.addAll(some);
      some = monitor.poll(0);
    }
    return all;
  }

  private static List<String> removedLinks(List<RtnetlinkEvent> events) {
    List<String> names = new ArrayList<>();
    for (RtnetlinkEvent event : events) {
      if (event instanceof RtnetlinkEvent.LinkRemoved removed) {
        names.add(removed.link().name());
      }
    }
    return names;
  }

  private static LinkSpec pair(String name) {
    return new LinkSpec(name, new LinkKind.Veth(new LinkKind.PeerSpec("p-" + name, 0, 0)));
  }
}
