package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Messages for recvmmsg and sendmmsg, each with its vectors, a socket address and room for control
 * data. Owned by the thread that owns the socket; nothing allocates but the constructor.
 *
 * <pre>
 * struct mmsghdr {                   linux/socket.h, 64 bytes
 *   struct msghdr {
 *     void *msg_name; int msg_namelen;
 *     struct iovec *msg_iov; size_t msg_iovlen;
 *     void *msg_control; size_t msg_controllen;
 *     int msg_flags;
 *   } msg_hdr;
 *   unsigned int msg_len;
 * };
 * struct iovec { void *iov_base; size_t iov_len; };
 * </pre>
 */
final class MessageArray {
  private static final int MESSAGE_BYTES = 64;
  private static final int NAME_LENGTH_OFFSET = 8;
  private static final int VECTORS_OFFSET = 16;
  private static final int VECTOR_COUNT_OFFSET = 24;
  private static final int CONTROL_OFFSET = 32;
  private static final int CONTROL_LENGTH_OFFSET = 40;
  private static final int FLAGS_OFFSET = 48;
  private static final int LENGTH_OFFSET = 56;
  private static final int VECTOR_BYTES = 16;

  private final MemorySegment messages;
  private final MemorySegment vectors;
  private final MemorySegment names;
  private final MemorySegment controls;
  private final int capacity;
  private final int vectorsPerMessage;
  private final int nameBytes;
  private final int controlBytes;

  /**
   * Messages with all fields set, but for the vectors.
   *
   * @param nameBytes of a socket address; 0 if there is none
   * @param controlBytes of control data; 0 if there is none
   */
  MessageArray(Arena arena, int capacity, int vectorsPerMessage, int nameBytes, int controlBytes) {
    this.capacity = capacity;
    this.vectorsPerMessage = vectorsPerMessage;
    this.nameBytes = nameBytes;
    this.controlBytes = controlBytes;
    messages = arena.allocate((long) capacity * MESSAGE_BYTES, 64);
    vectors = arena.allocate((long) capacity * vectorsPerMessage * VECTOR_BYTES, 64);
    names = arena.allocate(Math.max(8, (long) capacity * nameBytes), 8);
    controls = arena.allocate(Math.max(8, (long) capacity * controlBytes), 8);
    for (int i = 0; i < capacity; i++) {
      long at = (long) i * MESSAGE_BYTES;
      messages.set(JAVA_LONG, at, nameBytes == 0 ? 0 : names.address() + name(i));
      messages.set(JAVA_LONG, at + VECTORS_OFFSET, vectors.address() + vector(i, 0));
      messages.set(JAVA_LONG, at + VECTOR_COUNT_OFFSET, vectorsPerMessage);
      messages.set(
          JAVA_LONG, at + CONTROL_OFFSET, controlBytes == 0 ? 0 : controls.address() + control(i));
      rearm(i);
    }
  }

  /** How many messages there are. */
  int capacity() {
    return capacity;
  }

  /** The address of a message, and of all that follow. */
  long address(int index) {
    return messages.address() + (long) index * MESSAGE_BYTES;
  }

  /** Sets again what the kernel changed when it filled the message. */
  void rearm(int index) {
    long at = (long) index * MESSAGE_BYTES;
    messages.set(JAVA_INT, at + NAME_LENGTH_OFFSET, nameBytes);
    messages.set(JAVA_LONG, at + CONTROL_LENGTH_OFFSET, controlBytes);
    messages.set(JAVA_INT, at + FLAGS_OFFSET, 0);
  }

  /** Sets how many bytes the socket address of a message has. */
  void nameBytes(int index, int bytes) {
    messages.set(JAVA_INT, (long) index * MESSAGE_BYTES + NAME_LENGTH_OFFSET, bytes);
  }

  /** Sets how many bytes of control data a message has. */
  void controlLengthBytes(int index, long bytes) {
    messages.set(JAVA_LONG, (long) index * MESSAGE_BYTES + CONTROL_LENGTH_OFFSET, bytes);
  }

  /** Sets one of the vectors of a message. */
  void vector(int index, int vector, long address, long bytes) {
    long at = vector(index, vector);
    vectors.set(JAVA_LONG, at, address);
    vectors.set(JAVA_LONG, at + 8, bytes);
  }

  /** Sets how many of its vectors a message has. */
  void vectorCount(int index, int count) {
    messages.set(JAVA_LONG, (long) index * MESSAGE_BYTES + VECTOR_COUNT_OFFSET, count);
  }

  /** Sets one of all vectors, for use with {@link #vectors}. */
  void vectorAt(int position, long address, long bytes) {
    long at = (long) position * VECTOR_BYTES;
    vectors.set(JAVA_LONG, at, address);
    vectors.set(JAVA_LONG, at + 8, bytes);
  }

  /** Gives a message a row of vectors, wherever they are among all. */
  void vectors(int index, int first, int count) {
    long at = (long) index * MESSAGE_BYTES;
    messages.set(JAVA_LONG, at + VECTORS_OFFSET, vectors.address() + (long) first * VECTOR_BYTES);
    messages.set(JAVA_LONG, at + VECTOR_COUNT_OFFSET, count);
  }

  /** How many bytes of a message the kernel moved. */
  int lengthBytes(int index) {
    return messages.get(JAVA_INT, (long) index * MESSAGE_BYTES + LENGTH_OFFSET);
  }

  /** The flags that the kernel set: MSG_TRUNC and the like. */
  int flags(int index) {
    return messages.get(JAVA_INT, (long) index * MESSAGE_BYTES + FLAGS_OFFSET);
  }

  /** Bytes of control data that the kernel wrote. */
  long controlLengthBytes(int index) {
    return messages.get(JAVA_LONG, (long) index * MESSAGE_BYTES + CONTROL_LENGTH_OFFSET);
  }

  /** Where all socket addresses are. */
  MemorySegment names() {
    return names;
  }

  /** Where the socket address of a message is in {@link #names()}. */
  long name(int index) {
    return (long) index * nameBytes;
  }

  /** Where all control data is. */
  MemorySegment controls() {
    return controls;
  }

  /** Where the control data of a message is in {@link #controls()}. */
  long control(int index) {
    return (long) index * controlBytes;
  }

  private long vector(int index, int vector) {
    return ((long) index * vectorsPerMessage + vector) * VECTOR_BYTES;
  }
}
