package net.viaduct.host.view;

import java.util.List;

/**
 * Where broadcast, unknown unicast and multicast of a network goes.
 *
 * @param network its name
 * @param vni its identifier
 * @param mode {@code group}, {@code remotes} or {@code local}
 * @param targets address and port of the group, or of each remote
 * @param ports the ports of this host that get a copy
 */
public record FloodView(
    String network, int vni, String mode, List<String> targets, List<String> ports) {
  /** Copies the lists. */
  public FloodView {
    targets = List.copyOf(targets);
    ports = List.copyOf(ports);
  }
}
