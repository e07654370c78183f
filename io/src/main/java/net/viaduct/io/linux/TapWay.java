package net.viaduct.io.linux;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.viaduct.io.Door;
import net.viaduct.io.IoFailure;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The second way to the underlay, beside its sockets: a tap for each local address for which that
 * works. Owned by the data-path thread; what says so may be called from any.
 */
final class TapWay implements AutoCloseable {
  /** So often taps are asked before sockets in a row. */
  private static final int TAPS_FIRST = 4;

  private final List<TapLeg> legs = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();
  private volatile String description = "";
  private int turn;

  /** Makes the taps that are configured and possible, in the calling thread's namespace. */
  TapWay(UdpUnderlayConfig config, HomeNamespace home, Arena arena) {
    if (config.way() == UdpUnderlayConfig.Way.TAP) {
      config.addresses().forEach(address -> open(config, address, home, arena));
    }
    describe();
  }

  private void open(UdpUnderlayConfig config, IpAddress local, HomeNamespace home, Arena arena) {
    if (config.fragments().sent()) {
      refusals.add("sockets for " + local + ": a tap sends no fragments");
      return;
    }
    try {
      legs.add(new TapLeg(config, local, home, arena));
    } catch (IoFailure e) {
      refusals.add("sockets for " + local + ": " + e.getMessage());
    }
  }

  /** By what packets come and leave, and why not by the other way, for a person. Any thread. */
  String description() {
    return description;
  }

  private void describe() {
    List<String> all = new ArrayList<>(refusals);
    for (TapLeg leg : legs) {
      all.add((leg.isOn() ? "" : "sockets for " + leg.local() + ": ") + leg.state());
    }
    String now = all.isEmpty() ? "sockets" : String.join("; ", all);
    if (!now.equals(description)) {
      description = now;
    }
  }

  /** What sends from an address; null if only its sockets do. */
  @Nullable TapLegSender senderOf(IpAddress local) {
    for (TapLeg leg : legs) {
      if (leg.local().equals(local)) {
        return leg.sender();
      }
    }
    return null;
  }

  /** What becomes readable, of this and of the sockets. */
  int[] descriptors(int[] ofSockets) {
    IntStream own = legs.stream().mapToInt(TapLeg::descriptor).filter(fd -> fd >= 0);
    return IntStream.concat(IntStream.of(ofSockets), own).toArray();
  }

  /**
   * Fills slots from taps or sockets, which take turns.
   *
   * @param sockets asked if the taps have nothing, and sometimes before
   */
  int receive(ReceiveBatch batch, UnderlayReceiver sockets) {
    if (legs.isEmpty()) {
      return sockets.receive(batch);
    }
    turn++;
    if (turn % TAPS_FIRST == 0) {
      int fromSockets = sockets.receive(batch);
      return fromSockets > 0 ? fromSockets : receiveFromTaps(batch);
    }
    int fromTaps = receiveFromTaps(batch);
    return fromTaps > 0 ? fromTaps : sockets.receive(batch);
  }

  private int receiveFromTaps(ReceiveBatch batch) {
    for (int i = 0; i < legs.size(); i++) {
      int at = (turn + i) % legs.size();
      int count = legs.get(at < 0 ? at + legs.size() : at).receive(batch);
      if (count > 0) {
        return count;
      }
    }
    return 0;
  }

  /**
   * Lets packets to these doors come by the taps.
   *
   * @throws IoFailure if the kernel refuses
   */
  void listen(Set<Door> doors) {
    legs.forEach(leg -> leg.listen(doors));
  }

  /**
   * Follows what happens to devices, addresses, routes and neighbours: about ten times a second.
   */
  void attend() {
    if (!legs.isEmpty()) {
      legs.forEach(TapLeg::attend);
      describe();
    }
  }

  /** Packets that came by taps and were not right. Any thread. */
  long lost() {
    long sum = 0;
    for (TapLeg leg : legs) {
      sum += leg.lost();
    }
    return sum;
  }

  @Override
  public void close() {
    legs.forEach(TapLeg::close);
  }
}
