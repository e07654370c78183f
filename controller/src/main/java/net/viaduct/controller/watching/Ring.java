package net.viaduct.controller.watching;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * All hosts in a ring, ordered by a hash of their names. Each watches the √n next ones, its domain,
 * and about as many heads further on, evenly over the ring. So each is watched by √n hosts at
 * least, by less than 2·√n on average, and hardly two by the same. A host that comes or goes
 * changes the lists of those that watch it, and of no others, but for the few times that √n does.
 * Immutable.
 *
 * <p>After the kernel's TIPC (net/tipc/monitor.c, {@code dom_size} and {@code mon_assign_roles}).
 * There the heads follow from the order, so that one host more moves all of them; here from places
 * on the ring.
 */
public final class Ring {
  /** Nobody. */
  public static final Ring EMPTY = new Ring(new Seat[0]);

  private static final Comparator<Seat> ORDER =
      (one, other) -> {
        int byPlace = Long.compareUnsigned(one.place(), other.place());
        return byPlace != 0 ? byPlace : one.host().compareTo(other.host());
      };

  private final Seat[] seats;
  private final int domain;
  private final int heads;

  private record Seat(long place, String host) {
    static Seat of(String host) {
      return new Seat(placeOf(host), host);
    }
  }

  private Ring(Seat[] seats) {
    this.seats = seats;
    int n = seats.length;
    this.domain = Math.min((int) Math.ceil(Math.sqrt(n)), Math.max(0, n - 1));
    this.heads = n < 2 ? 0 : Integer.highestOneBit((int) Math.sqrt(n));
  }

  /** A ring of these. */
  public static Ring of(Collection<String> hosts) {
    return new Ring(hosts.stream().distinct().map(Seat::of).sorted(ORDER).toArray(Seat[]::new));
  }

  private static long placeOf(String host) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(host.getBytes(StandardCharsets.UTF_8));
      return java.nio.ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** With one host more. */
  public Ring with(String host) {
    Seat seat = Seat.of(host);
    int at = Arrays.binarySearch(seats, seat, ORDER);
    if (at >= 0) {
      return this;
    }
    int to = -at - 1;
    Seat[] more = Arrays.copyOf(seats, seats.length + 1);
    System.arraycopy(seats, to, more, to + 1, seats.length - to);
    more[to] = seat;
    return new Ring(more);
  }

  /** Without a host. */
  public Ring without(String host) {
    int at = Arrays.binarySearch(seats, Seat.of(host), ORDER);
    if (at < 0) {
      return this;
    }
    Seat[] fewer = Arrays.copyOf(seats, seats.length - 1);
    System.arraycopy(seats, at + 1, fewer, at, seats.length - at - 1);
    return new Ring(fewer);
  }

  /** How many hosts there are. */
  public int size() {
    return seats.length;
  }

  /** All of them, in their order. */
  public List<String> hosts() {
    return Arrays.stream(seats).map(Seat::host).toList();
  }

  /** Whether a host is in it. */
  public boolean has(String host) {
    return Arrays.binarySearch(seats, Seat.of(host), ORDER) >= 0;
  }

  /** Whether hosts of both have as many to watch: if not, all lists are other ones. */
  public boolean isDividedAs(Ring other) {
    return domain == other.domain && heads == other.heads;
  }

  /**
   * Whom a host watches.
   *
   * @return nobody if it is not in the ring
   */
  public Set<String> watchedBy(String host) {
    Set<String> all = new LinkedHashSet<>();
    int at = Arrays.binarySearch(seats, Seat.of(host), ORDER);
    if (at < 0) {
      return all;
    }
    for (int i = 1; i <= domain; i++) {
      all.add(seats[(at + i) % seats.length].host());
    }
    for (int k = 1; k <= heads; k++) {
      all.add(seats[from(seats[at].place() + k * step())].host());
    }
    all.remove(host);
    return all;
  }

  /**
   * By whom a host is watched.
   *
   * @return nobody if it is not in the ring
   */
  public Set<String> watchersOf(String host) {
    Set<String> all = new LinkedHashSet<>();
    int at = Arrays.binarySearch(seats, Seat.of(host), ORDER);
    if (at < 0) {
      return all;
    }
    int n = seats.length;
    for (int i = 1; i <= domain; i++) {
      all.add(seats[(at - i + n) % n].host());
    }
    long end = seats[at].place();
    long begin = seats[(at - 1 + n) % n].place();
    for (int k = 1; k <= heads; k++) {
      // those whose k-th point lies behind the host before this one, and not behind this one
      int first = from(begin - k * step() + 1);
      long most = end - begin;
      for (int i = 0; i < n; i++) {
        Seat seat = seats[(first + i) % n];
        long beyond = seat.place() + k * step() - begin;
        if (beyond == 0 || Long.compareUnsigned(beyond, most) > 0) {
          break;
        }
        all.add(seat.host());
      }
    }
    all.remove(host);
    return all;
  }

  private long step() {
    return Long.divideUnsigned(-1L, heads + 1L);
  }

  /** The first seat at a place or behind it, once around if there is none. */
  private int from(long place) {
    int low = 0;
    int high = seats.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(seats[middle].place(), place) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == seats.length ? 0 : low;
  }
}
