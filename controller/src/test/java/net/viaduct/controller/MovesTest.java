package net.viaduct.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.moving.Move;
import net.viaduct.controller.moving.Moves;
import net.viaduct.controller.registry.ChangeRefused;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.protocol.SeenMove;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What hosts are told of moves, and what they tell: through TLS and gRPC, from a real store. */
@DisplayName("U3: moves")
class MovesTest {
  private static final long MAC = 0x0200_0000_0001L;
  private static final String MOVE = "move 020000000001 from h1 to h2 vm1";
  private static final String BEFORE = "station 020000000001 at h1 vm1";
  private static final String AFTER = "station 020000000001 at h2 vm1";

  @TempDir Path directory;
  private HostsRig rig;
  private Moves moves;
  private final FollowingHost h1 = new FollowingHost();
  private final FollowingHost h2 = new FollowingHost();

  @BeforeEach
  void open() throws Exception {
    rig = new HostsRig(directory, LifePolicy.USUAL);
    moves = new Moves(rig.store, rig.registry);
    h1.call(rig, rig.join(rig.token(), "h1"), "10.77.0.1");
    h2.call(rig, rig.join(rig.token(), "h2"), "10.77.0.2");
    rig.awaitHosts("h1", "h2");
    rig.create(HostsRig.network("blue", 100));
    rig.create(HostsRig.port("vm1", "h1", "02:00:00:00:00:01"));
    HostsRig.awaitFacts(h1, "member h1 100", "network blue 100", BEFORE);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private static SeenMove seen(boolean arriving, long heardNs) {
    SeenMove.Builder seen = SeenMove.newBuilder().setVni(100).setMac(MAC).setArriving(arriving);
    return heardNs == 0 ? seen.build() : seen.setHeardNs(heardNs).build();
  }

  private Move move() {
    return moves.get("vm1").orElseThrow();
  }

  private void awaitMove(String what, java.util.function.Predicate<Move> condition) {
    HostsRig.await(what, () -> moves.get("vm1").filter(condition).isPresent());
  }

  private void prepare() throws Exception {
    moves.prepare("vm1", "h2", HostsRig.OPERATOR);
    HostsRig.awaitFacts(h2, "member h1 100", "member h2 100", "network blue 100", BEFORE, MOVE);
    HostsRig.awaitFacts(h1, h2.facts().toArray(String[]::new));
  }

  private void ready() throws Exception {
    h1.tell("10.77.0.1", seen(false, 0), 5);
    h2.tell("10.77.0.2", seen(true, 0), 5);
    awaitMove("both are ready", Move::isReady);
  }

  @Test
  void shouldTellBothHostsBeforeAndAfter() throws Exception {
    prepare();
    assertThatThrownBy(() -> moves.activate("vm1", false, HostsRig.OPERATOR))
        .isInstanceOf(ChangeRefused.class)
        .hasMessage("host h2 is not ready for it yet");
    assertThat(move().told().path("waitsFor")).hasToString("[\"h1\",\"h2\"]");
    ready();
    assertThat(move().told().has("waitsFor")).isFalse();
    moves.activate("vm1", false, HostsRig.OPERATOR);
    HostsRig.awaitFacts(h2, "member h1 100", "member h2 100", "network blue 100", AFTER, MOVE);
    HostsRig.awaitFacts(h1, h2.facts().toArray(String[]::new)); // which still sends after it
    awaitMove("it has moved", Move::isMoved);
  }

  @Test
  void shouldTellForHowLongTheMachineWasNotHeard() throws Exception {
    prepare();
    ready();
    moves.activate("vm1", false, HostsRig.OPERATOR);
    // h1 heard it 500 ms ago, h2 100 ms ago, each by a clock of its own
    h1.tell("10.77.0.1", seen(false, 1_000_000_000L), 1_500_000_000L);
    h2.tell("10.77.0.2", seen(true, 77_000_000L), 177_000_000L);
    awaitMove("both have told", move -> move.blackoutNs().isPresent());
    // the time between the two messages is part of it, as clocks are not compared
    assertThat(move().blackoutNs().getAsLong()).isGreaterThan(100_000_000L);
    assertThat(move().told().path("blackoutMs").isNumber()).isTrue();
    assertThat(move().isHere()).isTrue();
  }

  @Test
  void shouldEndAMoveThatIsCancelled() throws Exception {
    prepare();
    moves.cancel("vm1", HostsRig.OPERATOR);
    HostsRig.awaitFacts(h1, "member h1 100", "network blue 100", BEFORE);
    HostsRig.awaitFacts(h2);
    assertThatThrownBy(() -> moves.activate("vm1", true, HostsRig.OPERATOR))
        .hasMessage("port vm1 is not about to move");
  }

  @Test
  void shouldTakeAPortThatIsSetThereForMoved() throws Exception {
    prepare();
    moves.activate("vm1", true, HostsRig.OPERATOR); // whatever the hosts say
    awaitMove("it has moved", Move::isMoved);
    assertThatThrownBy(() -> moves.cancel("vm1", HostsRig.OPERATOR))
        .hasMessage("port vm1 is at host h2 already");
    assertThat(moves.prepare("vm1", "h1", HostsRig.OPERATOR).from()).isEqualTo("h2");
    HostsRig.awaitFacts(
        h1,
        "member h1 100",
        "member h2 100",
        "network blue 100",
        AFTER,
        "move 020000000001 from h2 to h1 vm1");
  }

  @Test
  void shouldForgetAMoveWhosePortHasGone() throws Exception {
    prepare();
    rig.registry.delete(Kind.PORT, "vm1", OptionalLong.empty(), HostsRig.OPERATOR);
    HostsRig.await("the move is over", () -> moves.get("vm1").isEmpty());
    HostsRig.awaitFacts(h1);
    HostsRig.awaitFacts(h2);
  }

  @Test
  void shouldRefuseWhatIsNoMove() {
    assertThatThrownBy(() -> moves.prepare("vm1", "h1", HostsRig.OPERATOR))
        .hasMessage("port vm1 is at host h1 already");
    assertThatThrownBy(() -> moves.prepare("vm9", "h1", HostsRig.OPERATOR))
        .hasMessage("there is no port vm9");
    assertThatThrownBy(() -> moves.prepare("vm1", "h9", HostsRig.OPERATOR))
        .hasMessage("there is no host h9");
    moves.prepare("vm1", "h2", HostsRig.OPERATOR);
    assertThat(moves.prepare("vm1", "h2", HostsRig.OPERATOR)).isEqualTo(move());
  }

  private void thirdHost() {
    rig.registry.create(
        new Host("h3", List.of(new Ip("10.77.0.3")), HostsRig.udpPort(), Map.of()),
        HostsRig.OPERATOR);
  }

  @Test
  void shouldRefuseAMoveElsewhereUntilTheOneBeforeHasEnded() throws Exception {
    thirdHost();
    moves.prepare("vm1", "h2", HostsRig.OPERATOR);
    assertThatThrownBy(() -> moves.prepare("vm1", "h3", HostsRig.OPERATOR))
        .hasMessage("port vm1 is moving from host h1 to host h2; cancel that first, or let it end");
    moves.activate("vm1", true, HostsRig.OPERATOR);
    awaitMove("it has moved", Move::isMoved);
    assertThatThrownBy(() -> moves.prepare("vm1", "h3", HostsRig.OPERATOR))
        .hasMessageContaining("from host h1 to host h2, which sends after it");
    moves.prepare("vm1", "h1", HostsRig.OPERATOR);
    assertThat(rig.store.get("port-state/vm1").orElseThrow().value())
        .as("the move that is undone has taken place")
        .contains("\"moves\":1", "\"to\":\"h2\"");
  }

  @Test
  void shouldNotOverwriteAMoveThatTookPlaceAndWasNotWrittenDownYet() {
    thirdHost();
    rig.hosts.close(); // nobody writes it down
    moves.prepare("vm1", "h2", HostsRig.OPERATOR);
    moves.activate("vm1", true, HostsRig.OPERATOR);
    assertThatThrownBy(() -> moves.prepare("vm1", "h3", HostsRig.OPERATOR))
        .isInstanceOf(ChangeRefused.class);
    assertThat(move().to()).isEqualTo("h2");
  }
}
