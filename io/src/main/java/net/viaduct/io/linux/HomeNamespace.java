package net.viaduct.io.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/**
 * The network namespace in which something was opened, so that it can open more there later, from a
 * thread that may be elsewhere. Safe from any thread.
 */
final class HomeNamespace implements AutoCloseable {
  private static final Path OWN_NAMESPACE = Path.of("/proc/thread-self/ns/net");

  private final SystemCalls calls = new SystemCalls();
  private final String identity;
  private final int fd;

  /**
   * The calling thread's namespace.
   *
   * @throws net.viaduct.io.IoFailure if no descriptors are left
   */
  HomeNamespace() {
    identity = ownIdentity();
    int flags = SystemCalls.O_RDONLY | SystemCalls.O_CLOEXEC;
    fd = ErrorNumber.check(calls.open(OWN_NAMESPACE.toString(), flags, 0), "open " + identity);
  }

  /** Runs a task in the namespace: on this thread if it is there, else on one that enters it. */
  <T> T call(Callable<T> task) {
    if (!identity.equals(ownIdentity())) {
      try (NetNamespace entered = NetNamespace.open(Path.of("/proc/self/fd/" + fd))) {
        return entered.call(task);
      }
    }
    try {
      return task.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String ownIdentity() {
    try {
      return Files.readSymbolicLink(OWN_NAMESPACE).toString(); // net:[4026531840]
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    calls.close(fd);
  }
}
