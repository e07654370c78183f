package net.viaduct.host.view;

import java.util.List;

/**
 * Where broadcast, unknown unicast and multicast of a network goes.
 *
 * @param network its name
 * @param vni its identifier
 * @param mode {@code group}, {@code remotes} or {@code local}; {@code group-not-joined} if it is
 *     sent to, but this host cannot hear it and gets copies from other hosts instead
 * @param targets address and port of the group, and of remotes that cannot hear it and asked for
 *     copies; or of each remote
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
