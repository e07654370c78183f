package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import net.viaduct.io.IoFailure;

/**
 * Many reads of one descriptor by one system call (io_uring, linux/io_uring.h; Linux 5.6). Owned by
 * the thread that reads; another one may take over while nothing is being read.
 *
 * <p>The kernel carries each read out within the call, in their order, and one that would have to
 * wait ends with EAGAIN, because it is told so (RWF_NOWAIT, io_rw_init_file in io_uring/rw.c; that
 * the descriptor does not block is not enough). So nothing is under way when a call has returned.
 *
 * <pre>
 * struct io_uring_sqe { u8 opcode; u8 flags; u16 ioprio; s32 fd; u64 off; u64 addr; u32 len;
 *                       u32 rw_flags; u64 user_data; ... };        64 bytes
 * struct io_uring_cqe { u64 user_data; s32 res; u32 flags; };      16 bytes
 * </pre>
 */
final class ReadRing implements AutoCloseable {
  private static final int PARAMETERS_BYTES = 120;
  private static final int SQ_ENTRIES_OFFSET = 0;
  private static final int CQ_ENTRIES_OFFSET = 4;

  /** struct io_sqring_offsets and io_cqring_offsets in struct io_uring_params. */
  private static final int SQ_OFFSETS = 40;

  private static final int CQ_OFFSETS = 80;
  private static final int HEAD = 0;
  private static final int TAIL = 4;
  private static final int MASK = 8;
  private static final int SQ_ARRAY = 24;
  private static final int CQES = 20;

  private static final long SQ_RING = 0;
  private static final long CQ_RING = 0x800_0000L;
  private static final long SQ_ENTRIES = 0x1000_0000L;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED_POPULATE = 0x8001;

  private static final int SQE_BYTES = 64;
  private static final int SQE_FD = 4;
  private static final int SQE_OFFSET = 8;
  private static final int SQE_ADDRESS = 16;
  private static final int SQE_LENGTH = 24;
  private static final int SQE_READ_FLAGS = 28;
  private static final int SQE_USER_DATA = 32;
  private static final int CQE_BYTES = 16;
  private static final int CQE_RESULT = 8;
  private static final byte IORING_OP_READ = 22;
  private static final int IORING_ENTER_GETEVENTS = 1;
  private static final int RWF_NOWAIT = 8;

  /** The place in a file: where it is. */
  private static final long HERE = -1;

  private static final VarHandle INT = JAVA_INT.varHandle();

  private final SystemCalls calls = new SystemCalls();
  private final int ring;
  private final MemorySegment submissions;
  private final MemorySegment completions;
  private final MemorySegment entries;
  private final long submissionTail;
  private final int submissionMask;
  private final long completionHead;
  private final long completionTail;
  private final int completionMask;
  private final long completionEntries;
  private final int[] results;
  private int tail;
  private int added;

  /**
   * Opens a ring.
   *
   * @param fd what is read
   * @param most reads at a time, a power of two
   * @param arena unmaps what the ring shares with the kernel when it is closed
   * @throws IoFailure if the kernel has none, or does not let us: many sandboxes forbid it
   */
  ReadRing(int fd, int most, Arena arena) {
    results = new int[most];
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment told = confined.allocate(PARAMETERS_BYTES, Long.BYTES);
      String call = "read many frames at once, by io_uring";
      ring = ErrorNumber.check(calls.ioUringSetup(most, told.address()), call);
      int[] sq = offsets(told, SQ_OFFSETS);
      int[] cq = offsets(told, CQ_OFFSETS);
      int sqEntries = told.get(JAVA_INT, SQ_ENTRIES_OFFSET);
      int cqEntries = told.get(JAVA_INT, CQ_ENTRIES_OFFSET);
      int array = sq[SQ_ARRAY / Integer.BYTES];
      int cqes = cq[CQES / Integer.BYTES];
      try {
        submissions = map(SQ_RING, array + (long) sqEntries * Integer.BYTES, arena);
        completions = map(CQ_RING, cqes + (long) cqEntries * CQE_BYTES, arena);
        entries = map(SQ_ENTRIES, (long) sqEntries * SQE_BYTES, arena);
      } catch (RuntimeException e) {
        calls.close(ring);
        throw e;
      }
      submissionTail = sq[TAIL / Integer.BYTES];
      submissionMask = submissions.get(JAVA_INT, sq[MASK / Integer.BYTES]);
      completionHead = cq[HEAD / Integer.BYTES];
      completionTail = cq[TAIL / Integer.BYTES];
      completionMask = completions.get(JAVA_INT, cq[MASK / Integer.BYTES]);
      completionEntries = cqes;
      for (int i = 0; i < sqEntries; i++) {
        submissions.set(JAVA_INT, array + (long) i * Integer.BYTES, i);
        long at = (long) i * SQE_BYTES;
        entries.set(JAVA_BYTE, at, IORING_OP_READ);
        entries.set(JAVA_INT, at + SQE_FD, fd);
        entries.set(JAVA_LONG, at + SQE_OFFSET, HERE);
        entries.set(JAVA_INT, at + SQE_READ_FLAGS, RWF_NOWAIT);
      }
    }
  }

  private static int[] offsets(MemorySegment told, int at) {
    return told.asSlice(at, SQ_ARRAY + Integer.BYTES).toArray(JAVA_INT);
  }

  @SuppressWarnings("restricted")
  private MemorySegment map(long what, long bytes, Arena arena) {
    long address = calls.mmap(bytes, PROT_READ_WRITE, MAP_SHARED_POPULATE, ring, what);
    if (address < 0 && address > -4096) {
      throw ErrorNumber.failure("map " + bytes + " bytes of io_uring", (int) address);
    }
    return MemorySegment.ofAddress(address)
        .reinterpret(bytes, arena, _ -> new SystemCalls().munmap(address, bytes));
  }

  /** Adds a read to this address, which is to stay as it is until {@link #read()} returns. */
  void add(long address, int bytes) {
    long at = (long) (tail & submissionMask) * SQE_BYTES;
    entries.set(JAVA_LONG, at + SQE_ADDRESS, address);
    entries.set(JAVA_INT, at + SQE_LENGTH, bytes);
    entries.set(JAVA_LONG, at + SQE_USER_DATA, added);
    results[added++] = -ErrorNumber.EAGAIN;
    tail++;
  }

  /**
   * Carries out all reads that were added.
   *
   * @return 0, or the negative errno if the kernel took none
   * @throws IllegalStateException if the kernel did not carry out what it took
   */
  int read() {
    int asked = added;
    added = 0;
    INT.setRelease(submissions, submissionTail, tail);
    int taken = calls.ioUringEnter(ring, asked, 0, IORING_ENTER_GETEVENTS);
    if (taken < asked) { // what it did not take is not to be carried out later
      tail -= asked - Math.max(0, taken);
      INT.setRelease(submissions, submissionTail, tail);
    }
    int head = (int) INT.get(completions, completionHead);
    int end = (int) INT.getAcquire(completions, completionTail);
    if (end - head < taken) {
      throw new IllegalStateException("io_uring did " + (end - head) + " of " + taken + " reads");
    }
    for (; head != end; head++) {
      long at = completionEntries + (long) (head & completionMask) * CQE_BYTES;
      results[(int) completions.get(JAVA_LONG, at)] = completions.get(JAVA_INT, at + CQE_RESULT);
    }
    INT.setRelease(completions, completionHead, head);
    return Math.min(0, taken);
  }

  /** What a read led to: bytes, or a negative errno. */
  int result(int index) {
    return results[index];
  }

  /** Nothing can be read any more; what is shared goes with the arena. */
  @Override
  public void close() {
    calls.close(ring);
  }
}
