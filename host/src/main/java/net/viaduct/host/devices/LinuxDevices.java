package net.viaduct.host.devices;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.viaduct.host.config.FragmentConfig;
import net.viaduct.host.config.SourcePorts;
import net.viaduct.host.config.UnderlayConfig;
import net.viaduct.host.config.UnderlayWay;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Port;
import net.viaduct.io.Readiness;
import net.viaduct.io.Underlay;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.NetlinkSocket;
import net.viaduct.io.linux.PacketPort;
import net.viaduct.io.linux.TapPort;
import net.viaduct.io.linux.UdpUnderlay;
import net.viaduct.io.linux.UdpUnderlayConfig;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.io.rtnetlink.RtnetlinkEvent;
import net.viaduct.io.rtnetlink.RtnetlinkGroup;
import net.viaduct.io.rtnetlink.RtnetlinkMonitor;
import net.viaduct.runtime.DistinctErrors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Linux machine, or network namespace, of the thread that made this. Safe from any thread. */
public final class LinuxDevices implements HostDevices {
  private static final Logger LOG = LoggerFactory.getLogger(LinuxDevices.class);
  private static final int ARPHRD_ETHER = 1;
  private static final int STRICT = 1;

  private final Rtnetlink rtnetlink = NetlinkSocket.openRtnetlink();
  private final Map<String, OpenTap> taps = new ConcurrentHashMap<>();
  private final RtnetlinkMonitor monitor = NetlinkSocket.openMonitor(Set.of(RtnetlinkGroup.LINK));

  /** Opens it. */
  public LinuxDevices() {}

  /** A tap that we made, with the MTU that it had then; the port itself is the data path's. */
  private record OpenTap(TapPort port, int mtuBytes) {}

  @Override
  public List<DeviceFacts> devices() {
    List<Link> links = rtnetlink.links().list();
    Map<Integer, String> names = names(links);
    List<DeviceFacts> elsewhere = tapsElsewhere(links);
    Set<String> namesElsewhere =
        elsewhere.stream().map(DeviceFacts::name).collect(Collectors.toSet());
    Stream<DeviceFacts> here =
        links.stream()
            .map(link ->
                new DeviceFacts(
                    link.name(),
                    link.index(),
                    link.type() == ARPHRD_ETHER,
                    link.isUp(),
                    link.isUp() && link.hasCarrier(),
                    link.mtuBytes(),
                    link.kind() == null ? "" : link.kind(),
                    Optional.ofNullable(names.get(link.masterIndex())),
                    link.vni()));
    return Stream.concat(
            here.filter(facts -> !namesElsewhere.contains(facts.name())), elsewhere.stream())
        .toList();
  }

  /**
   * Taps that we made and that are not here any more: who runs a VM or container moved them into
   * its namespace, perhaps under another name. They are still our ports.
   */
  private List<DeviceFacts> tapsElsewhere(List<Link> here) {
    taps.values().removeIf(tap -> tap.port().isGone());
    return taps.values().stream()
        .filter(tap ->
            here.stream()
                .noneMatch(link ->
                    link.index() == tap.port().index() && link.name().equals(tap.port().name())))
        .map(tap ->
            new DeviceFacts(
                tap.port().name(),
                tap.port().index(),
                true,
                true,
                true,
                tap.mtuBytes(),
                "tun",
                Optional.empty(),
                0))
        .toList();
  }

  private static Map<Integer, String> names(List<Link> links) {
    Map<Integer, String> names = new HashMap<>();
    links.forEach(link -> names.put(link.index(), link.name()));
    return names;
  }

  @Override
  public List<LocalAddress> addresses() {
    Map<Integer, String> names = names(rtnetlink.links().list());
    return rtnetlink.addresses().list().stream()
        .map(it -> new LocalAddress(it.ip(), names.getOrDefault(it.index(), "?")))
        .toList();
  }

  @Override
  public boolean isReversePathStrict(String device) {
    return Math.max(reversePathFilter("all"), reversePathFilter(device)) == STRICT;
  }

  /** The larger of a device's and that of all counts (ip-sysctl.rst). */
  private static int reversePathFilter(String device) {
    try {
      Path file = Path.of("/proc/sys/net/ipv4/conf", device, "rp_filter");
      return Integer.parseInt(Files.readString(file).strip());
    } catch (IOException | NumberFormatException e) {
      LOG.debug("rp_filter of {} cannot be read: {}", device, e.getMessage());
      return 0;
    }
  }

  @Override
  public boolean isFree(Endpoint endpoint) {
    try (DatagramChannel probe = DatagramChannel.open()) {
      InetAddress address = InetAddress.getByAddress(endpoint.address().toBytes());
      probe.bind(new InetSocketAddress(address, endpoint.port()));
      return true;
    } catch (BindException _) {
      return false;
    } catch (IOException e) {
      LOG.debug("cannot try {}: {}", endpoint, e.getMessage());
      return true; // opening the underlay will tell
    }
  }

  @Override
  public Underlay openUnderlay(
      UnderlayConfig config, DeviceFacts device, DistinctErrors errors, int threads) {
    SourcePorts ports = config.sourcePorts();
    return new UdpUnderlay(
        UdpUnderlayConfig.of(config.addresses(), config.port())
            .withMoreDoors(config.doors())
            .withDevice(config.device())
            .withSourcePorts(
                new UdpUnderlayConfig.SourceRange(ports.from(), ports.to(), ports.count()))
            .withTtl(config.ttl(), config.multicastTtl())
            .withChecksums(config.udpChecksum())
            .withZeroChecksumWith(config.zeroChecksumIpv6())
            .withFragments(fragments(config.fragments()))
            .withWay(way(config.way())),
        errors,
        threads);
  }

  private static UdpUnderlayConfig.Way way(UnderlayWay way) {
    return switch (way) {
      case AUTO -> UdpUnderlayConfig.Way.AUTO;
      case SOCKETS -> UdpUnderlayConfig.Way.SOCKETS;
      case TAP -> UdpUnderlayConfig.Way.TAP;
    };
  }

  private static UdpUnderlayConfig.Fragments fragments(FragmentConfig config) {
    return new UdpUnderlayConfig.Fragments(
        config.received() == FragmentConfig.Received.REASSEMBLE, config.sent());
  }

  @Override
  public Port openTap(String name, int mtuBytes, DistinctErrors errors, int readers) {
    TapPort tap = new TapPort(name, mtuBytes, errors, readers);
    tellMissingQueues(tap);
    taps.put(name, new OpenTap(tap, mtuBytes));
    return tap;
  }

  @Override
  public Port openDevice(String name, DistinctErrors errors, int readers) {
    PacketPort port = new PacketPort(name, errors, readers);
    tellMissingQueues(port);
    port.isolationFailure()
        .ifPresent(failure ->
            LOG.warn(
                "port {}: this host's own network stack sees its frames too: {}",
                name,
                failure.getMessage()));
    return port;
  }

  private static void tellMissingQueues(Port port) {
    port.queuesMissing()
        .ifPresent(failure ->
            LOG.warn(
                "port {}: it has one queue, so one thread reads it: {}",
                port.name(),
                failure.getMessage()));
  }

  @Override
  public void changeMtu(String name, int mtuBytes) {
    OpenTap tap = taps.get(name);
    if (tap == null || tap.port().isGone()) {
      return; // who looks at the devices will make it again
    }
    tap.port().changeMtu(mtuBytes);
    taps.replace(name, tap, new OpenTap(tap.port(), mtuBytes));
  }

  @Override
  public Readiness openReadiness() {
    return new EpollReadiness();
  }

  @Override
  public boolean awaitChange(long timeoutNs) {
    boolean changed =
        monitor.poll(timeoutNs).stream()
            .anyMatch(event ->
                event instanceof RtnetlinkEvent.LinkChanged
                    || event instanceof RtnetlinkEvent.LinkRemoved
                    || event instanceof RtnetlinkEvent.Resync);
    // What happens to a tap in another namespace is not told here.
    return changed || taps.values().stream().anyMatch(tap -> tap.port().isGone());
  }

  @Override
  public void close() {
    monitor.close();
    rtnetlink.close();
  }
}
