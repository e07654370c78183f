package net.viaduct.lab;

import java.util.List;
import net.viaduct.io.rtnetlink.FdbEntry;
import net.viaduct.io.rtnetlink.Link;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's own VTEP on an emulated host, for one network: a bridge with a VXLAN device as one
 * of its ports. Owned by the thread that builds the laboratory.
 */
public final class KernelVtep {
  private static final int NO_TTL = 0;

  private final LabHost host;
  private final int bridge;
  private final int tunnel;

  /**
   * Makes a VTEP.
   *
   * @param vni of the network
   * @param port UDP
   * @param group that frames without a known destination go to; null for remotes that are added
   * @throws net.viaduct.io.IoFailure EOPNOTSUPP if the kernel has no VXLAN
   */
  public KernelVtep(LabHost host, int vni, int port, @Nullable IpAddress group) {
    this.host = host;
    Links links = host.net().links();
    LinkKind vxlan =
        new LinkKind.Vxlan(
            vni, host.address(), group, host.uplinkIndex(), port, true, NO_TTL, true);
    tunnel = links.create(new LinkSpec("vxlan" + vni, vxlan));
    bridge = links.create(new LinkSpec("br" + vni, new LinkKind.Bridge(false)));
    links.disableIpv6Autoconfiguration(tunnel);
    links.disableIpv6Autoconfiguration(bridge);
    links.master(tunnel, bridge);
    links.up(tunnel);
    links.up(bridge);
  }

  /** The host that it is on. */
  public LabHost host() {
    return host;
  }

  /** Attaches a device of the host to the network. */
  public void attach(String device) {
    Links links = host.net().links();
    Link found = links.require(device);
    links.master(found.index(), bridge);
    links.up(found.index());
  }

  /** Adds another VTEP to the list that frames without a known destination go to. */
  public void addRemote(IpAddress remote) {
    host.net().fdb().appendRemote(tunnel, 0, remote);
  }

  /** What was learned from frames: the stations behind remotes, and those behind local ports. */
  public List<FdbEntry> learned() {
    return host.net().fdb().list().stream()
        .filter(FdbEntry::isLearned)
        .filter(entry -> entry.remote() != null || entry.index() != tunnel)
        .filter(entry -> entry.mac() != 0)
        .toList();
  }

  /** What went through the tunnel's device. */
  public Link.@Nullable Statistics tunnelStatistics() {
    return host.net().links().list().stream()
        .filter(link -> link.index() == tunnel)
        .findFirst()
        .map(Link::statistics)
        .orElse(null);
  }
}
