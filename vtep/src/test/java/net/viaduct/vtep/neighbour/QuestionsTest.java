package net.viaduct.vtep.neighbour;

import static net.viaduct.vtep.behaviour.Frames.mac;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.FloodList;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.VtepConfig;
import net.viaduct.vtep.behaviour.Conservation;
import net.viaduct.vtep.behaviour.Machine;
import net.viaduct.vtep.behaviour.MemoryRig;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.neighbour.ArpFrame;
import net.viaduct.wire.neighbour.ArpPacket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Host 0 asks a machine of its own, and one of host 1. */
@DisplayName("U4: a host asks a machine whether it is reached")
@ParameterizedClass(name = "{0} threads")
@ValueSource(ints = {1, 3})
class QuestionsTest {
  private static final int BLUE = 100;
  private static final int IP = 0x0a00_0001;

  private final MemoryRig rig;
  private Machine near;
  private Machine far;

  QuestionsTest(int threads) {
    rig = new MemoryRig(2, MemoryRig.impatient(VtepConfig.DEFAULT), threads);
  }

  @BeforeEach
  void open() {
    for (int host = 0; host < 2; host++) {
      FloodList other = new FloodList.Remotes(List.of(rig.endpoint(1 - host)));
      rig.await(rig.control(host).addNetwork(new NetworkConfig(BLUE, "blue", other)));
    }
    near = rig.machine(0, BLUE, "near");
    far = rig.machine(1, BLUE, "far");
    announce(near, mac(1));
    announce(far, mac(2));
    near.receive();
    far.receive();
  }

  @AfterEach
  void close() {
    Conservation.check(rig.view(0));
    Conservation.check(rig.view(1));
    rig.close();
  }

  private void announce(Machine machine, long mac) {
    byte[] frame = new byte[ArpFrame.SIZE_BYTES];
    ArpFrame.announcement(MemorySegment.ofArray(frame), 0, mac, IP + (int) (mac & 0xff));
    send(machine, frame);
  }

  private void send(Machine machine, byte[] frame) {
    machine.send(frame);
    rig.settle();
  }

  private CompletableFuture<Boolean> ask(long mac) {
    CompletableFuture<Boolean> answered = rig.control(0).ask(BLUE, mac);
    rig.advance(Duration.ofMillis(100));
    return answered;
  }

  /** Answers what a machine is asked, as its kernel does. */
  private void answer(Machine machine, long mac) {
    MemorySegment question = MemorySegment.ofArray(machine.receive());
    assertThat(EthernetHeader.destination(question, 0)).isEqualTo(mac);
    byte[] reply = new byte[ArpFrame.SIZE_BYTES];
    MemorySegment s = MemorySegment.ofArray(reply);
    ArpFrame.reply(s, 0, mac, IP + (int) (mac & 0xff));
    long asking = ArpPacket.senderMac(question, EthernetHeader.SIZE_BYTES);
    ArpFrame.answer(s, 0, asking, 0);
    send(machine, reply);
  }

  @Test
  void shouldHearTheAnswerOfItsOwnMachine() {
    CompletableFuture<Boolean> answered = ask(mac(1));
    assertThat(answered).isNotDone();
    answer(near, mac(1));
    assertThat(answered).isCompletedWithValue(true);
  }

  @Test
  void shouldHearTheAnswerThatComesByATunnel() {
    CompletableFuture<Boolean> answered = ask(mac(2));
    answer(far, mac(2));
    assertThat(answered).isCompletedWithValue(true);
  }

  @Test
  void shouldNotTakeTheAnswerOfAnotherForIt() {
    CompletableFuture<Boolean> answered = ask(mac(2));
    CompletableFuture<Boolean> other = ask(mac(1));
    answer(near, mac(1));
    assertThat(other).isCompletedWithValue(true);
    assertThat(answered).isNotDone();
  }

  @Test
  void shouldGiveUpAfterTwoSeconds() {
    CompletableFuture<Boolean> answered = ask(mac(1));
    for (int i = 0; i < 21; i++) {
      assertThat(answered).isNotDone();
      rig.advance(Duration.ofMillis(100));
      if (answered.isDone()) {
        break;
      }
    }
    rig.advance(Duration.ofMillis(200));
    assertThat(answered).isCompletedWithValue(false);
  }

  @Test
  void shouldRefuseToAskWhomItHasNoAddressOf() {
    assertThatThrownBy(() -> ask(mac(9)).join())
        .hasCauseInstanceOf(CommandRefused.class)
        .hasMessageContaining("no IP address");
  }
}
