package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.Endpoint;
import net.viaduct.io.SendResult;
import net.viaduct.io.Transport;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Sends batches of datagrams, each from the socket of its flow and of its destination's family.
 * Owned by the data-path thread.
 *
 * <p>Entries of one flow share a socket and keep their order; sockets take their turns in the order
 * of their first entry.
 */
final class UnderlaySender {
  private static final int NONE = -1;
  private static final String NOT_CUTTABLE =
      "a super-frame that is no whole TCP or UDP, or is within a tunnel that is not known,"
          + " cannot be cut";

  private final SocketCalls sockets;
  private final @Nullable UnderlayLeg ipv4;
  private final @Nullable UnderlayLeg ipv6;
  private final DatagramMessages messages;
  private final SendErrors errors;
  private final Reachability reachability;

  /** By socket: the first and the last of its entries, which are chained by {@link #nextEntry}. */
  private final int[] firstEntry;

  private final int[] lastEntry;
  private final int[] usedSlots;
  private int[] nextEntry = new int[0];
  private int[] datagrams = new int[0];
  private SendResult[] results = new SendResult[0];

  /**
   * Sends from these addresses.
   *
   * @param reachability is told what could not be reached
   */
  UnderlaySender(
      List<UnderlayLeg> legs, Reachability reachability, Arena arena, DistinctErrors errors) {
    this.sockets = new SocketCalls(arena);
    this.messages = new DatagramMessages(arena);
    this.reachability = reachability;
    this.errors = new SendErrors(errors, "send to underlay from " + legs.getFirst().local());
    ipv4 = find(legs, IpFamily.V4);
    ipv6 = find(legs, IpFamily.V6);
    int slots = legs.stream().mapToInt(leg -> leg.firstSlot() + leg.slots()).max().orElse(0);
    firstEntry = new int[slots];
    lastEntry = new int[slots];
    usedSlots = new int[slots];
    Arrays.fill(firstEntry, NONE);
  }

  private static @Nullable UnderlayLeg find(List<UnderlayLeg> legs, IpFamily family) {
    return legs.stream().filter(leg -> leg.family() == family).findFirst().orElse(null);
  }

  /** Sends all entries and tells the result of each. */
  void send(DatagramBatch batch) {
    int size = batch.size();
    if (nextEntry.length < size) {
      nextEntry = new int[size]; // once for the largest batch
      datagrams = new int[size];
      results = new SendResult[size];
    }
    int used = chainBySlot(batch, size);
    for (int i = 0; i < used; i++) {
      int slot = usedSlots[i];
      sendFrom(slot, batch);
      firstEntry[slot] = NONE;
    }
    for (int i = 0; i < size; i++) {
      batch.result(i, results[i], datagrams[i]);
    }
  }

  private int chainBySlot(DatagramBatch batch, int size) {
    int used = 0;
    for (int i = 0; i < size; i++) {
      datagrams[i] = 0;
      results[i] = SendResult.SENT;
      int slot = slotOf(batch.destination(i), batch.flowHash(i), i);
      if (slot == NONE) {
        continue;
      }
      if (firstEntry[slot] == NONE) {
        firstEntry[slot] = i;
        usedSlots[used++] = slot;
      } else {
        nextEntry[lastEntry[slot]] = i;
      }
      lastEntry[slot] = i;
      nextEntry[i] = NONE;
    }
    return used;
  }

  private int slotOf(Endpoint destination, int flowHash, int entry) {
    IpAddress address = destination.address();
    UnderlayLeg leg = address.isIpv4() ? ipv4 : ipv6;
    if (leg == null) {
      results[entry] =
          errors.refused(
              address.isIpv4()
                  ? "the underlay has no IPv4 address to send from"
                  : "the underlay has no IPv6 address to send from");
      return NONE;
    }
    if (!leg.isUsable()) {
      results[entry] = SendResult.UNREACHABLE;
      return NONE;
    }
    if (destination.transport() == Transport.GRE && !leg.hasGre()) {
      results[entry] = errors.refused("the underlay does not carry GRE");
      return NONE;
    }
    return leg.slotOf(destination, flowHash);
  }

  private void sendFrom(int slot, DatagramBatch batch) {
    int fd = descriptor(slot);
    for (int entry = firstEntry[slot]; entry != NONE; entry = nextEntry[entry]) {
      DatagramMessages.Added added;
      while ((added = messages.add(batch, entry)) == DatagramMessages.Added.IN_PART) {
        flush(fd, batch);
      }
      if (added == DatagramMessages.Added.NOT_CUTTABLE) {
        results[entry] = errors.refused(NOT_CUTTABLE);
      }
    }
    flush(fd, batch);
  }

  private int descriptor(int slot) {
    UnderlayLeg leg = ipv4 != null && ipv4.hasSlot(slot) ? ipv4 : ipv6;
    if (leg == null) {
      throw new IllegalStateException("no socket " + slot);
    }
    return leg.descriptor(slot);
  }

  private void flush(int fd, DatagramBatch batch) {
    int done = 0;
    while (done < messages.count()) {
      int left = messages.count() - done;
      int result = sockets.sendmmsg(fd, messages.address(done), left, SocketCalls.MSG_DONTWAIT);
      for (int i = 0; i < result; i++) {
        int entry = messages.entry(done++);
        datagrams[entry]++;
        reachability.reached(batch.destination(entry));
      }
      if (result <= 0 && !retryWithoutFlowLabels(batch.destination(messages.entry(done)), result)) {
        done = tellFailure(batch, done, result);
      }
    }
    messages.clear();
  }

  /**
   * A label is refused where a program of this namespace has one for itself alone
   * (linux/net/ipv6/ip6_flowlabel.c); the kernel then makes labels of addresses and ports.
   */
  private boolean retryWithoutFlowLabels(Endpoint destination, int errno) {
    if (errno != -ErrorNumber.EINVAL
        || destination.address().isIpv4()
        || !messages.hasFlowLabels()) {
      return false;
    }
    messages.withoutFlowLabels();
    return true;
  }

  private int tellFailure(DatagramBatch batch, int done, int errno) {
    // a full socket takes none of those behind either; other causes are about one datagram
    int end = errno == -ErrorNumber.EAGAIN ? messages.count() : done + 1;
    SendResult result = errors.resultOf(errno);
    for (int i = done; i < end; i++) {
      results[messages.entry(i)] = result;
    }
    if (result == SendResult.UNREACHABLE) {
      reachability.failed(batch.destination(messages.entry(done)), errno);
    }
    return end;
  }
}
