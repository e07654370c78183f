package net.viaduct.host.subscription;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import net.viaduct.host.subscription.ToldNetwork.ToldGroup;
import net.viaduct.host.subscription.ToldNetwork.ToldLeg;
import net.viaduct.host.subscription.ToldNetwork.ToldMove;
import net.viaduct.host.subscription.ToldNetwork.ToldStation;
import net.viaduct.host.subscription.ToldNetwork.ToldWire;
import net.viaduct.io.Endpoint;
import net.viaduct.protocol.Changes;
import net.viaduct.protocol.Fact;
import net.viaduct.protocol.FactKey;
import net.viaduct.protocol.MemberFact;
import net.viaduct.protocol.MoveFact;
import net.viaduct.protocol.NetworkFact;
import net.viaduct.protocol.PortGroup;
import net.viaduct.protocol.StationFact;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import org.jspecify.annotations.Nullable;

/**
 * All that a controller has told, as it told it. What cannot be understood is left out, and the
 * rest holds. Owned by the thread that follows the controller.
 */
final class FactTable {
  private final Map<Integer, Draft> networks = new TreeMap<>();
  private String store = "";
  private long revision;

  /** Whether there is something of a kind that this version does not know: it has no key here. */
  private boolean hasUnknown;

  /** What is told about one network; told again as a whole only if something has changed. */
  private static final class Draft {
    private @Nullable NetworkFact network;
    private final Map<String, MemberFact> members = new HashMap<>();
    private final Map<Long, StationFact> stations = new HashMap<>();
    private final Map<Long, MoveFact> moves = new HashMap<>();
    private @Nullable ToldNetwork told;
    private @Nullable String misunderstood;
  }

  /** Which store it is from; empty if nothing was told. */
  String store() {
    return store;
  }

  /** Up to which revision it is true. */
  long revision() {
    return revision;
  }

  /** The networks of which something is known. */
  List<Integer> vnis() {
    return List.copyOf(networks.keySet());
  }

  /** What of all this is not understood, if something is not. */
  Optional<String> misunderstood() {
    if (hasUnknown) {
      return Optional.of("the controller tells things that this version does not know");
    }
    told();
    return networks.values().stream()
        .map(draft -> draft.misunderstood)
        .filter(Objects::nonNull)
        .findFirst();
  }

  /** Takes in what a controller says, all of these messages together. */
  void apply(List<Changes> together) {
    for (Changes changes : together) {
      if (changes.getAnew()) {
        networks.clear();
        hasUnknown = false;
      }
      changes.getGoneList().forEach(this::remove);
      changes.getFactsList().forEach(this::put);
      store = changes.getStore();
      revision = changes.getRevision();
    }
  }

  private void put(Fact fact) {
    switch (fact.getFactCase()) {
      case NETWORK -> {
        NetworkFact it = fact.getNetwork();
        changed(it.getVni()).network = it;
      }
      case MEMBER -> {
        MemberFact it = fact.getMember();
        changed(it.getVni()).members.put(it.getHost(), it);
      }
      case STATION -> {
        StationFact it = fact.getStation();
        changed(it.getVni()).stations.put(it.getMac(), it);
      }
      case MOVE -> {
        MoveFact it = fact.getMove();
        changed(it.getVni()).moves.put(it.getMac(), it);
      }
      case FACT_NOT_SET -> hasUnknown = true;
    }
  }

  private void remove(FactKey key) {
    switch (key.getKeyCase()) {
      case NETWORK_VNI -> networks.remove(key.getNetworkVni());
      case MEMBER -> {
        Draft draft = networks.get(key.getMember().getVni());
        if (draft != null) {
          draft.members.remove(key.getMember().getHost());
          draft.told = null;
        }
      }
      case STATION -> {
        Draft draft = networks.get(key.getStation().getVni());
        if (draft != null) {
          draft.stations.remove(key.getStation().getMac());
          draft.told = null;
        }
      }
      case MOVE -> {
        Draft draft = networks.get(key.getMove().getVni());
        if (draft != null) {
          draft.moves.remove(key.getMove().getMac());
          draft.told = null;
        }
      }
      case KEY_NOT_SET -> {} // what was never understood needs not be forgotten
    }
  }

  private Draft changed(int vni) {
    Draft draft = networks.computeIfAbsent(vni, _ -> new Draft());
    draft.told = null;
    return draft;
  }

  /** All networks as they are now. */
  List<ToldNetwork> told() {
    List<ToldNetwork> all = new ArrayList<>();
    networks.forEach((vni, draft) -> {
      NetworkFact fact = draft.network;
      if (fact != null) {
        ToldNetwork told = draft.told == null ? conclude(vni, fact, draft) : draft.told;
        draft.told = told;
        all.add(told);
      }
    });
    return all;
  }

  /** One fact that cannot be understood does not keep the others from being true. */
  private static ToldNetwork conclude(int vni, NetworkFact fact, Draft draft) {
    draft.misunderstood = null;
    Map<String, List<Endpoint>> members = new TreeMap<>();
    draft.members.forEach((host, member) ->
        understood(
                draft,
                "host " + host + " of VNI " + vni,
                () -> member.getEndpointsList().stream().map(FactTable::endpoint).toList())
            .ifPresent(endpoints -> members.put(host, endpoints)));
    List<ToldStation> stations = new ArrayList<>(draft.stations.size());
    for (StationFact it : draft.stations.values()) {
      understood(
              draft,
              "station " + MacAddress.format(it.getMac()) + " of VNI " + vni,
              () -> it.getAddressesList().stream().map(FactTable::address).toList())
          .ifPresent(addresses ->
              stations.add(
                  new ToldStation(
                      it.getMac(), addresses, it.getHost(), it.getDevice(), it.getGroup())));
    }
    Optional<IpAddress> group =
        fact.getGroup().isEmpty()
            ? Optional.empty()
            : understood(draft, "the group of VNI " + vni, () -> address(fact.getGroup()));
    return new ToldNetwork(
        vni,
        fact.getName(),
        fact.getMtuBytes() == 0 ? OptionalInt.empty() : OptionalInt.of(fact.getMtuBytes()),
        group,
        new ToldNetwork.Unknown(fact.getDropUnknown(), learnAfterSeconds(fact)),
        new ToldWire(
            fact.getLegsList().stream()
                .map(leg -> new ToldLeg(leg.getHost(), leg.getDevice(), leg.getVlan()))
                .toList(),
            fact.getGateway()),
        members,
        stations,
        draft.moves.values().stream()
            .map(it ->
                new ToldMove(it.getMac(), it.getFrom(), it.getTo(), it.getDevice(), it.getAsked()))
            .toList(),
        groups(fact));
  }

  private static Map<String, ToldGroup> groups(NetworkFact fact) {
    Map<String, ToldGroup> groups = new HashMap<>();
    for (PortGroup it : fact.getGroupsList()) {
      groups.put(
          it.getName(),
          new ToldGroup(
              it.getName(),
              it.getSendBitsPerSecond(),
              it.getReceiveBitsPerSecond(),
              it.hasDscp() ? OptionalInt.of(it.getDscp()) : OptionalInt.empty(),
              it.getStations()));
    }
    return groups;
  }

  private static OptionalLong learnAfterSeconds(NetworkFact fact) {
    long seconds = Integer.toUnsignedLong(fact.getLearnWhenAwayAfterSeconds());
    return seconds == 0 ? OptionalLong.empty() : OptionalLong.of(seconds);
  }

  private static <T> Optional<T> understood(Draft draft, String what, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (IllegalArgumentException e) {
      draft.misunderstood = "what is told about " + what + " is not understood: " + e.getMessage();
      return Optional.empty();
    }
  }

  static Endpoint endpoint(net.viaduct.protocol.Endpoint endpoint) {
    return new Endpoint(address(endpoint.getAddress()), endpoint.getPort());
  }

  private static IpAddress address(ByteString bytes) {
    return IpAddress.ofBytes(bytes.toByteArray());
  }

  /** All of it as one message, which {@link #apply} takes in again. */
  Changes message() {
    Changes.Builder all = Changes.newBuilder().setAnew(true).setStore(store).setRevision(revision);
    for (Draft draft : networks.values()) {
      if (draft.network != null) {
        all.addFacts(Fact.newBuilder().setNetwork(draft.network));
      }
      draft.members.values().forEach(it -> all.addFacts(Fact.newBuilder().setMember(it)));
      draft.stations.values().forEach(it -> all.addFacts(Fact.newBuilder().setStation(it)));
      draft.moves.values().forEach(it -> all.addFacts(Fact.newBuilder().setMove(it)));
    }
    return all.build();
  }
}
