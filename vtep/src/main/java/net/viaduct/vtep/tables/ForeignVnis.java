package net.viaduct.vtep.tables;

import java.util.ArrayList;
import java.util.List;

/**
 * VNIs of datagrams that came here, are of no network here, and are of no remote that this VTEP
 * knows: somebody else uses them (P5). One counts when its datagrams have come for some time, and
 * no more when they have stayed out for long; a host that is about to leave a network or to come
 * into one does not make its VNI a foreign one so. Bounded: of those that came last, 64 are
 * remembered. Owned by the data-path thread; {@link #inUse} is for any thread.
 */
public final class ForeignVnis {
  /** For how many seconds datagrams have to come. */
  public static final int BELIEVED_AFTER_SECONDS = 5;

  /** After how many seconds without a datagram a VNI is forgotten. */
  public static final int FORGOTTEN_AFTER_SECONDS = 300;

  private static final int MOST = 64;
  private static final int WAYS = 4;
  private static final int SET_SHIFT = 32 - Integer.numberOfTrailingZeros(MOST / WAYS);

  private final int[] vnis = new int[MOST];
  private final int[] firstSeconds = new int[MOST];
  private final int[] lastSeconds = new int[MOST];
  private boolean anything;
  private volatile List<Integer> inUse = List.of();

  /** None is known. */
  public ForeignVnis() {}

  /** A datagram came. Allocates nothing. */
  public void heard(int vni, int nowSeconds) {
    int first = ((vni * 0x9e37_79b9) >>> SET_SHIFT) * WAYS;
    int at = first;
    for (int i = first; i < first + WAYS; i++) {
      if (vnis[i] == vni) {
        lastSeconds[i] = nowSeconds;
        return;
      }
      if (vnis[at] != 0 && (vnis[i] == 0 || lastSeconds[i] < lastSeconds[at])) {
        at = i;
      }
    }
    vnis[at] = vni;
    firstSeconds[at] = nowSeconds;
    lastSeconds[at] = nowSeconds;
    anything = true;
  }

  /** Brings {@link #inUse} up to date; to be called now and then. */
  public void publish(int nowSeconds) {
    if (!anything) {
      return;
    }
    List<Integer> now = new ArrayList<>();
    anything = false;
    for (int i = 0; i < MOST; i++) {
      if (vnis[i] != 0 && nowSeconds - lastSeconds[i] >= FORGOTTEN_AFTER_SECONDS) {
        vnis[i] = 0;
      }
      if (vnis[i] != 0) {
        anything = true;
        if (lastSeconds[i] - firstSeconds[i] >= BELIEVED_AFTER_SECONDS) {
          now.add(vnis[i]);
        }
      }
    }
    now.sort(null);
    if (!now.equals(inUse)) {
      inUse = List.copyOf(now);
    }
  }

  /** The VNIs that are in use by others, in order, as of the last {@link #publish}. */
  public List<Integer> inUse() {
    return inUse;
  }
}
