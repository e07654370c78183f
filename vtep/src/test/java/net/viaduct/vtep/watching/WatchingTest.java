package net.viaduct.vtep.watching;

import static net.viaduct.vtep.behaviour.Frames.lifeMessage;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.viaduct.io.Endpoint;
import net.viaduct.io.memory.MemoryDatagram;
import net.viaduct.vtep.DropReason;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.ForeignHost;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.vtep.watch.WatchOrder;
import net.viaduct.vtep.watch.WatchStatus;
import net.viaduct.vtep.watch.WatchedHost;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.tunnel.LifeMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Hosts that share no network, and watch each other. */
class WatchingTest {
  private static final Duration MISSED_AFTER = Duration.ofMillis(2_250);

  private final MemoryRig rig = new MemoryRig();
  private final ForeignHost stranger = rig.foreignHost();

  @AfterEach
  void close() {
    try {
      for (int host = 0; host < rig.hosts(); host++) {
        Conservation.check(rig.view(host));
        assertThat(rig.host(host).errors().snapshot()).isEmpty();
      }
    } finally {
      rig.close();
    }
  }

  private WatchedHost watched(int host) {
    return new WatchedHost("h" + host, rig.endpoint(host));
  }

  private void watch(int host, WatchedHost... others) {
    rig.await(rig.control(host).watch(new WatchOrder("h" + host, MISSED_AFTER, List.of(others))));
  }

  private void pass(int tenths) {
    for (int i = 0; i < tenths; i++) {
      rig.advance(Duration.ofMillis(100));
    }
  }

  private long count(int host, String counter) {
    return rig.view(host).counters().values().get(counter);
  }

  @Test
  void shouldHearAHostThatAnswersAndMissOneThatIsSilent() {
    watch(1);
    watch(0, watched(1), watched(2));
    pass(20);
    assertThat(rig.view(0).watching()).isEqualTo(new WatchStatus(2, List.of()));
    pass(10);
    assertThat(rig.view(0).watching()).isEqualTo(new WatchStatus(2, List.of("h2")));
    watch(2);
    pass(10);
    assertThat(rig.view(0).watching()).isEqualTo(new WatchStatus(2, List.of()));
  }

  @Test
  void shouldAskThreeTimesInASilenceAndCountWhatItSends() {
    watch(1);
    watch(0, watched(1));
    pass(300);
    // 30 s at 750 ms, and a tenth for each look
    assertThat(count(0, "egress-sent-frames")).isBetween(35L, 41L);
    assertThat(count(1, "ingress-consumed-frames")).isEqualTo(count(0, "egress-sent-frames"));
    assertThat(count(1, "egress-sent-frames")).isEqualTo(count(0, "egress-sent-frames"));
    assertThat(count(0, "ingress-consumed-frames")).isEqualTo(count(0, "egress-sent-frames"));
    assertThat(rig.view(0).remotes()).isEmpty();
  }

  @Test
  void shouldForgetWhomItWatchesNoMoreAndKeepWhatItKnowsOfTheOthers() {
    watch(1);
    watch(0, watched(1), watched(2));
    pass(30);
    watch(0, watched(2));
    assertThat(rig.view(0).watching()).isEqualTo(new WatchStatus(1, List.of("h2")));
    WatchedHost moved = new WatchedHost("h2", rig.endpoint(1));
    watch(0, moved);
    assertThat(rig.view(0).watching()).as("it has time").isEqualTo(new WatchStatus(1, List.of()));
    pass(30);
    assertThat(rig.view(0).watching().missed()).as("h1 is not h2").containsExactly("h2");
    assertThat(rig.view(1).drops().get(DropReason.UNEXPECTED_LIFE_MESSAGE)).isPositive();
  }

  @Test
  void shouldWatchManyAHundredAtATime() {
    WatchedHost[] many = new WatchedHost[300];
    for (int i = 0; i < many.length; i++) {
      many[i] = new WatchedHost("h1", new Endpoint(IpAddress.ofIpv4(0x0a4d_0100 + i), 4789));
    }
    List<MemoryDatagram> sent = new ArrayList<>();
    rig.network().observe(sent::add);
    watch(0, many);
    pass(75);
    assertThat(sent.stream().map(MemoryDatagram::destination).distinct()).hasSize(300);
    assertThat(sent).hasSizeBetween(2_700, 3_300);
    assertThat(rig.view(0).watching().missed()).hasSize(300);
  }

  @Test
  void shouldAnswerWhoeverAsksForItAndNobodyElse() {
    watch(0);
    byte[] question = lifeMessage(LifeMessage.QUESTION, 7, "h0", 0x1234);
    stranger.send(rig.endpoint(0), question);
    stranger.send(rig.endpoint(0), lifeMessage(LifeMessage.QUESTION, 7, "h9", 0x1234));
    stranger.send(rig.endpoint(1), lifeMessage(LifeMessage.QUESTION, 7, "h1", 0x1234));
    rig.settle();
    ForeignHost.Datagram answer = stranger.receive();
    assertThat(answer).isNotNull();
    assertThat(answer.payload()).isEqualTo(lifeMessage(LifeMessage.ANSWER, 7, "h0", 0x1234));
    assertThat(answer.source().address()).isEqualTo(rig.endpoint(0).address());
    assertThat(stranger.receive()).isNull();
    assertThat(rig.view(0).drops().get(DropReason.UNEXPECTED_LIFE_MESSAGE)).isEqualTo(1);
    assertThat(rig.view(1).drops().get(DropReason.VNI_FLAG_MISSING))
        .as("it follows no controller")
        .isEqualTo(1);
  }

  @Test
  void shouldNotTakeAnAnswerOfOneThatDoesNotKnowTheQuestion() {
    watch(0, watched(1)); // which does not answer
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 30; i++) {
      pass(1);
      for (int place = -1; place < 3; place++) {
        stranger.send(
            rig.endpoint(0), lifeMessage(LifeMessage.ANSWER, place, "h1", random.nextLong()));
        rig.host(1) // the right address, and no token of a question
            .underlay()
            .send(
                4789,
                rig.endpoint(0),
                lifeMessage(LifeMessage.ANSWER, place, "h1", place == 0 ? 0 : random.nextLong()));
      }
      rig.settle();
    }
    assertThat(rig.view(0).watching().missed()).containsExactly("h1");
    assertThat(rig.view(0).drops().get(DropReason.UNEXPECTED_LIFE_MESSAGE)).isEqualTo(240);
  }

  @Test
  void shouldSurviveWhatIsNoMessage() {
    watch(0, watched(1));
    SplittableRandom random = new SplittableRandom(13);
    byte[] good = lifeMessage(LifeMessage.QUESTION, 0, "h0", 5);
    for (int i = 0; i < 2_000; i++) {
      byte[] bad = java.util.Arrays.copyOf(good, random.nextInt(good.length + 20));
      if (bad.length > 0) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      stranger.send(rig.endpoint(0), bad);
      rig.settle();
    }
    pass(1);
    assertThat(rig.view(0).watching().watched()).isEqualTo(1);
  }
}
