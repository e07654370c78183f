package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.io.Frame;
import net.viaduct.io.ReceiveBatch;
import net.viaduct.io.SendBatch;
import net.viaduct.io.SendResult;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.PacketPort;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Links;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.wire.EthernetHeader;

/**
 * A virtual machine as its hosts see it: at each host that it can be at it has a device with a
 * queue of its own, and it reads from one of them. When it migrates it is paused, and goes on with
 * what has waited for it at the other host since then. It sends a numbered frame each millisecond
 * to another one, and notes which numbers of the other one arrive. Its thread is its own.
 */
final class MigratingMachine {
  private static final int ETHER_TYPE = 0x88b5;
  private static final int NUMBER_OFFSET = EthernetHeader.SIZE_BYTES;
  private static final int FRAME_BYTES = 60;
  private static final int SLOTS = 64;
  private static final int MOST_NUMBERS = 1 << 22;
  private static final long NAP_NS = 100_000;
  private static final long EVERY_NS = 1_000_000;
  private static final int MTU = 1500;

  private final Arena arena = Arena.ofShared();
  private final ReceiveBatch slots =
      new ReceiveBatch(arena.allocate((long) SLOTS * Frame.SLOT_BYTES, 64), SLOTS);
  private final Frame out = new Frame(arena.allocate(Frame.SLOT_BYTES, 64), 0);
  private final SendBatch batch = new SendBatch(1);
  private final long mac;
  private final long peer;
  private final List<PacketPort> devices;
  private final Thread thread;
  private final BitSet arrived = new BitSet();
  private volatile int place;
  private volatile int next;
  private volatile long pauseNs;
  private volatile boolean running = true;
  private int sent;
  private int refused;
  private int twice;

  private MigratingMachine(long mac, long peer, List<PacketPort> devices) {
    this.mac = mac;
    this.peer = peer;
    this.devices = devices;
    this.thread = Thread.ofPlatform().name("machine").unstarted(this::run);
  }

  /**
   * A machine at the first of these hosts.
   *
   * @param port the name of its device on each host
   * @param peer the address that it sends to
   */
  static MigratingMachine at(
      Lab lab, String port, long mac, long peer, DistinctErrors errors, List<LabHost> hosts) {
    NetNamespace inside = lab.createNamespace(port);
    inside.sysctl("net/ipv6/conf/default/disable_ipv6", "1");
    Rtnetlink net = inside.rtnetlink();
    lab.closeWithLab(net);
    List<PacketPort> devices =
        hosts.stream().map(host -> plug(inside, net, port, host, errors)).toList();
    devices.forEach(lab::closeWithLab);
    return new MigratingMachine(mac, peer, devices);
  }

  private static PacketPort plug(
      NetNamespace inside, Rtnetlink net, String port, LabHost host, DistinctErrors errors) {
    String name = "to-" + host.name();
    Links links = host.net().links();
    LinkKind pair = new LinkKind.Veth(new LinkKind.PeerSpec(name, MTU, 0), inside.descriptor());
    int index = links.create(new LinkSpec(port, pair).withMtu(MTU));
    net.links().up(net.links().require(name).index());
    links.up(index);
    return inside.call(() -> new PacketPort(name, errors));
  }

  void start() {
    thread.start();
  }

  private void run() {
    long nextNs = System.nanoTime();
    while (running) {
      if (next != place) {
        receive(place, true); // what has arrived up to now
        receive(next, false);
        LockSupport.parkNanos(pauseNs);
        place = next;
      }
      long now = System.nanoTime();
      if (now - nextNs >= 0) {
        send();
        nextNs += EVERY_NS;
        nextNs = now - nextNs > EVERY_NS ? now : nextNs; // late, not faster
      }
      for (int i = 0; i < devices.size(); i++) {
        receive(i, i == place);
      }
      LockSupport.parkNanos(NAP_NS);
    }
  }

  private void send() {
    if (sent == MOST_NUMBERS) {
      return;
    }
    out.reset();
    out.lengthBytes(FRAME_BYTES);
    EthernetHeader.write(out.memory(), out.start(), peer, mac, ETHER_TYPE);
    out.memory().set(ValueLayout.JAVA_INT_UNALIGNED, out.start() + NUMBER_OFFSET, sent);
    batch.clear();
    batch.add(out);
    devices.get(place).send(batch);
    if (batch.result(0) == SendResult.SENT) {
      sent++;
    } else {
      refused++;
    }
  }

  private void receive(int device, boolean isHere) {
    int count;
    do {
      count = devices.get(device).receive(slots);
      for (int i = 0; i < count && isHere; i++) {
        note(slots.frame(i));
      }
    } while (count > 0);
  }

  private synchronized void note(Frame frame) {
    MemorySegment memory = frame.memory();
    long at = frame.start();
    if (frame.lengthBytes() >= NUMBER_OFFSET + Integer.BYTES
        && EthernetHeader.etherType(memory, at) == ETHER_TYPE
        && EthernetHeader.destination(memory, at) == mac) {
      int number = memory.get(ValueLayout.JAVA_INT_UNALIGNED, at + NUMBER_OFFSET);
      if (arrived.get(number)) {
        twice++;
      }
      arrived.set(number);
    }
  }

  /** Migrates: it is paused at once, and goes on there after so long. */
  void migrate(int to, long pausedNs) {
    pauseNs = pausedNs;
    next = to;
    for (int i = 0; i < 10_000 && place != to; i++) {
      LockSupport.parkNanos(NAP_NS);
    }
    assertThat(place).isEqualTo(to);
  }

  /** Where it is. */
  int place() {
    return place;
  }

  /** How many it has sent. */
  int sent() {
    return sent;
  }

  /** How many its device did not take. */
  int refused() {
    return refused;
  }

  /** How many came a second time. */
  synchronized int twice() {
    return twice;
  }

  /** How many of the first so many of the other one have arrived. */
  synchronized int arrived(int most) {
    return arrived.get(0, most).cardinality();
  }

  /** Ends its thread. */
  void end() throws InterruptedException {
    running = false;
    thread.join();
  }
}
