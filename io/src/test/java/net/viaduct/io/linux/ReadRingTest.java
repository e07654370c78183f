package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import net.viaduct.io.IoFailure;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many reads by one call. */
class ReadRingTest {
  private static final int MOST = 8;

  private final SystemCalls calls = new SystemCalls();
  @TempDir private Path directory;

  private int pipe() throws IOException, InterruptedException {
    Path path = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    int flags = SystemCalls.O_RDWR | SystemCalls.O_NONBLOCK | SystemCalls.O_CLOEXEC;
    return ErrorNumber.check(calls.open(path.toString(), flags, 0), "open a pipe");
  }

  private ReadRing open(int fd, Arena arena) {
    try {
      return new ReadRing(fd, MOST, arena);
    } catch (IoFailure e) {
      Assumptions.abort("no io_uring here: " + e.getMessage());
      throw e;
    }
  }

  @Test
  void shouldReadWhatIsThereAndTellThatNothingIsLeftWhenAskedForMore() {
    int events = ErrorNumber.check(calls.eventfd(), "open eventfd");
    try (Arena arena = Arena.ofShared();
        ReadRing ring = open(events, arena)) {
      MemorySegment value = arena.allocate(Long.BYTES, Long.BYTES);
      MemorySegment read = arena.allocate(MOST * (long) Long.BYTES, Long.BYTES);
      for (long round = 1; round <= 100; round++) { // more than once around
        value.set(ValueLayout.JAVA_LONG, 0, round);
        boolean isThere = round % 3 != 0;
        if (isThere) {
          calls.write(events, value.address(), Long.BYTES);
        }
        int asked = 1 + (int) (round % MOST);
        for (int i = 0; i < asked; i++) {
          ring.add(read.address() + i * (long) Long.BYTES, Long.BYTES);
        }
        assertThat(ring.read()).isZero();
        assertThat(ring.result(0)).isEqualTo(isThere ? Long.BYTES : -ErrorNumber.EAGAIN);
        if (isThere) {
          assertThat(read.get(ValueLayout.JAVA_LONG, 0)).isEqualTo(round);
        }
        for (int i = 1; i < asked; i++) {
          assertThat(ring.result(i)).isEqualTo(-ErrorNumber.EAGAIN);
        }
      }
    } finally {
      calls.close(events);
    }
  }

  @Test
  void shouldTellAtOnceWhenTheDescriptorCannotBeReadSo() throws Exception {
    int pipe = pipe(); // one with a name can only be read by who waits
    try (Arena arena = Arena.ofShared();
        ReadRing ring = open(pipe, arena)) {
      ring.add(arena.allocate(Long.BYTES).address(), Long.BYTES);
      assertThat(ring.read()).isZero();
      assertThat(ring.result(0)).isEqualTo(-ErrorNumber.EOPNOTSUPP);
    } finally {
      calls.close(pipe);
    }
  }

  @Test
  void shouldTellTheErrorWhenTheDescriptorIsClosed() throws Exception {
    int pipe = pipe();
    try (Arena arena = Arena.ofShared();
        ReadRing ring = open(pipe, arena)) {
      calls.close(pipe);
      ring.add(arena.allocate(Long.BYTES).address(), Long.BYTES);
      assertThat(ring.read()).isZero();
      assertThat(ring.result(0)).isEqualTo(-ErrorNumber.EBADF);
    }
  }
}
