package net.viaduct.io.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.viaduct.io.Door;
import net.viaduct.io.IoFailure;
import org.junit.jupiter.api.Test;

/** Doors of an underlay with two threads, of which the second gets no more descriptors. */
class LanesListenTest extends TwoHosts {
  private static final int RLIMIT_NOFILE = 7;
  private static final int FIRST_PORT = 6081;
  private static final int MANY = 10;
  private static final int A_FEW = 4;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  private final MemorySegment callState = NativeFunction.callState();
  private final NativeFunction getrlimit = NativeFunction.find("getrlimit");
  private final NativeFunction setrlimit = NativeFunction.find("setrlimit");

  /** The first number above so many that are free. */
  private static int limitWithFree(int free) {
    int limit = 0;
    for (int found = 0; found < free; limit++) {
      if (!Files.exists(DESCRIPTORS.resolve("" + limit), LinkOption.NOFOLLOW_LINKS)) {
        found++;
      }
    }
    return limit;
  }

  private static Set<Integer> open() {
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      return all.map(path -> Integer.parseInt(path.getFileName().toString()))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void withFree(int free, Runnable task) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(16, 8);
      getrlimit.callInt(callState, RLIMIT_NOFILE, limit.address(), 0, 0, 0, 0);
      long before = limit.get(JAVA_LONG, 0);
      limit.set(JAVA_LONG, 0, limitWithFree(free));
      setrlimit.callInt(callState, RLIMIT_NOFILE, limit.address(), 0, 0, 0, 0);
      try {
        task.run();
      } finally {
        limit.set(JAVA_LONG, 0, before);
        setrlimit.callInt(callState, RLIMIT_NOFILE, limit.address(), 0, 0, 0, 0);
      }
    }
  }

  @Test
  void shouldComeBackWhenALaneCannotFollow() {
    Set<Door> many =
        IntStream.range(0, MANY)
            .mapToObj(i -> Door.udp(FIRST_PORT + i))
            .collect(Collectors.toSet());
    UdpUnderlayConfig config = UdpUnderlayConfig.of(List.of(NEAR_4), PORT);
    try (UdpUnderlay underlay = Namespaces.in(near, () -> new UdpUnderlay(config, errors, 2))) {
      underlay.listen(many); // what that needs once is there now
      underlay.listen(Set.of(Door.udp(PORT)));
      int before = open().size();
      // enough for the first thread, which gives some back, and not for the second
      withFree(
          MANY + A_FEW,
          () ->
              assertThatThrownBy(() -> underlay.listen(many))
                  .isInstanceOf(IoFailure.class)
                  .hasMessageContaining("EMFILE"));
      assertThat(underlay.doors()).containsExactly(Door.udp(PORT));
      assertThat(open()).hasSize(before);
      underlay.listen(many);
      assertThat(underlay.doors()).isEqualTo(many);
    }
  }
}
