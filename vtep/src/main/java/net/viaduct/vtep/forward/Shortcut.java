package net.viaduct.vtep.forward;

import net.viaduct.io.Frame;
import net.viaduct.vtep.tables.LocalPort;
import net.viaduct.vtep.tables.Remote;
import net.viaduct.vtep.tables.StationEntry;

/**
 * What a worker may forward by itself, because all of it is known; whatever else it meets goes to
 * the data-path thread. Asked for each frame first; what it found takes the place of learning and
 * looking up. Owned by the worker's thread.
 */
public interface Shortcut {
  /**
   * A frame came from a port.
   *
   * @return whether this worker forwards it; if not, it is taken care of
   */
  boolean mayForward(LocalPort from, Frame frame);

  /**
   * A datagram came from the underlay; it stays as it is.
   *
   * @return whether this worker forwards it; if not, it is to be {@link #leave left}
   */
  boolean mayForward(Frame datagram);

  /**
   * Leaves a datagram to the data-path thread, or a train as a whole: a message takes one place on
   * the way there, however many datagrams are in it.
   */
  void leave(Frame datagrams);

  /** Who sent the datagram that may be forwarded. */
  Remote sender();

  /** Where the frame goes that may be forwarded, as of {@link StationEntry}. */
  int destination();
}
