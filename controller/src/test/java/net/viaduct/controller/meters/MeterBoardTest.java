package net.viaduct.controller.meters;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.viaduct.protocol.DropMeter;
import net.viaduct.protocol.Meters;
import net.viaduct.protocol.NetworkMeter;
import net.viaduct.protocol.PortMeter;
import net.viaduct.protocol.RemoteMeter;
import org.junit.jupiter.api.Test;

/** What is kept of what hosts tell, whatever that is. */
class MeterBoardTest {
  private static final long S = 1_000_000_000L;

  private final AtomicLong now = new AtomicLong();
  private final MeterBoard board = new MeterBoard(now::get);

  private void tell(double seconds, long frames) {
    board.take("h1", Told.host(seconds, 100, "vm1", "10.77.0.2", frames));
  }

  private Metered known() {
    return board.ask(new MeterQuery.OfHost("h1")).getFirst();
  }

  private double perSecond() {
    Metered it = known();
    Meters before = it.before();
    return Flow.of(
            it.last().getTotal().getFromPorts(),
            before == null ? null : before.getTotal().getFromPorts(),
            it.intervalNs())
        .framesPerSecond();
  }

  @Test
  void shouldKnowRatesFromTheSecondTimeOn() {
    tell(1, 1_000);
    assertThat(perSecond()).isNaN();
    tell(3, 1_500);
    assertThat(perSecond()).isEqualTo(250);
    tell(3.1, 1_500); // too soon after the one before for a rate of its own
    assertThat(known().intervalNs()).isEqualTo(2_100_000_000L);
    tell(5.1, 1_600);
    assertThat(known().intervalNs()).isEqualTo(2 * S);
  }

  @Test
  void shouldKnowThatNothingMovesIfSoItIsTold() {
    tell(1, 1_000);
    tell(3, 1_500);
    board.take(
        "h1",
        Meters.newBuilder()
            .setRun(known().last().getRun())
            .setClockNs(5 * S)
            .setUnchanged(true)
            .build());
    assertThat(perSecond()).isZero();
    assertThat(known().last().getPortsCount()).isEqualTo(1);
    tell(7, 1_700);
    assertThat(perSecond()).isEqualTo(100);
  }

  @Test
  void shouldBeginAnewWithAnotherRunAndAfterACounterWentBack() {
    tell(10, 1_000);
    tell(12, 1_500);
    board.take(
        "h1",
        Told.host(1, 100, "vm1", "10.77.0.2", 10).toBuilder().setRun(1_790_000_009_000L).build());
    assertThat(perSecond()).as("the program was started again").isNaN();
    board.take(
        "h1",
        Told.host(3, 100, "vm1", "10.77.0.2", 5).toBuilder().setRun(1_790_000_009_000L).build());
    assertThat(perSecond()).as("less than before").isNaN();
    board.take(
        "h1",
        Told.host(2, 100, "vm1", "10.77.0.2", 50).toBuilder().setRun(1_790_000_009_000L).build());
    assertThat(known().last().getClockNs()).as("older than what is known").isEqualTo(3 * S);
  }

  @Test
  void shouldForgetAHostThatIsNotConnectedAnyMore() {
    tell(1, 1_000);
    board.forget("h1");
    assertThat(board.ask(new MeterQuery.Everything())).isEmpty();
    board.take("h1", Meters.newBuilder().setRun(1).setClockNs(1).setUnchanged(true).build());
    assertThat(board.ask(new MeterQuery.Everything()))
        .as("nothing has changed, but since what is not known")
        .isEmpty();
  }

  @Test
  void shouldTakeNothingThatAHostCannotHaveCountedOrThatIsTooMuch() {
    tell(1, 1_000);
    Meters right = Told.host(3, 100, "vm1", "10.77.0.2", 2_000);
    RemoteMeter remote = right.getRemotes(0);
    PortMeter port = right.getPorts(0);
    List<Meters> lies =
        List.of(
            right.toBuilder().setTotal(Told.traffic(-1, 0)).build(),
            right.toBuilder().setTotal(Told.traffic(1L << 61, 0)).build(),
            right.toBuilder().addPorts(port.toBuilder().setName("<b>\n")).build(),
            right.toBuilder().addPorts(port.toBuilder().setName("x".repeat(64))).build(),
            right.toBuilder().addPorts(port.toBuilder().setVni(0)).build(),
            right.toBuilder().addNetworks(NetworkMeter.newBuilder().setVni(1 << 24)).build(),
            right.toBuilder()
                .addRemotes(remote.toBuilder().setAddress(ByteString.copyFrom(new byte[5])))
                .build(),
            right.toBuilder().addRemotes(remote.toBuilder().setPort(70_000)).build(),
            right.toBuilder().addDrops(DropMeter.newBuilder().setReason("No <such>")).build(),
            right.toBuilder().addDrops(DropMeter.newBuilder().setReason("a").setFrames(-5)).build(),
            tooMany(right));
    for (Meters lie : lies) {
      board.take("h1", lie);
      assertThat(known().last().getClockNs()).isEqualTo(S);
    }
    board.take("h1", right);
    assertThat(known().last()).isEqualTo(right);
  }

  private static Meters tooMany(Meters right) {
    Meters.Builder many = right.toBuilder();
    for (int i = 0; i <= MeterCheck.MOST_PORTS; i++) {
      many.addPorts(Told.port("p" + i, 100, 1, 1));
    }
    return many.build();
  }

  @Test
  void shouldHaveRoomForTheMostThatAHostTells() {
    Meters.Builder most = Told.host(1, 100, "vm1", "10.77.0.2", 1_000).toBuilder();
    most.clearPorts().clearNetworks().clearRemotes();
    for (int i = 0; i < MeterCheck.MOST_PORTS; i++) {
      most.addPorts(Told.port("a-long-name-" + i, 0xff_ffff, 1L << 45, 1L << 45));
    }
    for (int i = 1; i <= MeterCheck.MOST_NETWORKS; i++) {
      most.addNetworks(
          NetworkMeter.newBuilder()
              .setVni(0xff_0000 + i)
              .setTraffic(Told.traffic(1L << 45, 1L << 45)));
    }
    for (int i = 0; i < MeterCheck.MOST_REMOTES; i++) {
      most.addRemotes(Told.remote("10.77.1." + i, 1L << 45, 1L << 45));
    }
    board.take("h1", most.build());
    assertThat(known().last().getPortsCount()).isEqualTo(MeterCheck.MOST_PORTS);
  }
}
