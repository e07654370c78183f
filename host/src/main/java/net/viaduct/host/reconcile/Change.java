package net.viaduct.host.reconcile;

import java.util.Optional;
import net.viaduct.io.Endpoint;
import net.viaduct.vtep.MovePart;
import net.viaduct.vtep.NetworkConfig;
import net.viaduct.vtep.queue.QueueSettings;
import net.viaduct.wire.MacAddress;

/** One step from one state to another, which can be taken back. Immutable. */
public sealed interface Change {
  /** What takes it back. */
  Change inverse();

  /** What it does, for a person. */
  String sentence();

  /** Tunnel packets are taken in elsewhere. */
  record Listen(Listening before, Listening after) implements Change {
    @Override
    public Change inverse() {
      return new Listen(after, before);
    }

    @Override
    public String sentence() {
      if (after.equals(Listening.UNSAID)) {
        return "listens no more";
      }
      boolean known = before.equals(Listening.UNSAID) || before.usualPort() == after.usualPort();
      return known
          ? "listens on " + after
          : "listens on " + after + "; the usual UDP port is " + after.usualPort() + " now";
    }
  }

  /** Frames wait by other rules before they leave by the underlay. */
  record ChangeUnderlayQueue(Optional<QueueSettings> before, Optional<QueueSettings> after)
      implements Change {
    @Override
    public Change inverse() {
      return new ChangeUnderlayQueue(after, before);
    }

    @Override
    public String sentence() {
      return "queue to the underlay "
          + (before.isEmpty() ? "added" : after.isEmpty() ? "removed" : "changed");
    }
  }

  /** A new network. */
  record AddNetwork(NetworkConfig config) implements Change {
    @Override
    public Change inverse() {
      return new RemoveNetwork(config);
    }

    @Override
    public String sentence() {
      return "network '" + config.name() + "' (VNI " + config.vni() + ") added";
    }
  }

  /** A network without ports goes. */
  record RemoveNetwork(NetworkConfig config) implements Change {
    @Override
    public Change inverse() {
      return new AddNetwork(config);
    }

    @Override
    public String sentence() {
      return "network '" + config.name() + "' (VNI " + config.vni() + ") removed";
    }
  }

  /** A network becomes another one with the same VNI. */
  record ChangeNetwork(NetworkConfig before, NetworkConfig after) implements Change {
    @Override
    public Change inverse() {
      return new ChangeNetwork(after, before);
    }

    @Override
    public String sentence() {
      String renamed =
          before.name().equals(after.name()) ? "" : ", which was '" + before.name() + "',";
      return "network '" + after.name() + "' (VNI " + after.vni() + ")" + renamed + " changed";
    }
  }

  /** A port that is open comes into a network. */
  record AttachPort(DesiredPort port, String network) implements Change {
    @Override
    public Change inverse() {
      return new DetachPort(port, network);
    }

    @Override
    public String sentence() {
      return "port " + port.name() + " attached to network '" + network + "'";
    }
  }

  /** A port goes out of its network; it stays open. */
  record DetachPort(DesiredPort port, String network) implements Change {
    @Override
    public Change inverse() {
      return new AttachPort(port, network);
    }

    @Override
    public String sentence() {
      return "port " + port.name() + " detached from network '" + network + "'";
    }
  }

  /** A port behaves otherwise; it stays where it is. */
  record ChangePort(DesiredPort before, DesiredPort after) implements Change {
    @Override
    public Change inverse() {
      return new ChangePort(after, before);
    }

    @Override
    public String sentence() {
      return "port " + after.name() + " changed";
    }
  }

  /** A tap gets another MTU. */
  record ChangeMtu(String tap, int beforeBytes, int afterBytes) implements Change {
    @Override
    public Change inverse() {
      return new ChangeMtu(tap, afterBytes, beforeBytes);
    }

    @Override
    public String sentence() {
      return "MTU of " + tap + " changed from " + beforeBytes + " to " + afterBytes;
    }
  }

  /** A remote is known whether it speaks or not. */
  record AddRemote(Endpoint endpoint) implements Change {
    @Override
    public Change inverse() {
      return new RemoveRemote(endpoint);
    }

    @Override
    public String sentence() {
      return "remote " + endpoint + " added";
    }
  }

  /** A remote is known only as long as it speaks. */
  record RemoveRemote(Endpoint endpoint) implements Change {
    @Override
    public Change inverse() {
      return new AddRemote(endpoint);
    }

    @Override
    public String sentence() {
      return "remote " + endpoint + " removed";
    }
  }

  /** Where a station is, from now on. */
  record AddStation(StationKey station, StationPlace place) implements Change {
    @Override
    public Change inverse() {
      return new RemoveStation(station, place);
    }

    @Override
    public String sentence() {
      return "station " + MacAddress.format(station.mac()) + " at " + place + " added";
    }
  }

  /** Where a station was. */
  record RemoveStation(StationKey station, StationPlace place) implements Change {
    @Override
    public Change inverse() {
      return new AddStation(station, place);
    }

    @Override
    public String sentence() {
      return "station " + MacAddress.format(station.mac()) + " at " + place + " removed";
    }
  }

  /** A station is elsewhere; it is never nowhere in between. */
  record MoveStation(StationKey station, StationPlace before, StationPlace after)
      implements Change {
    @Override
    public Change inverse() {
      return new MoveStation(station, after, before);
    }

    @Override
    public String sentence() {
      return "station "
          + MacAddress.format(station.mac())
          + " moved from "
          + before
          + " to "
          + after;
    }
  }

  /** A station comes here or leaves, from now on. */
  record BeginMove(StationKey station, MovePart part) implements Change {
    @Override
    public Change inverse() {
      return new EndMove(station, part);
    }

    @Override
    public String sentence() {
      return "station " + MacAddress.format(station.mac()) + " is about to move " + part;
    }
  }

  /** A station comes here or leaves no more: it has. */
  record EndMove(StationKey station, MovePart part) implements Change {
    @Override
    public Change inverse() {
      return new BeginMove(station, part);
    }

    @Override
    public String sentence() {
      return "station " + MacAddress.format(station.mac()) + " moves " + part + " no more";
    }
  }
}
