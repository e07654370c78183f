package net.viaduct.vtep.tables;

import net.viaduct.io.Endpoint;
import net.viaduct.vtep.encapsulation.EncapsulationType;

/** Where a tunnel packet can go. Changed by the data-path thread; any thread may read. */
public sealed interface TunnelTarget extends Place permits Remote, FloodGroup {
  /** Its address, and where it was reached last. */
  Endpoint endpoint();

  /** The largest IP packet that may be sent there; {@link Integer#MAX_VALUE} if it is unknown. */
  int pathMtuBytes();

  /** Where it is reached by an encapsulation. Owner. */
  Endpoint endpoint(EncapsulationType type);

  /** Whether what goes there is stuck. Owner. */
  Stall stall();
}
