package net.viaduct.vtep.loop;

import java.util.Arrays;
import java.util.function.LongSupplier;
import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.control.Chore;
import net.viaduct.vtep.counting.Direction;
import net.viaduct.vtep.forward.Forwarding;
import net.viaduct.vtep.forward.HostAddress;
import net.viaduct.vtep.forward.LoopGuard;
import net.viaduct.vtep.forward.Verdict;
import net.viaduct.vtep.settings.LoopSettings;
import net.viaduct.vtep.tables.FloodGroup;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Network;
import net.viaduct.vtep.tables.Tables;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Finds loops outside of the networks, and blocks a port of each (P25). Owned by the data-path
 * thread.
 *
 * <p>A frame of ours that comes in at another port, at the same one, or through a tunnel has found
 * a way back; so has a frame of another VTEP of the network that comes in at a port here, as the
 * tunnel between both is a way already. Of two ports the one that came later is blocked, of two
 * hosts that with the higher address blocks. A blocked port goes on sending these frames, and is
 * opened when for a while none has come back, so that it is never tried with frames of tenants.
 *
 * <p>Who replays or forges such a frame gets only the port blocked through which he sends it.
 */
public final class LoopWatch implements LoopGuard, Chore {
  private final Tables tables;
  private final Forwarding forwarding;
  private final IpAddress own;
  private final LongSupplier numbers;
  private @Nullable PortWatch[] watches = new PortWatch[16];

  /**
   * No port is watched yet.
   *
   * @param own this host's underlay address
   * @param numbers that nobody can guess
   */
  public LoopWatch(Tables tables, Forwarding forwarding, IpAddress own, LongSupplier numbers) {
    this.tables = tables;
    this.forwarding = forwarding;
    this.own = own;
    this.numbers = numbers;
  }

  @Override
  public void doWork(long nowNs) {
    for (int i = 0; i < tables.ports().end(); i++) {
      LocalPort port = tables.ports().get(i);
      if (port != null) {
        attend(port, nowNs);
      }
    }
  }

  private void attend(LocalPort port, long nowNs) {
    LoopSettings settings = settings(port.network());
    PortWatch watch = settings.enabled() ? begin(port) : known(port);
    if (watch == null) {
      return;
    }
    if (watch.isBlocked() && (watch.isOver(nowNs) || !settings.enabled())) {
      watch.open();
      port.blockedBy("");
    }
    if (settings.enabled() && watch.isDue(nowNs)) {
      long number = numbers.getAsLong();
      watch.sent(number, nowNs + settings.interval().toNanos());
      Frame frame = forwarding.originator().next(Direction.EGRESS);
      LoopFrame.write(frame, HostAddress.mac(own), number, own, port.network().vni());
      forwarding.originator().toPort(Direction.EGRESS, port, frame);
    }
  }

  @Override
  public Verdict check(Network network, @Nullable LocalPort port, Frame frame) {
    if (LoopFrame.is(frame)
        && settings(network).enabled()
        && LoopFrame.vni(frame) == network.vni()) {
      if (!forwarding.trail().isOn()) {
        cameBack(network, port, frame);
      }
      return Verdict.CONSUMED;
    }
    return port != null && port.isBlocked() ? Verdict.drop(DropReason.PORT_BLOCKED) : Verdict.PASS;
  }

  private void cameBack(Network network, @Nullable LocalPort at, Frame frame) {
    IpAddress sender = new IpAddress(LoopFrame.senderHigh(frame), LoopFrame.senderLow(frame));
    if (sender.equals(own)) {
      PortWatch from = sender(network, LoopFrame.number(frame));
      if (from != null) {
        ownCameBack(from, at == null ? from : begin(at), at == null);
      }
    } else if (at != null
        && !at.isLeg() // others are meant to be there
        && own.compareTo(sender) > 0
        && isOfNetwork(network, sender)) {
      block(begin(at), "is joined outside with a port of host " + sender);
    }
  }

  private @Nullable PortWatch sender(Network network, long number) {
    for (LocalPort port : network.ports()) {
      PortWatch watch = known(port);
      if (watch != null && watch.hasSent(number)) {
        return watch;
      }
    }
    return null;
  }

  @SuppressWarnings("ReferenceEquality") // that very port
  private void ownCameBack(PortWatch from, PortWatch at, boolean throughTunnel) {
    if (throughTunnel) {
      block(from, "is joined outside with a remote of its network");
    } else if (from == at) {
      block(at, "gets back what it sends");
    } else if (at.isBlocked() || (!from.isBlocked() && at.port().index() > from.port().index())) {
      block(at, "is joined outside with port " + from.port().port().name());
    } else {
      block(from, "is joined outside with port " + at.port().port().name());
    }
  }

  private void block(PortWatch watch, String reason) {
    LocalPort port = watch.port();
    boolean known = watch.isBlocked();
    long retryNs = settings(port.network()).retry().toNanos();
    watch.block(forwarding.clock().nowNs() + retryNs);
    if (!known) {
      port.blockedBy(reason);
      forwarding.report(
          new LoopFound(
              "port %s of network '%s' %s: it is blocked until nothing comes back for %d s"
                  .formatted(
                      port.port().name(),
                      port.network().config().name(),
                      reason,
                      retryNs / 1_000_000_000L)));
    }
  }

  /** Others with our VNI in the same underlay may be no part of this network. */
  private boolean isOfNetwork(Network network, IpAddress sender) {
    return tables.remotesByAddress().find(sender) != null
        || Arrays.stream(network.floodTargets()).anyMatch(FloodGroup.class::isInstance);
  }

  private static LoopSettings settings(Network network) {
    return network.config().settings().storm().loops();
  }

  @SuppressWarnings("ReferenceEquality") // an index is used again by another port
  private @Nullable PortWatch known(LocalPort port) {
    PortWatch watch = port.index() < watches.length ? watches[port.index()] : null;
    return watch != null && watch.port() == port ? watch : null;
  }

  private PortWatch begin(LocalPort port) {
    PortWatch watch = known(port);
    if (watch == null) {
      if (port.index() >= watches.length) {
        watches = Arrays.copyOf(watches, Math.max(port.index() + 1, watches.length * 2));
      }
      watch = new PortWatch(port);
      watches[port.index()] = watch;
    }
    return watch;
  }
}
