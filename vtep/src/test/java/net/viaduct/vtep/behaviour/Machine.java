package net.viaduct.vtep.behaviour;

import org.jspecify.annotations.Nullable;

/** What is behind a port: sends and receives frames. Owned by the test's thread. */
public interface Machine {
  /** The port's name. */
  String port();

  /** Sends a frame. */
  void send(byte[] frame);

  /**
   * Receives a frame that has arrived; null if there is none. Frames that machines send by
   * themselves (neighbour discovery and the like) are left out.
   */
  byte @Nullable [] receive();
}
