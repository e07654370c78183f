package net.viaduct.vtep.trace;

import net.viaduct.io.Endpoint;
import net.viaduct.vtep.DropReason;
import org.jspecify.annotations.Nullable;

/** What becomes of a frame, or of one of its copies. Immutable. */
public sealed interface Outcome {
  /**
   * A port of this host gets it.
   *
   * @param port its name
   */
  record Delivered(String port) implements Outcome {
    @Override
    public String toString() {
      return "delivered to port " + port;
    }
  }

  /**
   * It leaves in a tunnel.
   *
   * @param vni of its network
   * @param to a remote or a group
   */
  record Sent(int vni, Endpoint to) implements Outcome {
    @Override
    public String toString() {
      return "sent to " + to + " with VNI " + vni;
    }
  }

  /** It is for this VTEP itself. */
  record Consumed() implements Outcome {
    @Override
    public String toString() {
      return "kept by this host: it is for the host itself, or the host answers it";
    }
  }

  /**
   * It is dropped.
   *
   * @param reason why
   * @param place the port, remote or group by which it is counted, if there is one
   */
  record Dropped(DropReason reason, @Nullable String place) implements Outcome {
    @Override
    public String toString() {
      String where = place == null ? "" : " (counted at " + place + ")";
      return "dropped: " + reason.label() + where;
    }
  }
}
