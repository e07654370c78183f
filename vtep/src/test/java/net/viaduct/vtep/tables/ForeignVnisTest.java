package net.viaduct.vtep.tables;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** VNIs that others use, as their datagrams show. */
@Tag("P5")
class ForeignVnisTest {
  private final ForeignVnis foreign = new ForeignVnis();

  @Test
  void shouldBelieveAVniWhoseDatagramsGoOn() {
    foreign.heard(7, 100);
    foreign.heard(7, 100);
    foreign.publish(100);
    assertThat(foreign.inUse()).as("one burst").isEmpty();
    foreign.heard(7, 100 + ForeignVnis.BELIEVED_AFTER_SECONDS);
    foreign.publish(106);
    assertThat(foreign.inUse()).containsExactly(7);
  }

  @Test
  void shouldForgetAVniThatIsNotHeardAnyMore() {
    foreign.heard(7, 0);
    foreign.heard(7, 10);
    foreign.publish(10);
    foreign.publish(9 + ForeignVnis.FORGOTTEN_AFTER_SECONDS);
    assertThat(foreign.inUse()).containsExactly(7);
    foreign.publish(10 + ForeignVnis.FORGOTTEN_AFTER_SECONDS);
    assertThat(foreign.inUse()).isEmpty();
    foreign.heard(7, 400);
    foreign.publish(400);
    assertThat(foreign.inUse()).as("it begins anew").isEmpty();
  }

  @Test
  void shouldRememberNoMoreThanThereIsRoomFor() {
    for (int second = 0; second <= 10; second += 5) {
      for (int vni = 1; vni <= 10_000; vni++) {
        foreign.heard(vni, second);
      }
      foreign.publish(second);
      assertThat(foreign.inUse()).hasSizeLessThanOrEqualTo(64);
    }
  }

  @Test
  void shouldTellThemInOrder() {
    for (int vni : new int[] {9, 3, 0xff_ffff, 4_000_000}) {
      foreign.heard(vni, 0);
      foreign.heard(vni, 20);
    }
    foreign.publish(20);
    assertThat(foreign.inUse()).containsExactly(3, 9, 4_000_000, 0xff_ffff);
  }
}
