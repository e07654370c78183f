package net.viaduct.vtep.path;

import java.util.Arrays;
import java.util.function.LongSupplier;
import net.viaduct.io.Frame;
import net.viaduct.io.PathError;
import net.viaduct.io.Underlay;
import net.viaduct.vtep.control.Chore;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.forward.CycleClock;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.settings.PathSettings;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.PathMessage;
import org.jspecify.annotations.Nullable;

/**
 * The paths to all remotes: sends probes, answers those of others, hears answers and ICMP, and
 * tells each remote what may be sent to it. As many entries as there are remotes, whatever tenants
 * do (R34). Owned by the data-path thread.
 */
public final class Paths implements Chore {
  private static final long LOOK_NS = 1_000_000_000L;

  /** Of one call; with very many remotes their turns come later. */
  private static final int MOST_PROBES = 128;

  /** A station that is local to nobody: 02-76 ("v"), and the address of the host. */
  private static final long OWN_MAC = 0x0276_0000_0000L;

  private final Tables tables;
  private final Underlay underlay;
  private final Originator originator;
  private final CycleClock clock;
  private final SentRecord sent;
  private final SearchRules rules;
  private final LongSupplier tokens;
  private final PathError.Listener listener = this::onPathError;
  private final long ownMac;
  private @Nullable RemotePath[] paths = new RemotePath[16];
  private long lookedNs;
  private int next;

  /**
   * No paths yet.
   *
   * @param sent what was sent, by which ICMP is judged
   * @param tokens numbers that nobody can guess
   */
  public Paths(
      Tables tables,
      Underlay underlay,
      Originator originator,
      CycleClock clock,
      SentRecord sent,
      LongSupplier tokens) {
    this.tables = tables;
    this.underlay = underlay;
    this.originator = originator;
    this.clock = clock;
    this.sent = sent;
    this.tokens = tokens;
    this.rules = SearchRules.DEFAULT;
    IpAddress own = underlay.local().address();
    long low = own.low() ^ own.low() >>> 32 ^ own.high();
    this.ownMac = OWN_MAC | (low & 0xffff_ffffL);
    this.lookedNs = -LOOK_NS;
  }

  @Override
  public void doWork(long nowNs) {
    boolean look = nowNs - lookedNs >= LOOK_NS;
    if (look) {
      lookedNs = nowNs;
      giveFloodTargetsANetwork();
    }
    underlay.receiveErrors(listener);
    int end = tables.remotes().end();
    int budget = MOST_PROBES;
    for (int i = 0; i < end; i++) {
      int index = (next + i) % end;
      Remote remote = tables.remotes().get(index);
      if (remote == null) {
        forget(index);
      } else {
        budget -= attend(remote, look, budget > 0, nowNs);
        if (budget <= 0) {
          next = index + 1;
          budget = Integer.MIN_VALUE / 2;
        }
      }
    }
  }

  /** A remote that has not spoken yet is probed in a network that floods to it. */
  private void giveFloodTargetsANetwork() {
    for (int i = 0; i < tables.networks().end(); i++) {
      Network network = tables.networks().get(i);
      if (network == null) {
        continue;
      }
      for (TunnelTarget target : network.floodTargets()) {
        if (target instanceof Remote remote && networkOf(remote) == null) {
          remote.seenIn(network.index());
        }
      }
    }
  }

  private @Nullable Network networkOf(Remote remote) {
    int index = remote.networkIndex();
    return index < 0 || index >= tables.networks().end() ? null : tables.networks().get(index);
  }

  private void forget(int index) {
    if (index < paths.length) {
      paths[index] = null;
    }
  }

  private int attend(Remote remote, boolean look, boolean mayProbe, long nowNs) {
    Network network = networkOf(remote);
    RemotePath path = pathOf(remote, nowNs);
    if (look) {
      int device = underlay.mtuBytes(remote.address());
      int told = network == null ? Integer.MAX_VALUE : network.pathMtuBytes();
      path.maxBytes(Math.min(device, told), told < device, nowNs);
    }
    if (remote.takeLargeSent()) {
      path.search().used();
    }
    int probes = 0;
    if (mayProbe && network != null && network.config().settings().path().probing()) {
      probes = path.search().poll(nowNs);
      for (int i = 0; i < probes; i++) {
        probe(network, remote, path.search(), path.search().probeBytes(i));
      }
    }
    path.publish(nowNs);
    return probes;
  }

  private RemotePath pathOf(Remote remote, long nowNs) {
    int index = remote.index();
    if (index >= paths.length) {
      paths = Arrays.copyOf(paths, Math.max(index + 1, 2 * paths.length));
    }
    RemotePath path = paths[index];
    if (path == null || path.remote() != remote) {
      int maxBytes = Math.min(underlay.mtuBytes(remote.address()), PathSettings.LARGEST_MTU_BYTES);
      path = new RemotePath(remote, rules, maxBytes, nowNs, tokens);
      paths[index] = path;
    }
    return path;
  }

  private void probe(Network network, Remote remote, PathSearch search, int packetBytes) {
    int frameBytes = packetBytes - PathFit.overheadBytes(network, remote);
    if (frameBytes < PathMessage.MIN_FRAME_BYTES) {
      return;
    }
    send(Direction.EGRESS, network, remote, PathMessage.PROBE, frameBytes, search.token());
  }

  private void send(
      Direction way, Network network, Remote to, int kind, int probedBytes, long token) {
    Frame frame = originator.next(way);
    int length = PathMessage.write(frame.memory(), frame.start(), ownMac, kind, probedBytes, token);
    frame.lengthBytes(length);
    originator.toRemoteUnchecked(network, to, frame);
  }

  /**
   * A frame from a tunnel that no bridge forwards, and which may be a message to us.
   *
   * @return whether it was one
   */
  public boolean take(Network network, Remote from, Frame frame) {
    if (!PathMessage.isPresent(frame.memory(), frame.start(), frame.lengthBytes())) {
      return false;
    }
    from.unseen();
    int probedBytes = PathMessage.probedBytes(frame.memory(), frame.start());
    long token = PathMessage.token(frame.memory(), frame.start());
    long nowNs = clock.nowNs();
    RemotePath path = pathOf(from, nowNs);
    switch (PathMessage.kind(frame.memory(), frame.start())) {
      case PathMessage.PROBE -> {
        if (probedBytes == frame.lengthBytes()) {
          send(Direction.INGRESS, network, from, PathMessage.ANSWER, probedBytes, token);
          path.search().onHeard(nowNs);
        }
      }
      case PathMessage.ANSWER -> {
        int overhead = PathFit.overheadBytes(network, from);
        path.search().onAnswer(token, probedBytes + overhead, nowNs);
        path.publish(nowNs);
      }
      default -> {} // of a later version
    }
    return true;
  }

  private void onPathError(PathError error) {
    if (error.kind() != PathError.Kind.TOO_BIG) {
      return;
    }
    Remote remote = tables.remotesByAddress().find(error.remote().address());
    Network network = remote == null ? null : networkOf(remote);
    if (remote == null || network == null) {
      return;
    }
    int header = PathFit.headerBytes(network, remote);
    boolean believable =
        sent.mayHaveSent(
            remote.index(),
            error.memory(),
            error.quoteAt() + header,
            error.quoteBytes() - header,
            clock.seconds());
    if (believable) {
      RemotePath path = pathOf(remote, clock.nowNs());
      path.onTooBig(error.mtuBytes(), clock.nowNs());
      path.publish(clock.nowNs());
    }
  }
}
