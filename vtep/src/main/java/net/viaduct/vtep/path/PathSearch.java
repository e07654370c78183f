package net.viaduct.vtep.path;

import java.util.function.LongSupplier;
import net.viaduct.vtep.show.PathPhase;

/**
 * Finds the largest IP packet that reaches one remote, by packetization layer path MTU discovery
 * for datagrams, RFC 8899. Owned by the data-path thread; sends nothing itself: {@link #poll} tells
 * what is to be sent, {@link #onAnswer} hears what came back. Sizes are those of IP packets.
 *
 * <p>Departs from the RFC in four points. A path is believed to carry what our own device does
 * until a probe says otherwise, since machines that are told less remember it for ten minutes. A
 * size that fails is not approached one probe after the other: with the second try, probes of the
 * common sizes below go along, so that a black hole is known with its size when the third try is
 * over. Times are shorter, see {@link SearchRules#DEFAULT}. And when nothing at all is answered any
 * more, the path is not called narrow but lost: the size stays, and greetings go on.
 */
public final class PathSearch {
  private static final long FIRST_HELLO_NS = 1_000_000_000L;

  private final SearchRules rules;
  private final LongSupplier tokens;
  private final ProbeRound round = new ProbeRound();
  private final int[] toSend = new int[ProbeRound.MOST_SIZES];
  private PathPhase phase = PathPhase.DISABLED;
  private int maxBytes;
  private int usableBytes;
  private int confirmedBytes;
  private int failedBytes;
  private int toldBytes;
  private boolean blackHole;
  private boolean heard;
  private boolean used;
  private long roundTripNs = -1;
  private long helloNs = FIRST_HELLO_NS;
  private long nextNs;
  private long confirmedNs;
  private long raiseNs;
  private long changedNs;

  /**
   * A search that has not begun.
   *
   * @param maxBytes MAX_PLPMTU: what the device on the way to the remote carries
   * @param nowNs the time; the first greeting is due
   * @param tokens numbers that nobody can guess, for probes
   */
  public PathSearch(SearchRules rules, int maxBytes, long nowNs, LongSupplier tokens) {
    this.rules = rules;
    this.tokens = tokens;
    this.maxBytes = maxBytes;
    this.usableBytes = maxBytes;
    this.failedBytes = maxBytes + 1;
    this.nextNs = nowNs;
    this.changedNs = nowNs;
  }

  /**
   * What is to be sent now; to be called about ten times a second.
   *
   * @return how many probes; their sizes are told by {@link #probeBytes}
   */
  public int poll(long nowNs) {
    while (true) {
      if (round.isActive()) {
        if (!round.isDue(nowNs)) {
          return 0;
        }
        if (round.nextAttempt(nowNs, timeoutNs())) {
          return round.sizesToSend(toSend);
        }
        endRound(nowNs);
      } else if (!beginRound(nowNs)) {
        return 0;
      } else {
        round.nextAttempt(nowNs, timeoutNs());
        return round.sizesToSend(toSend);
      }
    }
  }

  /** The size of one of the probes that {@link #poll} told. */
  public int probeBytes(int index) {
    return toSend[index];
  }

  /** What the probes of this round carry, and their answers have to. */
  public long token() {
    return round.token();
  }

  private long timeoutNs() {
    return roundTripNs < 0
        ? rules.longestTimeoutNs()
        : Math.clamp(4 * roundTripNs, rules.shortestTimeoutNs(), rules.longestTimeoutNs());
  }

  private boolean beginRound(long nowNs) {
    boolean busy = used && nowNs - confirmedNs >= rules.busyConfirmNs();
    boolean raise =
        phase == PathPhase.SEARCH_COMPLETE && confirmedBytes < maxBytes && nowNs - raiseNs >= 0;
    if (nowNs - nextNs < 0 && !raise && !(busy && phase == PathPhase.SEARCH_COMPLETE)) {
      return false;
    }
    long token = tokens.getAsLong();
    switch (phase) {
      case DISABLED -> round.begin(rules.smallestBytes(), 1, token);
      case BASE -> {
        round.begin(Math.min(rules.baseBytes(), maxBytes), rules.maxProbes(), token);
        round.add(rules.smallestBytes());
      }
      case SEARCHING, ERROR -> beginSearch(token);
      case SEARCH_COMPLETE -> {
        if (raise) {
          beginRaise(nowNs, token);
        } else {
          used = false;
          beginConfirmation(token);
        }
      }
    }
    return true;
  }

  /**
   * The whole first, then what lies between the largest that passed and the smallest that did not.
   */
  private void beginSearch(long token) {
    if (failedBytes > maxBytes) {
      toldBytes = 0;
      round.begin(maxBytes, rules.maxProbes(), token);
      round.addCommon(confirmedBytes, maxBytes);
      return;
    }
    round.begin(failedBytes - 1, rules.maxProbes(), token);
    round.addSpread(confirmedBytes, failedBytes - 1);
    round.sendAllAtOnce();
  }

  private void beginRaise(long nowNs, long token) {
    raiseNs = nowNs + rules.raiseNs();
    phase = PathPhase.SEARCHING;
    failedBytes = maxBytes + 1;
    toldBytes = 0;
    round.begin(maxBytes, rules.maxProbes(), token);
    round.addCommon(confirmedBytes, maxBytes);
    round.add(confirmedBytes + 1);
    round.sendAllAtOnce();
  }

  private void beginConfirmation(long token) {
    toldBytes = 0;
    round.begin(confirmedBytes, rules.maxProbes(), token);
    round.add(rules.smallestBytes());
    round.add(rules.baseBytes());
    round.addCommon(rules.baseBytes(), confirmedBytes);
  }

  /**
   * A probe was answered.
   *
   * @param bytes the size of the IP packet that arrived there
   */
  public void onAnswer(long itsToken, int bytes, long nowNs) {
    if (!round.answered(itsToken, bytes)) {
      return;
    }
    long sample = round.roundTripNs(nowNs);
    if (sample >= 0) {
      roundTripNs = roundTripNs < 0 ? sample : roundTripNs + (sample - roundTripNs) / 8;
    }
    if (bytes > usableBytes) {
      usable(bytes, nowNs);
    }
    if (round.isTargetAnswered()) {
      endRound(nowNs);
    }
  }

  private void endRound(long nowNs) {
    round.end();
    nextNs = nowNs;
    switch (phase) {
      case DISABLED -> endGreeting(nowNs);
      case BASE -> endBase(nowNs);
      case SEARCHING, ERROR -> endSearch(nowNs);
      case SEARCH_COMPLETE -> endConfirmation(nowNs);
    }
  }

  private void endGreeting(long nowNs) {
    if (round.best() > 0) {
      heard = true;
      helloNs = FIRST_HELLO_NS;
      phase = PathPhase.BASE;
      confirmedBytes = 0;
      failedBytes = maxBytes + 1;
      return;
    }
    nextNs = nowNs + helloNs;
    helloNs = Math.min(2 * helloNs, rules.longestHelloNs());
  }

  private void endBase(long nowNs) {
    if (round.best() == 0) {
      lose(nowNs);
      return;
    }
    confirmedBytes = round.best();
    if (round.isTargetAnswered()) {
      phase = PathPhase.SEARCHING;
    } else {
      phase = PathPhase.ERROR;
      failedBytes = round.target();
      narrow(nowNs);
    }
  }

  private void endSearch(long nowNs) {
    confirmedBytes = Math.max(confirmedBytes, round.best());
    if (round.isTargetAnswered()) {
      if (round.target() == maxBytes) {
        blackHole = false;
      }
    } else {
      failedBytes = Math.min(failedBytes, round.smallestUnanswered());
      if (round.target() == maxBytes || usableBytes > confirmedBytes) {
        narrow(nowNs);
      }
    }
    if (phase == PathPhase.ERROR && confirmedBytes >= rules.baseBytes()) {
      phase = PathPhase.SEARCHING;
    }
    if (failedBytes - confirmedBytes <= 1) {
      complete(nowNs);
    }
  }

  private void complete(long nowNs) {
    phase = PathPhase.SEARCH_COMPLETE;
    confirmedNs = nowNs;
    nextNs = nowNs + rules.confirmNs();
    raiseNs = nowNs + rules.raiseNs();
  }

  private void endConfirmation(long nowNs) {
    if (round.isTargetAnswered()) {
      confirmedNs = nowNs;
      nextNs = nowNs + rules.confirmNs();
      return;
    }
    if (round.best() == 0) {
      lose(nowNs);
      return;
    }
    confirmedBytes = round.best();
    failedBytes = round.target() + 1; // tried once more, should it have been chance
    phase = confirmedBytes < rules.baseBytes() ? PathPhase.ERROR : PathPhase.SEARCHING;
    narrow(nowNs);
  }

  /** Less passes than what was believed; a black hole if nobody said so. */
  private void narrow(long nowNs) {
    blackHole = toldBytes == 0;
    usable(confirmedBytes, nowNs);
  }

  /** Nothing passes, so that nothing is known about sizes either. */
  private void lose(long nowNs) {
    phase = PathPhase.DISABLED;
    helloNs = FIRST_HELLO_NS;
    nextNs = nowNs;
  }

  private void usable(int bytes, long nowNs) {
    if (usableBytes != bytes) {
      usableBytes = bytes;
      changedNs = nowNs;
    }
  }

  /**
   * ICMP told of a smaller MTU. Believed only as far as probes agree: they are sent at once, and
   * one try is enough.
   */
  public void onTooBig(int mtuBytes, long nowNs) {
    if (phase == PathPhase.DISABLED) {
      return;
    }
    if (!round.isActive() && phase == PathPhase.SEARCH_COMPLETE && mtuBytes < usableBytes) {
      beginConfirmation(tokens.getAsLong());
      round.sendAllAtOnce();
    }
    if (round.isActive() && mtuBytes < round.target()) {
      toldBytes = Math.max(mtuBytes, rules.smallestBytes());
      boolean passes = phase == PathPhase.SEARCHING && toldBytes <= confirmedBytes;
      round.hasten(passes ? 0 : toldBytes, rules.maxProbes(), nowNs);
    }
  }

  /** The other end sent something that only one of ours sends: it is greeted without delay. */
  public void onHeard(long nowNs) {
    if (phase == PathPhase.DISABLED && !round.isActive() && nextNs - nowNs > FIRST_HELLO_NS) {
      nextNs = nowNs;
      helloNs = FIRST_HELLO_NS;
    }
  }

  /** Something large was sent there, so that it matters what passes. */
  public void used() {
    used = true;
  }

  /** What the device on the way there carries has changed. */
  public void maxBytes(int bytes, long nowNs) {
    if (bytes == maxBytes) {
      return;
    }
    boolean wasFull = usableBytes == maxBytes;
    maxBytes = bytes;
    round.end();
    nextNs = nowNs;
    raiseNs = nowNs;
    confirmedBytes = Math.min(confirmedBytes, bytes);
    if (usableBytes > bytes || (wasFull && !heard)) {
      usable(bytes, nowNs);
    }
    failedBytes = Math.min(failedBytes, bytes + 1);
    if (heard && phase != PathPhase.DISABLED) {
      phase = PathPhase.BASE;
      failedBytes = bytes + 1;
    }
  }

  /** The largest packet that may be sent there. */
  public int usableBytes() {
    return usableBytes;
  }

  /** How far the search is. */
  public PathPhase phase() {
    return phase;
  }

  /** Whether the other end ever answered, so that it is one of ours. */
  public boolean isHeard() {
    return heard;
  }

  /** Whether packets that are larger than {@link #usableBytes} vanish and nobody says so. */
  public boolean isBlackHole() {
    return blackHole && usableBytes < maxBytes;
  }

  /** When {@link #usableBytes} changed. */
  public long changedNs() {
    return changedNs;
  }

  /** The round trip of probes; negative if it is not known. */
  public long roundTripNs() {
    return roundTripNs;
  }
}
