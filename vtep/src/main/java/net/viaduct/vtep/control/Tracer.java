package net.viaduct.vtep.control;

import java.lang.foreign.MemorySegment;
import net.viaduct.io.Door;
import net.viaduct.io.Endpoint;
import net.viaduct.io.Frame;
import net.viaduct.vtep.CommandRefused;
import net.viaduct.vtep.egress.Egress;
import net.viaduct.vtep.encapsulation.EncapsulationType;
import net.viaduct.vtep.encapsulation.TunnelPorts;
import net.viaduct.vtep.forward.Originator;
import net.viaduct.vtep.ingress.Ingress;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.trace.Describer;
import net.viaduct.vtep.trace.SwitchedTrail;
import net.viaduct.vtep.trace.Trace;
import net.viaduct.vtep.waiting.Intake;
import net.viaduct.wire.IpAddress;

/**
 * Lets frames that nobody sent take the way of real ones, with the trail on: the same code says
 * where they would go, and nothing comes of it. Owned by the data-path thread.
 */
public final class Tracer {
  /** Any will do: the path back is by address. */
  private static final int SOURCE_PORT = 49_152;

  private final Topology topology;
  private final Egress egress;
  private final Ingress ingress;
  private final Originator originator;
  private final SwitchedTrail trail;
  private final Intake intake;
  private final Frame frame;

  /**
   * A tracer.
   *
   * @param frame a slot that nobody else uses
   */
  public Tracer(
      Topology topology,
      Egress egress,
      Ingress ingress,
      Originator originator,
      SwitchedTrail trail,
      Intake intake,
      Frame frame) {
    this.topology = topology;
    this.egress = egress;
    this.ingress = ingress;
    this.originator = originator;
    this.trail = trail;
    this.intake = intake;
    this.frame = frame;
  }

  /**
   * Where a frame from a port would go; between two duty cycles.
   *
   * @throws CommandRefused if there is no such port, or no frame can be so long
   */
  public Trace fromPort(String name, byte[] bytes) {
    LocalPort port = topology.port(name);
    if (port == null) {
      throw new CommandRefused("there is no port " + name);
    }
    fill(bytes);
    return follow(
        bytes.length + " bytes from port " + name + " in " + Describer.network(port.network()),
        () -> rehearse(port));
  }

  /**
   * Where a datagram from the underlay would go; between two duty cycles.
   *
   * @param source who sent it
   * @param door by which it comes in, which says how it is wrapped
   * @param trafficClass of its outer IP header
   * @param payload of the datagram: tunnel header and frame
   * @throws CommandRefused if no datagram can be so long
   */
  public Trace fromUnderlay(Endpoint source, Door door, int trafficClass, byte[] payload) {
    fill(payload);
    frame.source(source.address().high(), source.address().low(), source.port());
    frame.arrived(trafficClass, door.port(), true);
    return follow(
        "a datagram with " + payload.length + " bytes from " + source + " by " + door,
        () -> ingress.rehearse(frame));
  }

  /**
   * Where a frame would go that a remote sends, wrapped as this host expects it from there; between
   * two duty cycles.
   *
   * @param vni of the network that it sends into
   * @throws CommandRefused if no frame can be so long
   */
  public Trace fromRemote(IpAddress address, int vni, byte[] bytes) {
    EncapsulationType type = topology.typeFrom(address, vni);
    fill(bytes);
    type.encapsulation().write(frame, vni, 0);
    frame.prepend(type.encapsulation().headerBytes());
    Endpoint local = TunnelPorts.usual(topology.usualPort()).endpoint(address, type);
    frame.source(address.high(), address.low(), SOURCE_PORT);
    frame.arrived(0, local.port(), true);
    return follow(
        bytes.length + " bytes in " + type.label() + " with VNI " + vni + " from " + address,
        () -> ingress.rehearse(frame));
  }

  private void rehearse(LocalPort port) {
    String held = intake.heldBecause(port);
    if (!held.isEmpty()) {
      trail.note("read", "the port is held back now: " + held);
    }
    egress.rehearse(port, frame);
  }

  private void fill(byte[] bytes) {
    if (bytes.length > Frame.SLOT_BYTES - Frame.HEADROOM_BYTES) {
      throw new CommandRefused("a frame cannot have " + bytes.length + " bytes");
    }
    frame.reset();
    frame.lengthBytes(bytes.length);
    MemorySegment.copy(
        MemorySegment.ofArray(bytes), 0, frame.memory(), frame.start(), bytes.length);
  }

  private Trace follow(String received, Runnable way) {
    trail.begin();
    Trace trace;
    try {
      trail.note("receive", received);
      way.run();
    } finally {
      trace = trail.end();
      originator.flushed();
    }
    return trace;
  }
}
