package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import net.viaduct.io.Door;
import net.viaduct.io.IoFailure;
import org.junit.jupiter.api.Test;

/** Parts that cannot follow to other doors, or not come back from them. */
class DoorPartsTest {
  private static final Set<Door> BEFORE = Set.of(Door.udp(4789), Door.GRE);
  private static final Set<Door> WANTED = Set.of(Door.udp(4789), Door.udp(6081));

  private final FakePart owner = new FakePart("owner");
  private final List<FakePart> lanes = List.of(new FakePart("lane 1"), new FakePart("lane 2"));
  private final List<FakePart> others = List.of(new FakePart("leg"), new FakePart("tap"));
  private final DoorParts parts =
      new DoorParts(
          () -> owner.doors, owner, List.<DoorParts.Part>copyOf(lanes), List.copyOf(others));

  /** Remembers what it listens by. */
  private static final class FakePart implements DoorParts.Part {
    private final String name;
    private Set<Door> doors = BEFORE;
    private Predicate<Set<Door>> refuses = _ -> false;

    FakePart(String name) {
      this.name = name;
    }

    @Override
    public void listen(Set<Door> wanted) {
      if (refuses.test(wanted)) {
        throw new IoFailure(name + " to " + wanted.size(), "EMFILE", "told to fail");
      }
      doors = wanted;
    }
  }

  private void refuse(FakePart part, Set<Door> doors) {
    part.refuses = doors::equals;
  }

  @Test
  void shouldFollowToOtherDoors() {
    parts.listen(WANTED);
    assertThat(owner.doors).isEqualTo(WANTED);
    assertThat(lanes).allMatch(part -> part.doors.equals(WANTED));
    assertThat(others).allMatch(part -> part.doors.equals(WANTED));
  }

  @Test
  void shouldComeBackWithAllParts() {
    refuse(others.getLast(), WANTED);
    Throwable told = catchThrowable(() -> parts.listen(WANTED));
    assertThat(told).isInstanceOf(IoFailure.class).hasMessageContaining("tap to");
    assertThat(told.getSuppressed()).isEmpty();
    assertThat(owner.doors).isEqualTo(BEFORE);
    assertThat(lanes).allMatch(part -> part.doors.equals(BEFORE));
    assertThat(others).allMatch(part -> part.doors.equals(BEFORE));
  }

  @Test
  void shouldComeBackWithTheOthersWhenOneCannot() {
    refuse(others.getLast(), WANTED);
    refuse(lanes.getFirst(), BEFORE);
    refuse(others.getFirst(), BEFORE);
    Throwable told = catchThrowable(() -> parts.listen(WANTED));
    assertThat(told).hasMessageContaining("tap to");
    assertThat(told.getSuppressed())
        .extracting(Throwable::getMessage)
        .satisfiesExactly(
            first -> assertThat(first).contains("lane 1 to"),
            second -> assertThat(second).contains("leg to"));
    assertThat(owner.doors).isEqualTo(BEFORE);
    assertThat(lanes.getLast().doors).isEqualTo(BEFORE);
    assertThat(others.getLast().doors).isEqualTo(BEFORE);
  }

  @Test
  void shouldStayTogetherWhenTheOwnerCannotComeBack() {
    refuse(lanes.getLast(), WANTED);
    owner.refuses = BEFORE::equals;
    Throwable told = catchThrowable(() -> parts.listen(WANTED));
    assertThat(told.getSuppressed()).isNotEmpty();
    assertThat(owner.doors).isEqualTo(WANTED);
    assertThat(lanes.getFirst().doors).isEqualTo(WANTED);
    assertThat(others).allMatch(part -> part.doors.equals(WANTED));
  }
}
