package net.viaduct.vtep.ingress;

import java.util.List;
import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.RemoteTable;
import net.viaduct.vtep.trace.Trail;
import net.viaduct.wire.IpPrefix;
import org.jspecify.annotations.Nullable;

/**
 * Whether a datagram's sender may send into its network (R12). Where any may, or any of a list, a
 * new one becomes a remote. Owned by the thread that works at the frames.
 */
public final class SourceCheck {
  private final RemoteTable remotes;
  private final RemoteLearner learner;
  private final CycleClock clock;
  private final IpPrefix[] acceptFrom;
  private final Trail trail;
  private DropReason refusal = DropReason.SOURCE_NOT_AUTHORISED;

  /** Makes a remote of an address that was not known. */
  @FunctionalInterface
  public interface RemoteLearner {
    /** The remote, or null if there is no room for it. */
    @Nullable Remote learn(long addressHigh, long addressLow);
  }

  /**
   * A check.
   *
   * @param acceptFrom who may send to networks that take datagrams from anybody; everybody if it is
   *     empty
   */
  public SourceCheck(
      RemoteTable remotes,
      RemoteLearner learner,
      CycleClock clock,
      List<IpPrefix> acceptFrom,
      Trail trail) {
    this.remotes = remotes;
    this.learner = learner;
    this.clock = clock;
    this.acceptFrom = acceptFrom.toArray(IpPrefix[]::new);
    this.trail = trail;
  }

  /** The sender, if it is a remote whose datagrams are taken; else null. Changes nothing. */
  public @Nullable Remote known(Frame datagram, Network network) {
    if (network.acceptsAnySource() && !isListed(datagram.sourceHigh(), datagram.sourceLow())) {
      return null;
    }
    Remote remote = remotes.find(datagram.sourceHigh(), datagram.sourceLow());
    return remote == null || !network.accepts(remote.index()) ? null : remote;
  }

  /** The sender, or null if its datagram is not taken: then {@link #refusal()} says why. */
  @Nullable Remote remoteOf(Frame datagram, Network network) {
    // The list decides also about senders that are remotes already: another network may have them.
    if (network.acceptsAnySource() && !isListed(datagram.sourceHigh(), datagram.sourceLow())) {
      refusal = DropReason.SOURCE_NOT_AUTHORISED;
      return null;
    }
    Remote known = remotes.find(datagram.sourceHigh(), datagram.sourceLow());
    Remote remote = known;
    if (remote == null && network.acceptsAnySource()) {
      remote = learner.learn(datagram.sourceHigh(), datagram.sourceLow());
      if (remote == null) {
        refusal = DropReason.REMOTE_TABLE_FULL;
        return null;
      }
    }
    if (remote == null || !network.accepts(remote.index())) {
      refusal = DropReason.SOURCE_NOT_AUTHORISED;
      return null;
    }
    if (trail.isOn()) {
      tell(network, remote, known != null);
    } else {
      remote.seen(clock.seconds());
      remote.seenIn(network.index());
    }
    return remote;
  }

  private void tell(Network network, Remote remote, boolean known) {
    trail.note(
        "check sender",
        remote.address()
            + (known ? " is a remote" : " is new, and would become a remote")
            + (network.acceptsAnySource()
                ? "; the network takes datagrams of any sender"
                : "; the network takes its datagrams"));
  }

  private boolean isListed(long high, long low) {
    for (IpPrefix prefix : acceptFrom) {
      if (prefix.contains(high, low)) {
        return true;
      }
    }
    return acceptFrom.length == 0;
  }

  /** Why the last datagram was not taken. */
  DropReason refusal() {
    return refusal;
  }
}
