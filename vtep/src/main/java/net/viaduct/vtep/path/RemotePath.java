package net.viaduct.vtep.path;

import java.util.function.LongSupplier;
import net.viaduct.vtep.show.PathPhase;
import net.viaduct.vtep.show.PathStatus;
import net.viaduct.vtep.tables.Remote;

/**
 * What is known about the path to one remote: by probes, if it answers them, else by ICMP. Owned by
 * the data-path thread.
 */
final class RemotePath {
  /** RFC 8201 section 4: what ICMP told is forgotten after ten minutes (R34). */
  private static final long TOLD_FOR_NS = 600_000_000_000L;

  /** Linux: {@code net.ipv4.route.min_pmtu} is 552; RFC 8200: IPv6 links carry 1,280. */
  private static final int SMALLEST_TOLD_BYTES = 552;

  private static final int SMALLEST_TOLD_IPV6_BYTES = 1280;
  private static final int NOTHING_TOLD = Integer.MAX_VALUE;

  private final Remote remote;
  private final PathSearch search;
  private int maxBytes;
  private boolean maxIsConfigured;
  private int toldBytes = NOTHING_TOLD;
  private long toldNs;

  RemotePath(Remote remote, SearchRules rules, int maxBytes, long nowNs, LongSupplier tokens) {
    this.remote = remote;
    this.maxBytes = maxBytes;
    this.search = new PathSearch(rules, maxBytes, nowNs, tokens);
  }

  Remote remote() {
    return remote;
  }

  PathSearch search() {
    return search;
  }

  /** What goes out here at most, and whether configuration says so. */
  void maxBytes(int bytes, boolean isConfigured, long nowNs) {
    maxBytes = bytes;
    maxIsConfigured = isConfigured;
    search.maxBytes(bytes, nowNs);
  }

  /** ICMP, whose quote was found to be right, told an MTU. */
  void onTooBig(int mtuBytes, long nowNs) {
    search.onTooBig(mtuBytes, nowNs);
    if (search.isHeard()) {
      return;
    }
    int smallest = remote.address().isIpv4() ? SMALLEST_TOLD_BYTES : SMALLEST_TOLD_IPV6_BYTES;
    int told = Math.max(mtuBytes, smallest);
    if (told <= toldBytes) {
      toldBytes = told;
      toldNs = nowNs;
    }
  }

  /** Makes known what may be sent there from now on. */
  void publish(long nowNs) {
    if (toldBytes != NOTHING_TOLD && (search.isHeard() || nowNs - toldNs >= TOLD_FOR_NS)) {
      toldBytes = NOTHING_TOLD;
    }
    int bytes = Math.min(search.usableBytes(), Math.min(toldBytes, maxBytes));
    PathStatus.Source source = source(bytes);
    PathStatus before = remote.path();
    if (before == null
        || before.mtuBytes() != bytes
        || before.deviceMtuBytes() != maxBytes
        || before.source() != source
        || before.phase() != search.phase()) {
      remote.path(new PathStatus(bytes, maxBytes, source, search.phase()));
    }
  }

  private PathStatus.Source source(int bytes) {
    if (toldBytes == bytes && bytes < maxBytes) {
      return PathStatus.Source.ICMP;
    }
    if (search.isBlackHole()) {
      return PathStatus.Source.BLACK_HOLE;
    }
    if (search.isHeard() && search.phase() != PathPhase.BASE) {
      return bytes < maxBytes ? PathStatus.Source.ICMP : PathStatus.Source.PROBED;
    }
    return maxIsConfigured ? PathStatus.Source.CONFIGURED : PathStatus.Source.DEVICE;
  }
}
