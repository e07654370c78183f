package net.viaduct.io.linux;

import java.util.Arrays;
import net.viaduct.io.Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a batch by the socket that they leave from. In the chain of a socket the entries
 * of one flow to one destination stand together, in their order, flows in the order of their first
 * entry: so what machines send in turn leaves as one run for each flow, and the other end can put
 * each run together again. Owned by the thread that sends; allocates only for the largest batch.
 */
final class EntryChains {
  /** Behind the last entry of a chain. */
  static final int END = -1;

  private static final int GOLDEN_RATIO = 0x9e37_79b9;

  private final int[] first;
  private final int[] last;
  private final int[] usedSlots;
  private int used;

  /** By entry: the one behind it. */
  private int[] next = new int[0];

  /**
   * An open table of flows, at most half full; {@link #round} tells which places are of this batch.
   */
  private int[] rounds = new int[0];

  private int[] slots = new int[0];
  private int[] hashes = new int[0];
  private int[] lastOfFlow = new int[0];
  private @Nullable Endpoint[] destinations = new Endpoint[0];
  private int round;

  /** Without entries. */
  EntryChains(int slots) {
    first = new int[slots];
    last = new int[slots];
    usedSlots = new int[slots];
    Arrays.fill(first, END);
  }

  /** Forgets all entries, and makes room for so many. */
  void begin(int entries) {
    for (int i = 0; i < used; i++) {
      first[usedSlots[i]] = END;
    }
    used = 0;
    if (next.length < entries) {
      next = new int[entries];
      int places =
          Integer.highestOneBit(Math.max(1, entries) * 4 - 1); // a power of 2, from 2 times
      rounds = new int[places];
      slots = new int[places];
      hashes = new int[places];
      lastOfFlow = new int[places];
      destinations = new Endpoint[places];
      round = 0;
    }
    if (++round == 0) { // once in 2^32 batches: places of the first round would look like new ones
      Arrays.fill(rounds, 0);
      round = 1;
    }
  }

  /** Appends an entry to its flow, or to the chain of its socket; entries come in their order. */
  void add(int entry, int slot, int flowHash, Endpoint destination) {
    int place = placeOf(slot, flowHash, destination);
    if (rounds[place] == round) {
      insertBehind(lastOfFlow[place], entry, slot);
    } else {
      rounds[place] = round;
      slots[place] = slot;
      hashes[place] = flowHash;
      destinations[place] = destination;
      append(entry, slot);
    }
    lastOfFlow[place] = entry;
  }

  private int placeOf(int slot, int flowHash, Endpoint destination) {
    int mask = rounds.length - 1;
    int place = (((flowHash * GOLDEN_RATIO) >>> 16) ^ slot) & mask;
    while (rounds[place] == round
        && !(hashes[place] == flowHash
            && slots[place] == slot
            && destination.equals(destinations[place]))) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private void insertBehind(int before, int entry, int slot) {
    next[entry] = next[before];
    next[before] = entry;
    if (last[slot] == before) {
      last[slot] = entry;
    }
  }

  private void append(int entry, int slot) {
    if (first[slot] == END) {
      first[slot] = entry;
      usedSlots[used++] = slot;
    } else {
      next[last[slot]] = entry;
    }
    last[slot] = entry;
    next[entry] = END;
  }

  /** How many sockets have entries. */
  int used() {
    return used;
  }

  /** A socket that has entries, in the order of their first ones. */
  int slot(int index) {
    return usedSlots[index];
  }

  /** The first entry of a socket. */
  int first(int slot) {
    return first[slot];
  }

  /** The entry behind another one of the same socket; {@link #END} if there is none. */
  int next(int entry) {
    return next[entry];
  }
}
