package net.viaduct.vtep.path;

/**
 * Probes of several sizes that are sent together, and again as long as the largest is not answered:
 * the first time perhaps the largest alone, later with smaller ones beside it, so that one round
 * tells at once how much passes if the largest does not. Owned by the data-path thread.
 */
final class ProbeRound {
  /** Sizes that are common on paths: Ethernet less other tunnels, clouds, jumbo frames. */
  private static final int[] COMMON_BYTES = {
    1280, 1320, 1350, 1380, 1400, 1420, 1440, 1450, 1460, 1480, 1492, 1500, 3900, 4000, 8000, 8896,
    8900, 8950, 9000, 9001, 9216
  };

  /** No round has more sizes. */
  static final int MOST_SIZES = COMMON_BYTES.length + 4;

  private static final int SPREAD = 8;

  private final int[] sizes = new int[MOST_SIZES];
  private final boolean[] answered = new boolean[MOST_SIZES];
  private int count;
  private int best;
  private int attempts;
  private int allowedAttempts;
  private boolean targetFirst;
  private boolean hastened;
  private boolean active;
  private long token;
  private long sentNs;
  private long deadlineNs;

  /** Begins a round for one size. */
  void begin(int targetBytes, int mostAttempts, long newToken) {
    count = 0;
    best = 0;
    attempts = 0;
    allowedAttempts = mostAttempts;
    targetFirst = true;
    hastened = false;
    active = true;
    token = newToken;
    add(targetBytes);
  }

  /** Adds a smaller size; what is there already, is not smaller, or has no room is left out. */
  boolean add(int bytes) {
    int at = count;
    while (at > 0 && sizes[at - 1] > bytes) {
      at--;
    }
    boolean known = at > 0 && sizes[at - 1] == bytes;
    if (known || count == MOST_SIZES || (count > 0 && at == count)) {
      return false;
    }
    for (int i = count; i > at; i--) {
      sizes[i] = sizes[i - 1];
      answered[i] = answered[i - 1];
    }
    sizes[at] = bytes;
    answered[at] = false;
    count++;
    return true;
  }

  /** Adds the sizes between that are common. */
  void addCommon(int aboveBytes, int belowBytes) {
    for (int bytes : COMMON_BYTES) {
      if (bytes > aboveBytes && bytes < belowBytes) {
        add(bytes);
      }
    }
  }

  /** Adds sizes between, evenly spread, so that what is left is an eighth. */
  void addSpread(int aboveBytes, int belowBytes) {
    for (int i = SPREAD; i >= 1; i--) {
      int bytes = aboveBytes + (int) ((long) (belowBytes - aboveBytes) * i / (SPREAD + 1));
      if (bytes > aboveBytes && bytes < belowBytes) {
        add(bytes);
      }
    }
  }

  /** From the first time on all sizes are sent. */
  void sendAllAtOnce() {
    targetFirst = false;
  }

  /**
   * Somebody says that the largest does not pass, but this size does: one more try at once, with it
   * and all others, and that is the last.
   *
   * @param bytes 0 if it is known to pass
   */
  void hasten(int bytes, int mostAttempts, long nowNs) {
    boolean more = attempts < mostAttempts && ((bytes > 0 && add(bytes)) || isTargetAlone());
    if (more && attempts > 0) {
      allowedAttempts = attempts + 1;
      deadlineNs = nowNs;
    } else if (!hastened) {
      allowedAttempts = Math.max(1, attempts);
    }
    hastened = true;
    targetFirst = false;
  }

  private boolean isTargetAlone() {
    return attempts == 1 && targetFirst;
  }

  /** Takes a try: whether there is one left. */
  boolean nextAttempt(long nowNs, long timeoutNs) {
    if (attempts == allowedAttempts) {
      return false;
    }
    attempts++;
    sentNs = nowNs;
    deadlineNs = nowNs + timeoutNs;
    return true;
  }

  /**
   * The sizes of this try.
   *
   * @return how many were written
   */
  int sizesToSend(int[] out) {
    if (isTargetAlone()) {
      out[0] = target();
      return 1;
    }
    int n = 0;
    for (int i = 0; i < count; i++) {
      if (sizes[i] > best) {
        out[n++] = sizes[i];
      }
    }
    return n;
  }

  /** A probe was answered: whether it was one of this round, for the first time. */
  boolean answered(long itsToken, int bytes) {
    if (!active || itsToken != token) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (sizes[i] == bytes && !answered[i]) {
        answered[i] = true;
        best = Math.max(best, bytes);
        return true;
      }
    }
    return false;
  }

  /** The end of it. */
  void end() {
    active = false;
  }

  boolean isActive() {
    return active;
  }

  boolean isDue(long nowNs) {
    return nowNs - deadlineNs >= 0;
  }

  boolean isTargetAnswered() {
    return best == target();
  }

  /** How long ago the probes of the only try left; negative if there were several. */
  long roundTripNs(long nowNs) {
    return attempts == 1 ? nowNs - sentNs : -1;
  }

  /** The size that the round is about, its largest. */
  int target() {
    return sizes[count - 1];
  }

  /** The largest that was answered; 0 if none was. */
  int best() {
    return best;
  }

  /** The smallest that is larger than {@link #best()}: nobody answered it. */
  int smallestUnanswered() {
    for (int i = 0; i < count; i++) {
      if (sizes[i] > best) {
        return sizes[i];
      }
    }
    return target() + 1;
  }

  long token() {
    return token;
  }
}
