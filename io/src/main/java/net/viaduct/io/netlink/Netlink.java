package net.viaduct.io.netlink;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import net.viaduct.io.IoFailure;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the kernel over one netlink socket, each answered before the next. Safe from any
 * thread.
 */
public final class Netlink implements AutoCloseable {
  /** The kernel answers in microseconds; this long it never takes. */
  private static final long ANSWER_TIMEOUT_NS = 10_000_000_000L;

  /** How often an inconsistent dump is repeated before it is an error. */
  private static final int DUMP_ATTEMPTS = 50;

  private static final int ERROR_MESSAGE_ATTRIBUTE = 1;

  private final NetlinkTransport transport;
  private int sequence;

  /** A client that closes the transport when it is closed. */
  public Netlink(NetlinkTransport transport) {
    this.transport = transport;
  }

  /**
   * Sends a request and waits for the acknowledgement.
   *
   * @param call what it does, for a person: {@code create bridge br0}
   * @throws IoFailure if the kernel refuses
   */
  public synchronized void request(String call, NetlinkRequest request) {
    int expected = ++sequence;
    transport.send(request.toBytes(expected, NetlinkRequest.ACKNOWLEDGE));
    while (true) {
      for (NetlinkMessage message : next(call)) {
        if (message.sequence() == expected && message.type() == NetlinkMessage.ERROR) {
          throwIfRefused(call, message);
          return;
        }
      }
    }
  }

  /**
   * Sends requests of which the kernel does all or none, and waits until it has.
   *
   * @param begin what stands in front of them, and is not acknowledged
   * @param end what stands behind them
   * @throws IoFailure if the kernel refuses one: then nothing has changed
   */
  public synchronized void transaction(
      String call, NetlinkRequest begin, List<NetlinkRequest> steps, NetlinkRequest end) {
    int first = sequence + 1;
    ByteArrayOutputStream datagram = new ByteArrayOutputStream();
    datagram.writeBytes(begin.toBytes(++sequence, 0));
    for (NetlinkRequest step : steps) {
      datagram.writeBytes(step.toBytes(++sequence, NetlinkRequest.ACKNOWLEDGE));
    }
    datagram.writeBytes(end.toBytes(++sequence, 0));
    transport.send(datagram.toByteArray());
    int left = steps.size();
    while (left > 0) {
      for (NetlinkMessage message : next(call)) {
        boolean ours = message.sequence() >= first && message.sequence() <= sequence;
        if (ours && message.type() == NetlinkMessage.ERROR) {
          throwIfRefused(call, message);
          left--;
        }
      }
    }
  }

  /**
   * Asks for one object.
   *
   * @return the message that describes it
   * @throws IoFailure if the kernel refuses: ENODEV and the like if it does not exist
   */
  public synchronized NetlinkMessage get(String call, NetlinkRequest request) {
    int expected = ++sequence;
    transport.send(request.toBytes(expected, NetlinkRequest.ACKNOWLEDGE));
    NetlinkMessage found = null;
    while (true) {
      for (NetlinkMessage message : next(call)) {
        if (message.sequence() != expected) {
          continue;
        }
        if (message.type() != NetlinkMessage.ERROR) {
          found = copy(message);
          continue;
        }
        throwIfRefused(call, message);
        if (found == null) {
          throw new IoFailure(call, "ENOMSG", "the kernel acknowledged and answered nothing");
        }
        return found;
      }
    }
  }

  /**
   * Asks for all objects of a kind; again from the start when they changed meanwhile.
   *
   * @param parse turns a message into an object; null for a message that is none
   * @throws IoFailure if the kernel refuses, or what is asked for never stops to change
   */
  public synchronized <T> List<T> dump(
      String call, NetlinkRequest request, Function<NetlinkMessage, @Nullable T> parse) {
    for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      List<T> consistent = dumpOnce(call, request, parse);
      if (consistent != null) {
        return consistent;
      }
    }
    throw new IoFailure(call, "EINTR", "changed during each of " + DUMP_ATTEMPTS + " readings");
  }

  private <T> @Nullable List<T> dumpOnce(
      String call, NetlinkRequest request, Function<NetlinkMessage, @Nullable T> parse) {
    int expected = ++sequence;
    transport.send(request.toBytes(expected, NetlinkRequest.DUMP));
    List<T> found = new ArrayList<>();
    boolean interrupted = false;
    while (true) {
      for (NetlinkMessage message : next(call)) {
        if (message.sequence() != expected) {
          continue;
        }
        interrupted |= (message.flags() & NetlinkMessage.FLAG_DUMP_INTERRUPTED) != 0;
        if (message.type() == NetlinkMessage.DONE || message.type() == NetlinkMessage.ERROR) {
          throwIfRefused(call, message);
          return interrupted ? null : found;
        }
        T parsed = parse.apply(message);
        if (parsed != null) {
          found.add(parsed);
        }
      }
    }
  }

  private List<NetlinkMessage> next(String call) {
    ByteBuffer datagram = transport.receive(ANSWER_TIMEOUT_NS);
    if (datagram == null) {
      throw new IoFailure(call, "ETIMEDOUT", "the kernel did not answer");
    }
    NetlinkMessage.Batch batch = NetlinkMessage.split(datagram);
    if (!batch.whole()) {
      throw new IoFailure(call, "EBADMSG", "the kernel's answer is malformed");
    }
    return batch.messages();
  }

  private void throwIfRefused(String call, NetlinkMessage message) {
    int errno = -message.s32(0);
    if (errno != 0) {
      throw transport.failure(call, errno, detail(message));
    }
  }

  /** What the kernel says about a refusal: struct nlmsgerr, then NLMSGERR_ATTR_MSG. */
  private static @Nullable String detail(NetlinkMessage message) {
    if ((message.flags() & NetlinkMessage.FLAG_ACK_ATTRIBUTES) == 0) {
      return null;
    }
    if (message.type() == NetlinkMessage.DONE) {
      return message.attributes(4).text(ERROR_MESSAGE_ATTRIBUTE);
    }
    boolean capped = (message.flags() & NetlinkMessage.FLAG_CAPPED) != 0;
    int echoed = capped ? NetlinkMessage.HEADER_BYTES : message.s32(4);
    if (echoed < 0 || echoed > message.body().limit()) {
      return null;
    }
    return message.attributes(4 + echoed).text(ERROR_MESSAGE_ATTRIBUTE);
  }

  private static NetlinkMessage copy(NetlinkMessage message) {
    ByteBuffer own = ByteBuffer.allocate(message.body().limit()).order(message.body().order());
    own.put(message.body().duplicate().rewind()).flip();
    return new NetlinkMessage(
        message.type(), message.flags(), message.sequence(), message.portId(), own);
  }

  @Override
  public synchronized void close() {
    transport.close();
  }
}
