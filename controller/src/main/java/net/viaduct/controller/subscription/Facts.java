package net.viaduct.controller.subscription;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.controller.model.Flood;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Leg;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.controller.model.WhenAway;
import net.viaduct.controller.moving.Move;
import net.viaduct.protocol.Endpoint;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.FactKey;
import net.viaduct.protocol.MemberFact;
import net.viaduct.protocol.MemberKey;
import net.viaduct.protocol.MoveFact;
import net.viaduct.protocol.MoveKey;
import net.viaduct.protocol.NetworkFact;
import net.viaduct.protocol.StationFact;
import net.viaduct.protocol.StationKey;

/** The model in the words of the protocol. Stateless. */
final class Facts {
  private static final int HEXADECIMAL = 16;

  /** Another one whenever more is said of the same store: groups of ports are, since 2. */
  private static final String EDITION = "/2";

  private Facts() {}

  /**
   * By what a host knows that a revision is of a store, and that it was told all that is said of it
   * here: one that was told less, by a controller before this one, is told anew.
   */
  static String edition(String storeId) {
    return storeId + EDITION;
  }

  /**
   * A network as a whole.
   *
   * @param groups that its ports name
   */
  static Fact network(Network network, String gateway, List<PortGroup> groups) {
    NetworkFact.Builder fact =
        NetworkFact.newBuilder()
            .setVni(network.vni())
            .setName(network.name())
            .setMtuBytes(network.mtuBytes().orElse(0))
            .setDropUnknown(network.unknown() == Network.Unknown.DROP)
            .setGateway(gateway);
    for (Leg leg : network.legs()) {
      fact.addLegs(
          net.viaduct.protocol.Leg.newBuilder()
              .setHost(leg.host())
              .setDevice(leg.device())
              .setVlan(leg.vlan().orElse(0)));
    }
    if (network.whenAway().action() == WhenAway.Action.LEARN) {
      fact.setLearnWhenAwayAfterSeconds((int) network.whenAway().afterSeconds());
    }
    if (network.flood() instanceof Flood.ToGroup group) {
      fact.setGroup(bytes(group.address()));
    }
    groups.forEach(group -> fact.addGroups(group(group)));
    return Fact.newBuilder().setNetwork(fact).build();
  }

  private static net.viaduct.protocol.PortGroup group(PortGroup group) {
    net.viaduct.protocol.PortGroup.Builder told =
        net.viaduct.protocol.PortGroup.newBuilder()
            .setName(group.name())
            .setSendBitsPerSecond(group.sendBitsPerSecond().orElse(0))
            .setReceiveBitsPerSecond(group.receiveBitsPerSecond().orElse(0))
            .setStations(group.stations().orElse(0));
    group.dscp().ifPresent(told::setDscp);
    return told.build();
  }

  static FactKey networkKey(int vni) {
    return FactKey.newBuilder().setNetworkVni(vni).build();
  }

  static Fact member(int vni, Host host) {
    MemberFact.Builder fact =
        MemberFact.newBuilder().setVni(vni).setHost(host.name()).addAllEndpoints(endpoints(host));
    return Fact.newBuilder().setMember(fact).build();
  }

  /** Where a host is reached: one of each family at most. */
  static List<Endpoint> endpoints(Host host) {
    List<Endpoint> endpoints = new ArrayList<>();
    boolean v4 = false;
    boolean v6 = false;
    for (Ip address : host.addresses()) {
      boolean first = address.isV6() ? !v6 : !v4;
      v6 |= address.isV6();
      v4 |= !address.isV6();
      if (first) {
        endpoints.add(
            Endpoint.newBuilder().setAddress(bytes(address)).setPort(host.udpPort()).build());
      }
    }
    return endpoints;
  }

  static FactKey memberKey(int vni, String host) {
    return FactKey.newBuilder().setMember(MemberKey.newBuilder().setVni(vni).setHost(host)).build();
  }

  static Fact station(int vni, Resident resident) {
    StationFact.Builder fact =
        StationFact.newBuilder()
            .setVni(vni)
            .setMac(number(resident.mac()))
            .setHost(resident.host())
            .setDevice(resident.device())
            .setGroup(resident.group());
    resident.ips().forEach(ip -> fact.addAddresses(bytes(ip)));
    return Fact.newBuilder().setStation(fact).build();
  }

  static FactKey stationKey(int vni, Mac mac) {
    return FactKey.newBuilder()
        .setStation(StationKey.newBuilder().setVni(vni).setMac(number(mac)))
        .build();
  }

  static Fact move(Move move) {
    MoveFact.Builder fact =
        MoveFact.newBuilder()
            .setVni(move.vni())
            .setMac(number(move.mac()))
            .setFrom(move.from())
            .setTo(move.to())
            .setDevice(move.device())
            .setAsked(move.kind() != Move.Kind.PORT);
    return Fact.newBuilder().setMove(fact).build();
  }

  static FactKey moveKey(Move move) {
    return FactKey.newBuilder()
        .setMove(MoveKey.newBuilder().setVni(move.vni()).setMac(number(move.mac())))
        .build();
  }

  private static long number(Mac mac) {
    return Long.parseLong(mac.text().replace(":", ""), HEXADECIMAL);
  }

  private static ByteString bytes(Ip address) {
    return ByteString.copyFrom(address.toBytes());
  }
}
