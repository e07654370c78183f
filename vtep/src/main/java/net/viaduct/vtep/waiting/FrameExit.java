package net.viaduct.vtep.waiting;

import net.viaduct.io.Frame;
import net.viaduct.vtep.DropReason;

/** Where frames go that a queue lets go. Called on the data-path thread. */
public interface FrameExit {
  /** A frame leaves with the next {@link #flush}; until then it must stay as it is. */
  void release(Ticket ticket, Frame frame);

  /** Sends all that was released. */
  void flush();

  /** A frame is not sent; it was counted, and is told to whoever captures. */
  void refused(Ticket ticket, Frame frame, DropReason reason);
}
