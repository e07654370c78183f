package net.viaduct.controller.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import net.viaduct.controller.HostsRig;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Kind;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.Report;
import org.junit.jupiter.api.Test;

/** What controllers of one store write of hosts that nobody watches. */
class HostLifeTest extends HostLifeGround {
  @Test
  void shouldLeaveHostsAloneThatAreAtAnotherController() {
    pass(Duration.ofMinutes(2), first, second);
    assertThat(Set.of("h1", "h2", "h3"))
        .allSatisfy(host -> {
          assertThat(state(host).isAlive()).as(host).isTrue();
          assertThat(state(host).withdrawn()).as(host).isFalse();
        });
  }

  @Test
  void shouldCareForTheHostsOfAControllerThatWasKilled() {
    pass(Duration.ofSeconds(5), second);
    second.alive("h2", REPORT); // it found the other controller by itself
    pass(Duration.ofSeconds(20), second);
    assertThat(state("h1").isAlive()).isFalse();
    assertThat(state("h1").withdrawn()).as("it may still come").isFalse();
    pass(Duration.ofSeconds(31), second);
    assertThat(state("h1").withdrawn()).isTrue();
    assertThat(state("h2").isAlive()).isTrue();
    assertThat(state("h2").withdrawn()).isFalse();
  }

  @Test
  void shouldCareAtOnceForTheHostsOfAControllerThatEnded() {
    pass(Duration.ofSeconds(10), first, second);
    first.end();
    pass(Duration.ofSeconds(6), second);
    assertThat(state("h1").isAlive()).isFalse();
    assertThat(state("h3").isAlive()).isTrue();
  }

  @Test
  void shouldNotTakeAHostForAwayThatWentToAnotherController() {
    second.alive("h1", REPORT);
    first.away("h1");
    assertThat(state("h1").isAlive()).isTrue();
    pass(Duration.ofMinutes(1), first, second);
    assertThat(state("h1").withdrawn()).isFalse();
    first.away("h2");
    assertThat(state("h2").isAlive()).isFalse();
    pass(Duration.ofMinutes(1), first, second);
    assertThat(state("h2").withdrawn()).isTrue();
  }

  @Test
  void shouldTellItsHostsAnewWhenItWasTakenForDead() {
    pass(Duration.ofSeconds(25), second);
    assertThat(state("h1").isAlive()).isFalse();
    pass(Duration.ofSeconds(6), first, second);
    assertThat(state("h1").isAlive()).as("it only was slow").isTrue();
    pass(Duration.ofMinutes(2), first, second);
    assertThat(state("h1").withdrawn()).isFalse();
  }

  @Test
  void shouldTakeOverFromOneThatWasKilledBeforeThisOneBegan() {
    HostLife third = life("third");
    third.begin(Set.of("h1", "h2", "h3"));
    assertThat(state("h1").isAlive()).as("its controller may still live").isTrue();
    pass(Duration.ofSeconds(50), third);
    assertThat(state("h1").withdrawn()).isTrue();
    assertThat(state("h3").withdrawn()).isTrue();
  }

  @Test
  void shouldWriteWhatItKnowsWhenTheStoreWorksAgain() {
    diskFails = true;
    first.alive("h4", REPORT);
    first.away("h1");
    diskFails = false;
    assertThat(store.get(HostState.PREFIX + "h4")).isEmpty();
    pass(Duration.ofSeconds(6), first, second);
    assertThat(state("h4").isAlive()).isTrue();
    assertThat(state("h1").isAlive()).isFalse();
  }

  @Test
  void shouldCareForTheHostsOfAControllerThatEndedWhenTheStoreWorksAgain() {
    pass(Duration.ofSeconds(10), first, second);
    first.end();
    diskFails = true;
    pass(Duration.ofSeconds(6), second);
    diskFails = false;
    pass(Duration.ofSeconds(6), second);
    assertThat(state("h1").isAlive()).isFalse();
  }

  @Test
  void shouldTakeNobodyForDeadWhenThereWasNoRoomForSignsOfLife() {
    pass(Duration.ofSeconds(10), first, second);
    second.away("h3");
    diskFails = true;
    pass(Duration.ofSeconds(90), first, second);
    first.alive("h3", REPORT); // this cannot be written either
    diskFails = false;
    pass(Duration.ofSeconds(6), second);
    assertThat(state("h1").isAlive()).isTrue();
    assertThat(state("h3").withdrawn()).as("it may be elsewhere").isFalse();
    pass(Duration.ofMinutes(2), first, second);
    assertThat(Set.of("h1", "h2", "h3"))
        .allSatisfy(host -> assertThat(state(host).isAlive()).as(host).isTrue());
  }

  @Test
  void shouldCareForTheHostsOfAControllerThatWasKilledWhileTheStoreWasFull() {
    pass(Duration.ofSeconds(10), first, second);
    diskFails = true;
    pass(Duration.ofSeconds(90), second);
    diskFails = false;
    pass(Duration.ofSeconds(10), second);
    assertThat(state("h1").isAlive()).as("it may not have been able to write").isTrue();
    pass(Duration.ofSeconds(10), second);
    assertThat(state("h1").isAlive()).isFalse();
    pass(Duration.ofSeconds(40), second);
    assertThat(state("h1").withdrawn()).isTrue();
  }

  private static Report report(int... address) {
    byte[] bytes = new byte[address.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) address[i];
    }
    Endpoint underlay =
        Endpoint.newBuilder().setAddress(ByteString.copyFrom(bytes)).setPort(4_789).build();
    return Report.newBuilder().addUnderlay(underlay).build();
  }

  @Test
  void shouldKeepLabelsThatAreGivenWhileAHostMakesItselfKnown() {
    first.alive("h1", report(10, 77, 0, 1));
    Host before = (Host) registry().get(Kind.HOST, "h1").orElseThrow().definition();
    Host labelled = new Host("h1", before.addresses(), before.udpPort(), Map.of("rack", "a"));
    beforeCommit.set(() -> registry().replace(labelled, OptionalLong.empty(), HostsRig.OPERATOR));
    first.alive("h1", report(10, 77, 0, 9));
    Host after = (Host) registry().get(Kind.HOST, "h1").orElseThrow().definition();
    assertThat(after.addresses()).hasToString("[10.77.0.9]");
    assertThat(after.labels()).containsEntry("rack", "a");
  }

  @Test
  void shouldTakeAHostForAliveWhoseAddressIsNoneOrAnothersAlready() {
    first.alive("h1", report(10, 77, 0, 1));
    first.alive("h5", report(1, 2, 3, 4, 5));
    first.alive("h6", report(10, 77, 0, 1));
    assertThat(state("h5").isAlive()).isTrue();
    assertThat(state("h6").isAlive()).isTrue();
    assertThat(registry().get(Kind.HOST, "h6")).isEmpty();
    registry().delete(Kind.HOST, "h1", OptionalLong.empty(), HostsRig.OPERATOR);
    pass(Duration.ofSeconds(6), first, second);
    assertThat(registry().get(Kind.HOST, "h6")).isPresent();
  }
}
