package net.viaduct.vtep.tables;

import java.util.Arrays;
import net.viaduct.io.Port;
import net.viaduct.io.PortSender;
import net.viaduct.io.SendBatch;
import net.viaduct.runtime.CounterBlock;
import net.viaduct.vtep.encapsulation.TrafficClassPolicy;
import net.viaduct.vtep.queue.NameNumber;
import net.viaduct.vtep.queue.PortGroup;
import net.viaduct.vtep.settings.PortSettings;
import org.jspecify.annotations.Nullable;

/**
 * A port in its network, with what waits to be sent to it. Changed by the data-path thread, but for
 * the batches, of which each thread has its own; any thread may read the port's name, its network,
 * MTU and counters.
 */
public final class LocalPort implements Place {
  private final int index;
  private final String name;
  private final PortDevice device;
  private final Network network;
  private final int vlan;
  private final CounterBlock counters;
  private final SendBatch[] batches;
  private final int nameNumber;
  private volatile PortSettings settings;
  private int portGroupNumber;
  private @Nullable TrafficClassPolicy trafficClass;
  private volatile String blockedBy = "";
  private boolean isBlocked;
  private volatile int mtuBytes;
  private boolean moves;
  private boolean isLeg;
  private boolean gone;

  /**
   * A port.
   *
   * @param name by which it is known: its device's, or {@code eth1.20} for a VLAN of it
   * @param batchFrames how many frames can wait
   */
  public LocalPort(
      int index,
      String name,
      PortDevice device,
      Network network,
      PortSettings settings,
      CounterBlock counters,
      int batchFrames) {
    this.index = index;
    this.name = name;
    this.device = device;
    this.network = network;
    this.nameNumber = NameNumber.of(name);
    this.settings = settings;
    follow(settings);
    this.vlan = settings.vlan().orElse(0);
    this.counters = counters;
    this.batches = new SendBatch[device.threads()];
    Arrays.setAll(batches, _ -> new SendBatch(batchFrames));
    this.mtuBytes = device.port().mtuBytes();
  }

  /** By which the FDB knows it. */
  public int index() {
    return index;
  }

  /** By which it is known. */
  public String name() {
    return name;
  }

  /** The way in and out, perhaps of other ports too. */
  public Port port() {
    return device.port();
  }

  /** Its device, with those that share it. */
  public PortDevice device() {
    return device;
  }

  /** The VLAN whose tag its frames have on the device; 0 if they have none. */
  public int vlan() {
    return vlan;
  }

  /** How it behaves. */
  public PortSettings settings() {
    return settings;
  }

  /** Behaves otherwise from now on; the VLAN stays as it was. */
  public void settings(PortSettings value) {
    settings = value;
    follow(value);
  }

  private void follow(PortSettings value) {
    portGroupNumber = value.portGroup().map(PortGroup::number).orElse(0);
    trafficClass = value.portGroup().flatMap(PortGroup::dscp).orElse(null);
    isLeg = value.isLeg();
  }

  /** By which readiness names the first queue of its device, if it is the first that shares it. */
  public int token() {
    return PortToken.of(index, 0);
  }

  /** By which queues know it. */
  public int nameNumber() {
    return nameNumber;
  }

  /** By which queues know its group; 0 if it is in none. Owner. */
  public int portGroupNumber() {
    return portGroupNumber;
  }

  /** Whose DSCP is told and kept, of ECN nothing; null if the network decides. Owner. */
  public @Nullable TrafficClassPolicy trafficClass() {
    return trafficClass;
  }

  /** The network that it is in. */
  public Network network() {
    return network;
  }

  /** What came from it, and what went there. */
  @Override
  public CounterBlock counters() {
    return counters;
  }

  /** The policy group of what comes from it, or {@link net.viaduct.io.Frame#NO_GROUP}. */
  public int group() {
    return settings.groupOrNone();
  }

  /** Frames of a thread that wait to be sent; 0 is the owner of all tables. */
  public SendBatch batch(int thread) {
    return batches[thread];
  }

  /** By what a thread sends to it. */
  public PortSender sender(int thread) {
    return device.sender(thread);
  }

  /** The MTU as it was when it was last looked at. */
  public int mtuBytes() {
    return mtuBytes;
  }

  /** Looks at the MTU; whether it changed. */
  public boolean refreshMtu() {
    int now = port().mtuBytes();
    boolean changed = now != mtuBytes;
    mtuBytes = now;
    return changed;
  }

  /** Whether nothing passes at the moment, as frames come back through it. Owner. */
  public boolean isBlocked() {
    return isBlocked;
  }

  /** Why nothing passes at the moment, for a person; empty if it does. */
  public String blockedBy() {
    return blockedBy;
  }

  /**
   * Sets whether nothing passes.
   *
   * @param reason for a person; empty if it is open
   */
  public void blockedBy(String reason) {
    isBlocked = !reason.isEmpty();
    blockedBy = reason;
  }

  /** Whether other hosts of its network are on it too. Owner. */
  public boolean isLeg() {
    return isLeg;
  }

  /** Whether a station comes to it or leaves it at the moment. Owner. */
  public boolean moves() {
    return moves;
  }

  /** Sets whether a station comes to it or leaves it. Owner. */
  public void moves(boolean value) {
    moves = value;
  }

  /** It was taken away. Owner. */
  public void gone() {
    gone = true;
  }

  @Override
  public boolean isGone() {
    return gone;
  }
}
