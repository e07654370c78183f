package net.viaduct.vtep.path;

import java.lang.foreign.MemorySegment;
import java.util.List;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.FlowKey;
import net.viaduct.wire.IpProtocol;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.ip.TcpHeader;

/**
 * Remembers the flows of large frames that were sent not long ago, so that ICMP which quotes
 * something that was never sent has no effect (RFC 8899 section 4.6.1, R33). A table of fixed size
 * in which the newest wins. Owned by the thread that sends; what says so is the data-path thread's,
 * which asks.
 *
 * <p>Who forges has to know the MAC addresses, IP addresses and ports of an inner flow that is
 * active, and of TCP the sequence numbers that are in flight. What quotes less than the inner ports
 * proves nothing.
 */
public final class SentRecord {
  private static final int CAPACITY = 8192;
  private static final int REMEMBERED_SECONDS = 10;

  /** More than a window of TCP that waits for acknowledgment is rarely. */
  private static final int MOST_IN_FLIGHT_BYTES = 4 << 20;

  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private final long[] prints = new long[CAPACITY];
  private final int[] seconds = new int[CAPACITY];
  private final int[] sequenceEnds = new int[CAPACITY];
  private final FlowKey quoted = new FlowKey();
  private SentRecord[] others = {};

  /** Nothing was sent yet. */
  public SentRecord() {}

  /**
   * A frame leaves.
   *
   * @param remote by its index
   * @param key parsed from the frame
   * @param lengthBytes of the frame, also of a super-frame
   */
  public void sent(
      int remote, MemorySegment s, long at, FlowKey key, int lengthBytes, int nowSeconds) {
    long print = print(remote, s, at, key);
    int slot = slot(print);
    prints[slot] = print;
    seconds[slot] = nowSeconds;
    if (isTcp(key)) {
      sequenceEnds[slot] = TcpHeader.sequence(s, at + key.transportOffset()) + lengthBytes;
    }
  }

  /** What other threads sent counts too. The data-path thread, before the first frame. */
  public void others(List<SentRecord> ofWorkers) {
    others = ofWorkers.toArray(SentRecord[]::new);
  }

  /**
   * Whether a frame, of which the beginning is quoted, may be one that was sent.
   *
   * @param at the first byte of the inner frame in the quote
   * @param lengthBytes how much of it is quoted
   * @return asked by the data-path thread, while others send: what they do at this very moment may
   *     be missed
   */
  public boolean mayHaveSent(
      int remote, MemorySegment s, long at, int lengthBytes, int nowSeconds) {
    if (!EthernetHeader.fits(lengthBytes)) {
      return false;
    }
    quoted.parse(s, at, lengthBytes);
    boolean showsPorts =
        quoted.transportOffset() >= 0
            && quoted.networkEnd() - quoted.transportOffset() >= TcpHeader.SEQUENCE_OFFSET + 4;
    if (!showsPorts) {
      return false;
    }
    long print = print(remote, s, at, quoted);
    int sequence = isTcp(quoted) ? TcpHeader.sequence(s, at + quoted.transportOffset()) : 0;
    boolean mayHave = has(print, isTcp(quoted), sequence, nowSeconds);
    for (int i = 0; i < others.length && !mayHave; i++) {
      mayHave = others[i].has(print, isTcp(quoted), sequence, nowSeconds);
    }
    return mayHave;
  }

  private boolean has(long print, boolean tcp, int sequence, int nowSeconds) {
    int slot = slot(print);
    if (prints[slot] != print || nowSeconds - seconds[slot] > REMEMBERED_SECONDS) {
      return false;
    }
    int before = sequenceEnds[slot] - sequence;
    return !tcp || (before >= 0 && before <= MOST_IN_FLIGHT_BYTES);
  }

  private static boolean isTcp(FlowKey key) {
    return key.ipProtocol() == IpProtocol.TCP && key.transportOffset() >= 0;
  }

  private static long print(int remote, MemorySegment s, long at, FlowKey key) {
    long macs = EthernetHeader.destination(s, at) * MIX ^ EthernetHeader.source(s, at);
    int ports = key.transportOffset() < 0 ? 0 : NetworkOrder.i32(s, at + key.transportOffset());
    long flow = ((long) key.hash() << 32) ^ ports;
    return (macs * MIX ^ flow) * MIX ^ remote;
  }

  private static int slot(long print) {
    return (int) ((print * MIX) >>> 51);
  }
}
