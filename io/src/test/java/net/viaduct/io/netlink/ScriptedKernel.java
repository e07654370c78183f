package net.viaduct.io.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;
import net.viaduct.io.IoFailure;
import org.jspecify.annotations.Nullable;

/** The twin of a netlink socket: answers what it was told to, and remembers what it was asked. */
public final class ScriptedKernel implements NetlinkTransport {
  private final Deque<Supplier<ByteBuffer>> answers = new ArrayDeque<>();
  private final List<ByteBuffer> asked = new ArrayList<>();
  private boolean closed;

  /** Bytes as the next datagram. */
  public ScriptedKernel thenBytes(byte[] datagram) {
    answers.add(() -> ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()));
    return this;
  }

  /** Messages as the next datagram, which answer the last request. */
  ScriptedKernel then(byte[]... messages) {
    answers.add(() -> {
      int bytes = Arrays.stream(messages).mapToInt(each -> each.length).sum();
      ByteBuffer datagram = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
      for (byte[] each : messages) {
        int at = datagram.position();
        datagram.put(each);
        if (datagram.getInt(at + 8) == 0) {
          datagram.putInt(at + 8, lastSequence());
        }
      }
      return datagram.flip();
    });
    return this;
  }

  /** A failure in place of the next datagram. */
  public ScriptedKernel thenFail(String errno) {
    answers.add(() -> {
      throw new IoFailure("receive from netlink", errno, "as scripted");
    });
    return this;
  }

  /** One message; its sequence is the last request's. */
  static byte[] message(int type, int flags, byte... body) {
    return message(type, flags, 0, body);
  }

  static byte[] message(int type, int flags, int sequence, byte[] body) {
    int padded = (body.length + 3) & ~3;
    ByteBuffer bytes = ByteBuffer.allocate(16 + padded).order(ByteOrder.nativeOrder());
    bytes.putInt(16 + body.length).putShort((short) type).putShort((short) flags);
    bytes.putInt(sequence).putInt(0).put(body);
    return bytes.array();
  }

  static byte[] error(int errno) {
    return message(NetlinkMessage.ERROR, 0, ints(-errno));
  }

  static byte[] done() {
    return message(NetlinkMessage.DONE, 2, ints(0));
  }

  static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.nativeOrder());
    Arrays.stream(values).forEach(bytes::putInt);
    return bytes.array();
  }

  /** How many requests there were. */
  int requests() {
    return asked.size();
  }

  private int lastSequence() {
    return asked.isEmpty() ? 0 : asked.getLast().getInt(8);
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void send(byte[] datagram) {
    asked.add(ByteBuffer.wrap(datagram).order(ByteOrder.nativeOrder()));
  }

  @Override
  public @Nullable ByteBuffer receive(long timeoutNs) {
    Supplier<ByteBuffer> next = answers.poll();
    return next == null ? null : next.get();
  }

  @Override
  public int portId() {
    return 0;
  }

  @Override
  public IoFailure failure(String call, int errno, @Nullable String detail) {
    return new IoFailure(call, "errno " + errno, String.valueOf(detail));
  }

  @Override
  public int[] descriptors() {
    return new int[0];
  }

  @Override
  public void close() {
    closed = true;
  }
}
