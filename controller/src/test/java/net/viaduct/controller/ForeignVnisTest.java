package net.viaduct.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import net.viaduct.controller.model.Flood;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.WhenAway;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.registry.Stored;
import net.viaduct.controller.store.Range;
import net.viaduct.controller.subscription.LifePolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** VNIs that hosts see in use by others are not given to networks. */
@Tag("P5")
class ForeignVnisTest {
  private static final String ADDRESS = "10.77.0.1";
  private static final int FIRST = 5_000;

  @TempDir Path directory;
  private HostsRig rig;
  private final FollowingHost h1 = new FollowingHost();

  @BeforeEach
  void open() throws Exception {
    rig = new HostsRig(directory, LifePolicy.USUAL);
    h1.call(rig, rig.join(rig.token(), "h1"), ADDRESS);
    HostsRig.await("it is known", () -> rig.registry.get(Kind.HOST, "h1").isPresent());
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private int create(String name, int vni, boolean shared) {
    Network network =
        new Network(
            name,
            vni,
            shared,
            List.of(),
            new Flood.ToMembers(),
            OptionalInt.empty(),
            WhenAway.KEEP,
            Map.of());
    Stored stored = rig.registry.create(network, HostsRig.OPERATOR);
    return ((Network) stored.definition()).vni();
  }

  private void awaitSeen(int... vnis) {
    HostsRig.await(
        vnis.length + " are seen",
        () -> rig.store.range(Range.first("foreign-vni/", 10)).entries().size() == vnis.length);
  }

  @Test
  void shouldNotGiveAVniThatAHostSeesInUse() throws Exception {
    h1.sees(ADDRESS, FIRST, 100);
    awaitSeen(FIRST, 100);
    assertThat(create("any", Network.ANY_VNI, false)).isEqualTo(FIRST + 1);
    assertThatThrownBy(() -> create("named", 100, false))
        .isInstanceOf(ChangeRefused.class)
        .hasMessageContaining("VNI 100 is in use by others, as host h1 sees");
    assertThat(create("shared", 100, true)).isEqualTo(100);
  }

  @Test
  void shouldGiveItWhenItIsSeenNoMore() throws Exception {
    h1.sees(ADDRESS, FIRST, 100);
    awaitSeen(FIRST, 100);
    h1.sees(ADDRESS, 100);
    awaitSeen(100);
    assertThat(create("any", Network.ANY_VNI, false)).isEqualTo(FIRST);
    h1.sees(ADDRESS);
    awaitSeen();
    assertThat(create("named", 100, false)).isEqualTo(100);
  }

  @Test
  void shouldForgetWhatAHostSawThatIsDeleted() throws Exception {
    h1.sees(ADDRESS, 100);
    awaitSeen(100);
    h1.hangUp();
    HostsRig.await("it has left", () -> h1.ended() != null);
    rig.registry.delete(Kind.HOST, "h1", OptionalLong.empty(), HostsRig.OPERATOR);
    awaitSeen();
    assertThat(create("named", 100, false)).isEqualTo(100);
  }

  @Test
  void shouldTakeNothingForAVniThatIsNone() throws Exception {
    h1.sees(ADDRESS, 0, -1, 1 << 24, 7);
    awaitSeen(7);
  }
}
