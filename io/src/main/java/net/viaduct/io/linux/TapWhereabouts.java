package net.viaduct.io.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the device of a tap, which its owner may have renamed or moved into another namespace: the
 * descriptor knows it wherever it is. Guarded by the port that has it.
 */
final class TapWhereabouts implements AutoCloseable {
  private static final int TUNGETIFF = 0x800454d2;
  private static final int TUNGETDEVNETNS = 0x54e3; // Linux 4.20
  private static final int REQUEST_BYTES = 40;

  private final SystemCalls calls = new SystemCalls();
  private final int fd;
  private @Nullable Place last;

  /** Whereabouts of the device behind a descriptor of {@code /dev/net/tun}. */
  TapWhereabouts(int fd) {
    this.fd = fd;
  }

  /**
   * Where a device is.
   *
   * @param namespace the namespace, as {@code /proc} identifies it
   * @param name the device's name there
   * @param requests about the devices there; open until the next look
   */
  record Place(String namespace, String name, InterfaceRequests requests) {
    /** Whether the device was there before, under the same name. */
    boolean isSame(@Nullable Place other) {
      return other != null && namespace.equals(other.namespace) && name.equals(other.name);
    }
  }

  /**
   * Where the device is now; null if there is none any more.
   *
   * @throws net.viaduct.io.IoFailure EPERM if the namespace is not ours to enter
   */
  @Nullable Place find() {
    String name = name();
    if (name == null) {
      return null;
    }
    int entry =
        ErrorNumber.check(calls.ioctl(fd, TUNGETDEVNETNS, 0), "find the namespace of tap " + name);
    try {
      Path file = Path.of("/proc/self/fd/" + entry);
      String namespace = Files.readSymbolicLink(file).toString(); // net:[4026531840]
      Place known = last;
      InterfaceRequests requests;
      if (known != null && known.namespace().equals(namespace)) {
        requests = known.requests();
      } else {
        close();
        requests = requestsIn(file);
      }
      Place now = new Place(namespace, name, requests);
      last = now;
      return now;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      calls.close(entry);
    }
  }

  /**
   * Requests about the devices where the device was found, for another thread.
   *
   * @throws net.viaduct.io.IoFailure if the kernel does not tell
   */
  InterfaceRequests requests(Place place) {
    int entry =
        ErrorNumber.check(
            calls.ioctl(fd, TUNGETDEVNETNS, 0), "find the namespace of tap " + place.name());
    try {
      return requestsIn(Path.of("/proc/self/fd/" + entry));
    } finally {
      calls.close(entry);
    }
  }

  /** Requests about the devices of a namespace. */
  private static InterfaceRequests requestsIn(Path file) {
    try (NetNamespace entered = NetNamespace.open(file)) {
      return entered.call(InterfaceRequests::new);
    }
  }

  private @Nullable String name() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
      return calls.ioctl(fd, TUNGETIFF, request.address()) < 0 ? null : request.getString(0);
    }
  }

  @Override
  public void close() {
    Place known = last;
    if (known != null) {
      known.requests().close();
      last = null;
    }
  }
}
