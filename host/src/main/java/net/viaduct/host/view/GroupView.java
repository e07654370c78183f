package net.viaduct.host.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is known about multicast in a network that snoops.
 *
 * @param network its name
 * @param vni its identifier
 * @param kind {@code listener}, {@code router} or {@code new}, which get everything; {@code
 *     asked-here} or {@code asked-elsewhere} tells who asks
 * @param group which is listened to, or the address of who asks; null if all groups
 * @param port where, if it is a port of this host
 * @param remote where, if it is behind another VTEP
 * @param sources the only ones that are wanted; empty if any
 * @param secondsLeft until it is forgotten if nothing more is heard; null of who asks
 */
public record GroupView(
    String network,
    int vni,
    String kind,
    @Nullable String group,
    @Nullable String port,
    @Nullable String remote,
    List<String> sources,
    @Nullable Long secondsLeft) {
  /** Copies the list. */
  public GroupView {
    sources = List.copyOf(sources);
  }
}
