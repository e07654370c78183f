package net.viaduct.vtep.capture;

import net.viaduct.io.Endpoint;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.TunnelTarget;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A frame in a ring, with what became of it. Written by the data-path thread until it is published,
 * then read by whoever reads the capture.
 */
final class CaptureEntry {
  private static final int MOST_PLACES = 8;

  long timeNs;
  long position;
  int keptBytes;

  /** Where copies wait. */
  record Queue() {}

  /** The place of copies that have to wait. */
  static final Queue QUEUE = new Queue();

  int originalBytes;
  int headerBytes;
  boolean inbound;
  boolean superFrame;
  boolean wanted;
  boolean own;
  @Nullable LocalPort port;
  @Nullable LocalPort origin;
  @Nullable Endpoint to;
  long peerHigh;
  long peerLow;
  int peerPort;
  int localPort;
  int trafficClass;
  int vni;
  int flowHash;
  int datagrams;
  int copies;
  int drops;
  private final @Nullable Object[] places = new Object[MOST_PLACES];
  private final @Nullable DropReason[] reasons = new DropReason[MOST_PLACES];

  void begin() {
    port = null;
    origin = null;
    to = null;
    wanted = true;
    own = false;
    superFrame = false;
    headerBytes = 0;
    copies = 0;
    drops = 0;
    peerHigh = 0;
    peerLow = 0;
    vni = -1;
  }

  /** A copy got somewhere, or was dropped for a reason. */
  void add(@Nullable Object place, @Nullable DropReason reason) {
    int at = copies < MOST_PLACES || reason == null ? copies : firstThatArrived();
    if (at < MOST_PLACES) {
      places[at] = place;
      reasons[at] = reason;
    }
    copies++;
    if (reason != null) {
      drops++;
    }
  }

  /** With more copies than are told, drops are told first. */
  private int firstThatArrived() {
    for (int i = 0; i < MOST_PLACES; i++) {
      if (reasons[i] == null) {
        return i;
      }
    }
    return MOST_PLACES;
  }

  boolean has(DropReason reason) {
    for (int i = 0; i < Math.min(copies, MOST_PLACES); i++) {
      if (reasons[i] == reason) {
        return true;
      }
    }
    return false;
  }

  /** What became of it, in words. */
  String verdict() {
    if (!inbound) {
      return origin() + (drops == 0 ? "; taken" : "; " + words(null, reasons[0]));
    }
    if (copies == 0) {
      return "kept by this host";
    }
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < Math.min(copies, MOST_PLACES); i++) {
      words.append(i == 0 ? "" : "; ").append(words(places[i], reasons[i]));
    }
    if (copies > MOST_PLACES) {
      words.append("; and ").append(copies - MOST_PLACES).append(" more");
    }
    return words.toString();
  }

  private String origin() {
    if (own) {
      return "made by this host";
    }
    return origin == null
        ? "from remote " + new IpAddress(peerHigh, peerLow)
        : "from port " + origin.name();
  }

  private static String words(@Nullable Object place, @Nullable DropReason reason) {
    String where =
        switch (place) {
          case null -> "";
          case LocalPort at -> "port " + at.name();
          case TunnelTarget at -> at.endpoint().toString();
          default -> place.toString();
        };
    if (place instanceof Queue) {
      return "waits in a queue";
    }
    if (reason == null) {
      return (place instanceof LocalPort ? "delivered to " : "sent to ") + where;
    }
    return "dropped: " + reason.label() + (where.isEmpty() ? "" : " at " + where);
  }
}
