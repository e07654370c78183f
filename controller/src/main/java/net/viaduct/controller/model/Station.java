package net.viaduct.controller.model;

import java.util.List;
import java.util.Map;

/**
 * A MAC address that lives somewhere else than behind a port: an appliance, a physical machine.
 * Immutable.
 *
 * @param network that it is in
 * @param mac of it
 * @param ips that it uses
 * @param place where it lives
 * @param labels notes
 */
public record Station(
    String network, Mac mac, List<Ip> ips, Place place, Map<String, String> labels)
    implements Definition {
  /** Where a station lives. */
  public sealed interface Place {
    /**
     * On a physical segment behind a gateway.
     *
     * @param host that has the gateway
     */
    record Behind(String host) implements Place {
      /** Checks the name. */
      public Behind {
        Names.require(host);
      }
    }

    /** On the wire itself: who has a leg there reaches it without a tunnel. */
    record Direct() implements Place {}
  }

  /** Checks all of it. */
  public Station {
    Names.require(network);
    ips = Port.requireIps(ips);
    labels = Names.requireLabels(labels);
  }

  @Override
  public Kind kind() {
    return Kind.STATION;
  }

  @Override
  public String name() {
    return network + "/" + mac;
  }
}
