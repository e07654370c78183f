package net.viaduct.controller.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import net.viaduct.controller.model.Definition;
import net.viaduct.controller.model.Flood;
import net.viaduct.controller.model.Host;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Leg;
import net.viaduct.controller.model.Mac;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.model.Network;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.PortGroup;
import net.viaduct.controller.model.Station;
import net.viaduct.controller.model.Subnet;
import net.viaduct.controller.model.WhenAway;
import net.viaduct.controller.model.Whole;
import tools.jackson.databind.node.ObjectNode;

/** Reads objects of the model from JSON. Stateless: safe from any thread. */
public final class DefinitionReader {
  private static final String NOWHERE = "is missing; a station is behind a host, or direct";

  private DefinitionReader() {}

  /**
   * Reads one.
   *
   * @throws NotReadable with all that is wrong
   */
  public static Definition read(Kind kind, ObjectNode json) {
    List<Mistake> mistakes = new ArrayList<>();
    Optional<Definition> read = read(kind, json, "", mistakes);
    if (read.isEmpty()) {
      throw new NotReadable(mistakes);
    }
    return read.get();
  }

  /**
   * Reads one.
   *
   * @param mistakes where to tell what is wrong
   * @return empty if something was
   */
  public static Optional<Definition> read(
      Kind kind, ObjectNode json, String pointer, List<Mistake> mistakes) {
    int before = mistakes.size();
    Fields fields = new Fields(json, pointer, mistakes);
    Optional<Definition> read = read(kind, fields);
    if (mistakes.size() > before) {
      return Optional.empty();
    }
    return read;
  }

  /** The fields of a kind, as its reader asks for them. */
  static List<String> fieldsOf(Kind kind) {
    Fields fields = new Fields(Documents.object(), "", new ArrayList<>());
    read(kind, fields);
    return fields.asked();
  }

  private static Optional<Definition> read(Kind kind, Fields fields) {
    Function<Fields, Definition> reader =
        switch (kind) {
          case GROUP -> DefinitionReader::group;
          case NETWORK -> DefinitionReader::network;
          case HOST -> DefinitionReader::host;
          case PORT -> DefinitionReader::port;
          case STATION -> DefinitionReader::station;
        };
    try {
      return Optional.of(reader.apply(fields));
    } catch (Incomplete _) {
      return Optional.empty();
    } catch (IllegalArgumentException e) { // what concerns several fields
      fields.wrongAsAWhole(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** Something was missing or wrong, and was told. */
  private static final class Incomplete extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static <T> T complete(Optional<T> value) {
    return value.orElseThrow(Incomplete::new);
  }

  private static Optional<String> name(Fields fields) {
    return fields.need("name", fields.text("name", Names::require));
  }

  private static OptionalInt small(OptionalLong value) {
    return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
  }

  private static Definition network(Fields fields) {
    Optional<String> name = name(fields);
    OptionalLong vni = fields.whole("vni", Whole.VNI);
    Optional<Boolean> shared = fields.flag("vniShared");
    List<Subnet> subnets = fields.texts("subnets", Subnet::parse);
    Flood flood = flood(fields);
    List<Leg> legs = fields.objects("legs").stream().flatMap(it -> leg(it).stream()).toList();
    OptionalInt mtu = small(fields.whole("mtuBytes", Whole.MTU_BYTES));
    Network.Unknown unknown =
        fields.word("unknown", Network.Unknown.class).orElse(Network.Unknown.FLOOD);
    WhenAway away = fields.object("whenAway").map(DefinitionReader::whenAway).orElse(WhenAway.KEEP);
    var labels = fields.textsByName("labels");
    fields.noMore();
    return new Network(
        complete(name),
        (int) vni.orElse(Network.ANY_VNI),
        shared.orElse(false),
        subnets,
        flood,
        legs,
        mtu,
        unknown,
        away,
        labels);
  }

  private static Optional<Leg> leg(Fields fields) {
    Optional<String> host = fields.need("host", fields.text("host", Names::require));
    Optional<String> device = fields.need("device", fields.text("device", Names::requireDevice));
    OptionalInt vlan = small(fields.whole("vlan", Whole.VLAN));
    fields.noMore();
    return host.isEmpty() || device.isEmpty()
        ? Optional.empty()
        : Optional.of(new Leg(host.get(), device.get(), vlan));
  }

  /** {@code "members"}, or {@code {"group": "239.1.1.1"}}. */
  private static Flood flood(Fields fields) {
    if (fields.isText("flood")) {
      fields.text("flood", DefinitionReader::members);
      return new Flood.ToMembers();
    }
    Optional<Fields> inner = fields.object("flood");
    if (inner.isEmpty()) {
      return new Flood.ToMembers();
    }
    Optional<Flood> group =
        inner.get().text("group", text -> (Flood) new Flood.ToGroup(new Ip(text)));
    inner.get().need("group", group);
    inner.get().noMore();
    return group.orElse(new Flood.ToMembers());
  }

  private static Flood members(String text) {
    if (!text.equals("members")) {
      throw new IllegalArgumentException("should be \"members\" or { \"group\": ADDRESS }");
    }
    return new Flood.ToMembers();
  }

  private static WhenAway whenAway(Fields fields) {
    Optional<WhenAway.Action> action = fields.word("do", WhenAway.Action.class);
    fields.need("do", action);
    long after = fields.whole("afterSeconds", Whole.SECONDS).orElse(WhenAway.KEEP.afterSeconds());
    fields.noMore();
    return new WhenAway(action.orElse(WhenAway.Action.KEEP), after);
  }

  private static Definition host(Fields fields) {
    Optional<String> name = name(fields);
    List<Ip> addresses = fields.texts("addresses", Ip::new);
    OptionalLong port = fields.whole("udpPort", Whole.UDP_PORT);
    var labels = fields.textsByName("labels");
    fields.noMore();
    return new Host(complete(name), addresses, (int) port.orElse(Host.USUAL_UDP_PORT), labels);
  }

  private static Definition port(Fields fields) {
    Optional<String> name = name(fields);
    Optional<String> network = fields.need("network", fields.text("network", Names::require));
    Optional<Mac> mac = fields.need("mac", fields.text("mac", Mac::new));
    List<Ip> ips = fields.texts("ips", Ip::new);
    Optional<String> host = fields.text("host", Names::require);
    Optional<String> device = fields.text("device", Names::requireDevice);
    Optional<String> group = fields.text("group", Names::require);
    Optional<Boolean> up = fields.flag("up");
    var labels = fields.textsByName("labels");
    fields.noMore();
    return new Port(
        complete(name),
        complete(network),
        complete(mac),
        ips,
        host,
        device,
        group,
        up.orElse(true),
        labels);
  }

  private static Definition station(Fields fields) {
    Optional<String> network = fields.need("network", fields.text("network", Names::require));
    Optional<Mac> mac = fields.need("mac", fields.text("mac", Mac::new));
    List<Ip> ips = fields.texts("ips", Ip::new);
    Optional<String> behind = fields.text("behind", Names::require);
    boolean direct = fields.flag("direct").orElse(false);
    if (direct == behind.isPresent()) {
      fields.wrong("behind", direct ? "a station is direct or behind a host, not both" : NOWHERE);
    }
    var labels = fields.textsByName("labels");
    fields.noMore();
    Station.Place place =
        behind.<Station.Place>map(Station.Place.Behind::new).orElseGet(Station.Place.Direct::new);
    return new Station(complete(network), complete(mac), ips, place, labels);
  }

  private static Definition group(Fields fields) {
    Optional<String> name = name(fields);
    OptionalLong send = fields.whole("sendBitsPerSecond", Whole.BITS_PER_SECOND);
    OptionalLong receive = fields.whole("receiveBitsPerSecond", Whole.BITS_PER_SECOND);
    OptionalInt dscp = small(fields.whole("dscp", Whole.DSCP));
    OptionalInt stations = small(fields.whole("stations", Whole.STATIONS));
    List<String> security = fields.texts("securityGroups", Names::require);
    var labels = fields.textsByName("labels");
    fields.noMore();
    return new PortGroup(complete(name), send, receive, dscp, stations, security, labels);
  }
}
