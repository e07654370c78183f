package net.viaduct.systemtest.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Supplier;
import net.viaduct.io.linux.EpollReadiness;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.PingSocket;
import net.viaduct.lab.Lab;
import net.viaduct.lab.Machine;
import net.viaduct.lab.MachineSpec;
import net.viaduct.lab.ping.PingFlow;
import net.viaduct.lab.ping.PingPlan;
import net.viaduct.lab.ping.PingResult;
import net.viaduct.lab.ping.PingRun;
import net.viaduct.systemtest.Datagrams;
import net.viaduct.systemtest.Transfer;
import net.viaduct.wire.IpAddress;

/**
 * Traffic between a machine of ours and one behind another VTEP, both ways. Every wait has a bound,
 * and says what it was for. Owned by the test's thread.
 */
final class PeerExchange {
  private static final long MS = 1_000_000;
  private static final int TRIES = 40;
  private static final int IPV4_HEADERS_BYTES = 28;
  private static final int IPV6_HEADERS_BYTES = 48;

  private final Lab lab;
  private final Station near;
  private final Station far;
  private final Supplier<String> diagnosis;

  /**
   * Who speaks: a machine, or the kernel of a host itself.
   *
   * @param spec its addresses
   */
  record Station(NetNamespace namespace, MachineSpec spec) {
    static Station of(Machine machine) {
      return new Station(machine.namespace(), machine.spec());
    }

    private IpAddress ip(boolean ipv6) {
      return ipv6 ? spec.ipv6() : spec.ipv4();
    }

    @Override
    public String toString() {
      return spec.name();
    }
  }

  /**
   * An exchange.
   *
   * @param diagnosis what both VTEPs know, for the message when something does not arrive
   */
  PeerExchange(Lab lab, Station near, Station far, Supplier<String> diagnosis) {
    this.lab = lab;
    this.near = near;
    this.far = far;
    this.diagnosis = diagnosis;
  }

  private List<PingResult> ping(boolean ipv6, PingPlan plan) throws InterruptedException {
    List<PingFlow> flows = List.of(flow(near, far, ipv6), flow(far, near, ipv6));
    return PingRun.start(flows, plan, new EpollReadiness(), System::nanoTime).await();
  }

  private PingFlow flow(Station from, Station to, boolean ipv6) {
    PingSocket socket = from.namespace().call(() -> PingSocket.open(ipv6));
    lab.closeWithLab(socket);
    return new PingFlow(from.toString(), to.toString(), socket, to.ip(ipv6));
  }

  /** Waits until each answers the other, by ARP and ND too, of which neither knows anything yet. */
  void awaitAnswers() throws InterruptedException {
    for (boolean ipv6 : new boolean[] {false, true}) {
      List<PingResult> results = List.of();
      for (int i = 0; i < TRIES && (i == 0 || isLost(results)); i++) {
        results = ping(ipv6, new PingPlan(1, 0, 250 * MS, 56));
      }
      assertThat(isLost(results))
          .as("%s to %s does not get through: %s; %s", near, far, results, diagnosis.get())
          .isFalse();
    }
  }

  /**
   * Waits until neither answers the other any more, although each asks whom it already knows: what
   * was under way, and what is asked for from now on.
   *
   * @param packetBytes of the whole IPv4 packet
   */
  void awaitSilence(int packetBytes) throws InterruptedException {
    PingPlan plan = new PingPlan(2, 0, 250 * MS, packetBytes - IPV4_HEADERS_BYTES);
    List<PingResult> results = List.of();
    for (int i = 0; i < TRIES && (i == 0 || !isSilent(results)); i++) {
      results = ping(false, plan);
    }
    assertThat(isSilent(results)).as("gets through: %s; %s", results, diagnosis.get()).isTrue();
  }

  private static boolean isSilent(List<PingResult> results) {
    return results.stream().allMatch(result -> result.received() == 0);
  }

  private static boolean isLost(List<PingResult> results) {
    return results.stream().anyMatch(result -> result.lost() > 0);
  }

  /**
   * Pings both ways, none may be lost.
   *
   * @param packetBytes of the whole IP packet; what is more than the MTU is sent in fragments
   */
  void ping(int packetBytes) throws InterruptedException {
    for (boolean ipv6 : new boolean[] {false, true}) {
      int payload = packetBytes - (ipv6 ? IPV6_HEADERS_BYTES : IPV4_HEADERS_BYTES);
      assertThat(ping(ipv6, new PingPlan(3, 5 * MS, 3000 * MS, payload)))
          .allSatisfy(result -> {
            assertThat(result.lost()).as("%s; %s", result, diagnosis.get()).isZero();
            assertThat(result.damaged()).as("%s; %s", result, diagnosis.get()).isZero();
          });
    }
  }

  /** Sends a datagram of each size both ways; each must arrive as it was. */
  void datagrams(int... sizes) throws Exception {
    for (boolean ipv6 : new boolean[] {false, true}) {
      Datagrams.check(near.namespace(), far.namespace(), far.ip(ipv6).toString(), sizes, 1);
      Datagrams.check(far.namespace(), near.namespace(), near.ip(ipv6).toString(), sizes, 2);
    }
  }

  /** Sends so many bytes by TCP each way, and compares them. */
  void transfer(long bytes) throws Exception {
    for (boolean ipv6 : new boolean[] {false, true}) {
      Transfer.check(near.namespace(), far.namespace(), far.ip(ipv6).toString(), bytes, 3);
      Transfer.check(far.namespace(), near.namespace(), near.ip(ipv6).toString(), bytes, 4);
    }
  }
}
