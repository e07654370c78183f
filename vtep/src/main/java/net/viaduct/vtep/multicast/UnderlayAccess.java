package net.viaduct.vtep.multicast;

import java.util.List;
import java.util.function.Consumer;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.control.Groups;
import net.viaduct.vtep.tables.FloodGroup;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * What networks that snoop need of the underlay. Owned by the data-path thread.
 *
 * @param ranks as whom this host asks
 * @param groups of the underlay
 * @param errors where it is told that one cannot be joined
 */
record UnderlayAccess(OwnRanks ranks, Groups groups, Consumer<RuntimeException> errors) {
  /** The groups over which a network is spread; null if it is not, or there is no room for them. */
  @Nullable UnderlayGroups map(TunnelTarget[] targets, List<IpAddress> addresses) {
    if (addresses.isEmpty() || targets.length == 0 || !(targets[0] instanceof FloodGroup usual)) {
      return null;
    }
    try {
      return new UnderlayGroups(groups, usual.endpoint(), addresses, errors);
    } catch (CommandRefused e) {
      errors.accept(e);
      return null;
    }
  }
}
