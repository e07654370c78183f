package net.viaduct.io.linux;

import net.viaduct.io.Door;
import net.viaduct.io.Transport;

/** How the socket of a door is opened. Stateless. */
@FunctionalInterface
interface DoorSockets {
  /** The only one. */
  DoorSockets ALONE = UnderlaySockets::openDoor;

  /** The first of several that share what comes by UDP; notices who else holds the port. */
  DoorSockets FIRST =
      (sockets, door) -> {
        int alone = sockets.openDoor(door);
        if (door.transport() != Transport.UDP) {
          return alone;
        }
        new SystemCalls().close(alone);
        return sockets.openSharedDoor(door);
      };

  /** One more of these. */
  DoorSockets FURTHER = UnderlaySockets::openSharedDoor;

  /**
   * Opens a socket that receives what is sent to the local address.
   *
   * @throws net.viaduct.io.IoFailure EADDRINUSE if the port is taken, and by whom
   */
  int open(UnderlaySockets sockets, Door door);
}
