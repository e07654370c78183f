package net.viaduct.io.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the device of a tap, which its owner may have renamed or moved into another namespace: the
 * descriptor knows it wherever it is. Nothing is kept open there: a socket would keep the namespace
 * of a machine that has ended, and with it the device. Stateless but for the descriptor: any
 * thread.
 */
final class TapWhereabouts {
  private static final int TUNGETIFF = 0x800454d2;
  private static final int TUNGETDEVNETNS = 0x54e3; // Linux 4.20
  private static final int REQUEST_BYTES = 40;
  private static final Path OWN_NAMESPACE = Path.of("/proc/thread-self/ns/net");

  private final int fd;

  /** Whereabouts of the device behind a descriptor of {@code /dev/net/tun}. */
  TapWhereabouts(int fd) {
    this.fd = fd;
  }

  /**
   * Asks or tells the device something, by its name where it is now.
   *
   * @return what the question returns; null if there is no device any more
   * @throws net.viaduct.io.IoFailure EPERM if the namespace is not ours to enter
   */
  <T> @Nullable T ask(BiFunction<InterfaceRequests, String, T> question) {
    SystemCalls calls = new SystemCalls();
    String name = name(calls);
    if (name == null) {
      return null;
    }
    int namespace =
        ErrorNumber.check(calls.ioctl(fd, TUNGETDEVNETNS, 0), "find the namespace of tap " + name);
    try {
      Path file = Path.of("/proc/self/fd/" + namespace);
      if (isOwn(file)) {
        return ask(question, name);
      }
      try (NetNamespace entered = NetNamespace.open(file)) {
        return entered.call(() -> ask(question, name));
      }
    } finally {
      calls.close(namespace);
    }
  }

  private static <T> T ask(BiFunction<InterfaceRequests, String, T> question, String name) {
    try (InterfaceRequests requests = new InterfaceRequests()) {
      return question.apply(requests, name);
    }
  }

  private static boolean isOwn(Path namespace) {
    try {
      return Files.readSymbolicLink(namespace).equals(Files.readSymbolicLink(OWN_NAMESPACE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable String name(SystemCalls calls) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
      return calls.ioctl(fd, TUNGETIFF, request.address()) < 0 ? null : request.getString(0);
    }
  }
}
