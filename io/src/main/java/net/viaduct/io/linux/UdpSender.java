package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.util.Arrays;
import net.viaduct.io.DatagramBatch;
import net.viaduct.io.SendResult;
import net.viaduct.runtime.DistinctErrors;

/**
 * Sends batches of datagrams, each from the socket of its flow. Owned by the data-path thread.
 *
 * <p>Entries of one flow share a socket and keep their order; sockets take their turns in the order
 * of their first entry.
 */
final class UdpSender {
  private static final int NONE = -1;
  private static final String WITHIN_TUNNEL =
      "a super-frame within a tunnel of the machine's own cannot be cut;"
          + " turn off segmentation offload of the device that the tunnel leaves from";

  private final SocketCalls sockets;
  private final SourcePorts sources;
  private final DatagramMessages messages;
  private final SendErrors errors;

  /** By socket: the first and the last of its entries, which are chained by {@link #nextEntry}. */
  private final int[] firstEntry;

  private final int[] lastEntry;
  private final int[] usedSources;
  private int[] nextEntry = new int[0];
  private int[] datagrams = new int[0];
  private SendResult[] results = new SendResult[0];

  UdpSender(SourcePorts sources, Arena arena, DistinctErrors errors, String name) {
    this.sources = sources;
    this.sockets = new SocketCalls(arena);
    this.messages = new DatagramMessages(arena);
    this.errors = new SendErrors(errors, "send to underlay " + name);
    firstEntry = new int[sources.count()];
    lastEntry = new int[sources.count()];
    usedSources = new int[sources.count()];
    Arrays.fill(firstEntry, NONE);
  }

  /** Sends all entries and tells the result of each. */
  void send(DatagramBatch batch) {
    int size = batch.size();
    if (nextEntry.length < size) {
      nextEntry = new int[size]; // once for the largest batch
      datagrams = new int[size];
      results = new SendResult[size];
    }
    int used = chainBySource(batch, size);
    for (int i = 0; i < used; i++) {
      int source = usedSources[i];
      sendFrom(source, batch);
      firstEntry[source] = NONE;
    }
    for (int i = 0; i < size; i++) {
      batch.result(i, results[i], datagrams[i]);
    }
  }

  private int chainBySource(DatagramBatch batch, int size) {
    int used = 0;
    for (int i = 0; i < size; i++) {
      int source = sources.indexOf(batch.flowHash(i));
      if (firstEntry[source] == NONE) {
        firstEntry[source] = i;
        usedSources[used++] = source;
      } else {
        nextEntry[lastEntry[source]] = i;
      }
      lastEntry[source] = i;
      nextEntry[i] = NONE;
      datagrams[i] = 0;
      results[i] = SendResult.SENT;
    }
    return used;
  }

  private void sendFrom(int source, DatagramBatch batch) {
    int fd = sources.descriptor(source);
    for (int entry = firstEntry[source]; entry != NONE; entry = nextEntry[entry]) {
      DatagramMessages.Added added;
      while ((added = messages.add(batch, entry)) == DatagramMessages.Added.IN_PART) {
        flush(fd);
      }
      if (added == DatagramMessages.Added.NOT_CUTTABLE) {
        results[entry] = errors.refused("a super-frame that is no whole TCP or UDP cannot be cut");
      } else if (added == DatagramMessages.Added.CUT_WITHIN_TUNNEL) {
        results[entry] = errors.refused(WITHIN_TUNNEL);
      }
    }
    flush(fd);
  }

  private void flush(int fd) {
    int done = 0;
    while (done < messages.count()) {
      int left = messages.count() - done;
      int result = sockets.sendmmsg(fd, messages.address(done), left, SocketCalls.MSG_DONTWAIT);
      for (int i = 0; i < result; i++) {
        datagrams[messages.entry(done++)]++;
      }
      if (result <= 0) {
        done = tellFailure(done, result);
      }
    }
    messages.clear();
  }

  private int tellFailure(int done, int errno) {
    // a full socket takes none of those behind either; other causes are about one datagram
    int end = errno == -ErrorNumber.EAGAIN ? messages.count() : done + 1;
    SendResult result = errors.resultOf(errno);
    for (int i = done; i < end; i++) {
      results[messages.entry(i)] = result;
    }
    return end;
  }
}
