package net.viaduct.host.reconcile;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import net.viaduct.io.Door;

/**
 * Where tunnel packets are taken in. Immutable.
 *
 * @param usualPort the UDP port of remotes of which nothing else is said; 0 if nothing is said yet
 * @param doors where packets are taken in
 */
public record Listening(int usualPort, Set<Door> doors) {
  /** Nothing is said yet. */
  public static final Listening UNSAID = new Listening(0, Set.of());

  /** Copies the doors. */
  public Listening {
    doors = Collections.unmodifiableSet(new TreeSet<>(doors));
  }

  /** With the doors of both, and the usual port of the other: on the way from one to the other. */
  Listening onTheWayTo(Listening other) {
    Set<Door> both = new TreeSet<>(doors);
    both.addAll(other.doors);
    return new Listening(other.equals(UNSAID) ? usualPort : other.usualPort, both);
  }

  @Override
  public String toString() {
    return doors.stream().map(Door::toString).collect(Collectors.joining(", "));
  }
}
