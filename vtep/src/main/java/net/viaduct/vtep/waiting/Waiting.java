package net.viaduct.vtep.waiting;

import net.viaduct.io.Frame;
import net.viaduct.queueing.Packet;
import org.jspecify.annotations.Nullable;

/** A slot of the store with what is in it. Reused for ever; owned by the data-path thread. */
final class Waiting {
  private final Packet packet;
  private final Frame frame;
  private final Ticket ticket = new Ticket();
  private @Nullable Tenant tenant;
  private boolean returned;

  Waiting(Packet packet, Frame frame) {
    this.packet = packet;
    this.frame = frame;
    ticket.of(this);
  }

  /** What queues know it by. */
  Packet packet() {
    return packet;
  }

  /** Its bytes, once it has to wait. */
  Frame frame() {
    return frame;
  }

  /** Where it goes. */
  Ticket ticket() {
    return ticket;
  }

  /** At whose expense it waits; null if it did not come from a port. */
  @Nullable Tenant tenant() {
    return tenant;
  }

  /** Whether it came back, and waits to leave first. */
  boolean isReturned() {
    return returned;
  }

  /** Sets whether it came back. */
  void returned(boolean value) {
    returned = value;
  }

  /** Sets at whose expense it waits. */
  void tenant(@Nullable Tenant value) {
    tenant = value;
  }
}
