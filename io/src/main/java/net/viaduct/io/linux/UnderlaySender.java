package net.viaduct.io.linux;

import java.lang.foreign.Arena;
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
 * Owned by the thread that sends by it.
 *
 * <p>Entries of one flow share a socket and stand together there, in their order; sockets and flows
 * take their turns in the order of their first entry.
 */
final class UnderlaySender implements TapLegSender.Outcome {
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
  private final UdpSegmentation segmentation;

  private final EntryChains chains;
  private int[] datagrams = new int[0];
  private int[] lostBytes = new int[0];
  private SendResult[] results = new SendResult[0];

  /**
   * Sends from these addresses.
   *
   * @param reachability is told what could not be reached
   */
  UnderlaySender(
      List<UnderlayLeg> legs, Reachability reachability, Arena arena, DistinctErrors errors) {
    this(legs, reachability, arena, errors, UdpOffload.MOST_SEGMENTS);
  }

  /** The same, with so many datagrams in a message until the kernel refuses them. */
  UnderlaySender(
      List<UnderlayLeg> legs,
      Reachability reachability,
      Arena arena,
      DistinctErrors errors,
      int mostInRun) {
    this.sockets = new SocketCalls(arena);
    this.messages = new DatagramMessages(arena);
    this.reachability = reachability;
    String call = "send to underlay from " + legs.getFirst().local();
    this.errors = new SendErrors(errors, call);
    this.segmentation = new UdpSegmentation(errors, call, mostInRun);
    messages.mostInRun(mostInRun);
    ipv4 = find(legs, IpFamily.V4);
    ipv6 = find(legs, IpFamily.V6);
    int slots = legs.stream().mapToInt(leg -> leg.firstSlot() + leg.slots()).max().orElse(0);
    chains = new EntryChains(slots);
  }

  private static @Nullable UnderlayLeg find(List<UnderlayLeg> legs, IpFamily family) {
    return legs.stream().filter(leg -> leg.family() == family).findFirst().orElse(null);
  }

  /** Sends all entries and tells the result of each. */
  void send(DatagramBatch batch) {
    int size = batch.size();
    if (datagrams.length < size) {
      datagrams = new int[size]; // once for the largest batch
      lostBytes = new int[size];
      results = new SendResult[size];
    }
    chain(batch, size);
    for (int i = 0; i < chains.used(); i++) {
      sendFrom(chains.slot(i), batch);
    }
    for (int i = 0; i < size; i++) {
      batch.result(i, results[i], datagrams[i], lostBytes[i]);
    }
  }

  private void chain(DatagramBatch batch, int size) {
    chains.begin(size);
    for (int i = 0; i < size; i++) {
      datagrams[i] = 0;
      lostBytes[i] = 0;
      results[i] = SendResult.SENT;
      int flowHash = batch.flowHash(i);
      int slot = slotOf(batch.destination(i), flowHash, i);
      if (slot != NONE) {
        chains.add(i, slot, flowHash, batch.destination(i));
      }
    }
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
    UnderlayLeg leg = legOf(slot);
    int fd = leg.descriptor(slot);
    boolean runs = segmentation.isGranted() && leg.hasChecksums(slot);
    messages.clear(runs);
    TapLegSender tap = leg.tap();
    if (tap != null) {
      tap.begin(leg.sourcePort(slot), leg.hasChecksums(slot));
    }
    for (int entry = chains.first(slot); entry != EntryChains.END; entry = chains.next(entry)) {
      if (tap != null) {
        if (tap.takes(batch, entry)) {
          flush(fd, batch); // what is before it in its flow
          messages.clear(runs);
          tap.add(batch, entry, this);
          continue;
        }
        tap.flush(batch, this);
      }
      DatagramMessages.Added added;
      while ((added = messages.add(batch, entry)) == DatagramMessages.Added.IN_PART) {
        flush(fd, batch);
        messages.clear(runs);
      }
      if (added == DatagramMessages.Added.NOT_CUTTABLE) {
        results[entry] = errors.refused(NOT_CUTTABLE);
      }
    }
    if (tap != null) {
      tap.flush(batch, this);
    }
    flush(fd, batch);
  }

  @Override
  public void sent(DatagramBatch batch, int entry, int count) {
    datagrams[entry] = count;
    reachability.reached(batch.destination(entry));
  }

  @Override
  public void refused(DatagramBatch batch, int entry, int errno) {
    results[entry] = errors.resultOf(errno);
  }

  private UnderlayLeg legOf(int slot) {
    UnderlayLeg leg = ipv4 != null && ipv4.hasSlot(slot) ? ipv4 : ipv6;
    if (leg == null) {
      throw new IllegalStateException("no socket " + slot);
    }
    return leg;
  }

  private void flush(int fd, DatagramBatch batch) {
    int done = 0;
    while (done < messages.count()) {
      int left = messages.count() - done;
      int result = sockets.sendmmsg(fd, messages.address(done), left, SocketCalls.MSG_DONTWAIT);
      for (int i = 0; i < result; i++) {
        left(batch, messages.firstDatagram(done), messages.firstDatagram(done + 1));
        done++;
      }
      if (result <= 0) {
        done = onFailure(fd, batch, done, result);
      }
    }
  }

  private void left(DatagramBatch batch, int from, int to) {
    for (int i = from; i < to; i++) {
      datagrams[messages.entry(i)]++;
    }
    reachability.reached(batch.destination(messages.entry(from)));
  }

  /**
   * A label is refused where a program of this namespace has one for itself alone
   * (linux/net/ipv6/ip6_flowlabel.c); the kernel then makes labels of addresses and ports.
   */
  private boolean dropsFlowLabels(DatagramBatch batch, int datagram, int errno) {
    if (errno != -ErrorNumber.EINVAL
        || batch.destination(messages.entry(datagram)).address().isIpv4()
        || !messages.hasFlowLabels()) {
      return false;
    }
    messages.withoutFlowLabels();
    return true;
  }

  private int onFailure(int fd, DatagramBatch batch, int message, int errno) {
    int from = messages.firstDatagram(message);
    if (errno == -ErrorNumber.EAGAIN) { // a full socket takes none of those behind either
      tellFailure(batch, from, messages.firstDatagram(messages.count()), errno);
      return messages.count();
    }
    int to = messages.firstDatagram(message + 1);
    if (to - from > 1) {
      sendSingly(fd, batch, from, to, errno);
    } else if (dropsFlowLabels(batch, from, errno)) {
      return message; // once more
    } else {
      tellFailure(batch, from, to, errno);
    }
    return message + 1;
  }

  /**
   * A run was refused: each of its datagrams gets a result of its own. EINVAL may be about the run,
   * which is too long, or about its flow label; only a single datagram tells which.
   */
  private void sendSingly(int fd, DatagramBatch batch, int from, int to, int refusal) {
    boolean labels = messages.hasFlowLabels();
    int left = 0;
    for (int i = from; i < to; i++) {
      int result = sendOne(fd, batch, i);
      if (result <= 0 && dropsFlowLabels(batch, i, result)) {
        result = sendOne(fd, batch, i);
      }
      if (result > 0) {
        left(batch, i, i + 1);
        left++;
      } else {
        tellFailure(batch, i, i + 1, result);
      }
    }
    if (left == to - from && labels == messages.hasFlowLabels()) {
      segmentation.refused(to - from, refusal);
      messages.mostInRun(segmentation.most());
    }
  }

  private int sendOne(int fd, DatagramBatch batch, int datagram) {
    return sockets.sendmmsg(fd, messages.single(batch, datagram), 1, SocketCalls.MSG_DONTWAIT);
  }

  private void tellFailure(DatagramBatch batch, int from, int to, int errno) {
    SendResult result = errors.resultOf(errno);
    for (int i = from; i < to; i++) {
      results[messages.entry(i)] = result;
      lostBytes[messages.entry(i)] += messages.payloadBytes(i);
    }
    if (result == SendResult.UNREACHABLE) {
      reachability.failed(batch.destination(messages.entry(from)), errno);
    }
  }
}
