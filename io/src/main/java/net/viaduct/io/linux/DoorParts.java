package net.viaduct.io.linux;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import net.viaduct.io.Door;

/**
 * The parts of an underlay that open and close what they need for doors: all by the same ones.
 * Owned by the data-path thread.
 */
final class DoorParts {
  private final Supplier<Set<Door>> doors;
  private final Part owner;
  private final List<Part> lanes;
  private final List<Part> others;

  /** One of them. */
  @FunctionalInterface
  interface Part {
    /**
     * Uses these doors only.
     *
     * @throws RuntimeException if one cannot be opened
     */
    void listen(Set<Door> doors);
  }

  /**
   * Parts that use the same doors now.
   *
   * @param doors by which the owner receives
   * @param owner receives for the owner; refuses as a whole
   * @param lanes receive for workers, each refusing as a whole; what one of them listens by, nobody
   *     else may open first
   * @param others all that does more than to receive
   */
  DoorParts(Supplier<Set<Door>> doors, Part owner, List<Part> lanes, List<Part> others) {
    this.doors = doors;
    this.owner = owner;
    this.lanes = List.copyOf(lanes);
    this.others = List.copyOf(others);
  }

  /**
   * Uses these doors only, in all parts.
   *
   * @throws RuntimeException if a part cannot: then all are back at the doors before, or where even
   *     the owner cannot come back, at his; what failed on the way back is suppressed in it
   */
  void listen(Set<Door> wanted) {
    Set<Door> before = doors.get();
    owner.listen(wanted);
    try {
      lanes.forEach(lane -> lane.listen(wanted));
      others.forEach(other -> other.listen(wanted));
    } catch (RuntimeException e) {
      comeBack(before, wanted, e);
      throw e;
    }
  }

  private void comeBack(Set<Door> before, Set<Door> wanted, RuntimeException cause) {
    Set<Door> stayed = new HashSet<>(before);
    stayed.retainAll(wanted);
    // a lane that still listens by another one would hold it against us
    lanes.forEach(lane -> attempt(lane, stayed, cause));
    attempt(owner, before, cause);
    Set<Door> now = doors.get();
    lanes.forEach(lane -> attempt(lane, now, cause));
    others.forEach(other -> attempt(other, now, cause));
  }

  private static void attempt(Part part, Set<Door> doors, RuntimeException cause) {
    try {
      part.listen(doors);
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }
}
