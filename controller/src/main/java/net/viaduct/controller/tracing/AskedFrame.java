package net.viaduct.controller.tracing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import net.viaduct.controller.model.Ip;
import net.viaduct.controller.model.Kind;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.model.Port;
import net.viaduct.controller.model.Station;
import net.viaduct.controller.registry.Claims;
import net.viaduct.controller.registry.Registry;
import net.viaduct.controller.registry.Stored;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Store;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.recipe.FrameBuilder;
import net.viaduct.wire.recipe.FrameRecipe;
import net.viaduct.wire.recipe.FrameRecipe.Content;
import net.viaduct.wire.recipe.FrameRecipe.Transport;

/**
 * The bytes of a frame that somebody asks about: what he does not tell is taken from what is known
 * of ports and stations. Owned by the thread that asks.
 */
final class AskedFrame {
  private final Store store;
  private final Registry registry;
  private final TraceQuestion question;
  private final Port port;

  /**
   * Who gets a frame.
   *
   * @param mac of it
   * @param ips that it is known to use
   */
  private record Receiver(long mac, List<IpAddress> ips) {}

  AskedFrame(Store store, Registry registry, TraceQuestion question, Port port) {
    this.store = store;
    this.registry = registry;
    this.question = question;
    this.port = port;
  }

  /**
   * The bytes.
   *
   * @throws TraceRefused if it cannot be made of what is told and known
   */
  byte[] bytes() {
    if (question.frame().isPresent()) {
      return question.frame().get();
    }
    long source = question.from().orElse(MacAddress.parse(port.mac().text()));
    try {
      Receiver receiver = receiver();
      return FrameBuilder.build(
          new FrameRecipe(
              receiver.mac(),
              source,
              question.vlans(),
              content(source, receiver),
              question.size()));
    } catch (IllegalArgumentException e) {
      throw new TraceRefused(String.valueOf(e.getMessage()));
    }
  }

  private Receiver receiver() {
    Optional<String> to = question.to().filter(it -> !it.isEmpty());
    if (to.isPresent()) {
      return told(to.get());
    }
    if (question.packet().arp().isPresent()) {
      return new Receiver(MacAddress.BROADCAST, List.of());
    }
    return question
        .packet()
        .ip()
        .map(this::byIp)
        .orElseThrow(() ->
            new TraceRefused("to is missing: which port, MAC or IP address is the frame for?"));
  }

  private Receiver told(String to) {
    if (to.matches("[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}")) {
      long mac = MacAddress.parse(to);
      return owner(Claims.macKey(port.network(), MacAddress.format(mac)))
          .orElse(new Receiver(mac, List.of()));
    }
    if (to.matches("[0-9.]+|[0-9a-fA-F.]*:[0-9a-fA-F:.]*")) {
      return byIp(IpAddress.parse(to));
    }
    Kind kind = to.contains("/") ? Kind.STATION : Kind.PORT;
    boolean canBe = kind == Kind.STATION || to.matches(Names.PATTERN);
    Optional<Stored> found = canBe ? registry.get(kind, to) : Optional.empty();
    return found
        .or(() -> kind == Kind.STATION ? registry.get(kind, to.toLowerCase(Locale.ROOT)) : found)
        .map(this::inNetwork)
        .orElseThrow(() ->
            new TraceRefused(
                "there is no " + kind.word() + " '" + to + "', and it is no MAC or IP address"));
  }

  private Receiver byIp(IpAddress ip) {
    OptionalLong many = FrameRecipe.destinationOf(ip);
    if (many.isPresent()) {
      return new Receiver(many.getAsLong(), List.of(ip));
    }
    Receiver owner =
        owner(Claims.ipKey(port.network(), new Ip(ip.toString())))
            .orElseThrow(() ->
                new TraceRefused(
                    "nobody in network "
                        + port.network()
                        + " is known to have "
                        + ip
                        + ": tell a MAC address as 'to' beside it, that of a router if it is"
                        + " elsewhere, or ask for it by 'arp'"));
    return new Receiver(owner.mac(), List.of(ip));
  }

  private Optional<Receiver> owner(String claim) {
    return store
        .get(claim)
        .map(Entry::value)
        .flatMap(key -> {
          String[] kindAndName = key.split("/", 2);
          return registry.get(
              Kind.valueOf(kindAndName[0].toUpperCase(Locale.ROOT)), kindAndName[1]);
        })
        .map(this::inNetwork);
  }

  private Receiver inNetwork(Stored stored) {
    return switch (stored.definition()) {
      case Port other -> receiver(other.network(), other.mac().text(), other.ips(), other.name());
      case Station it -> receiver(it.network(), it.mac().text(), it.ips(), it.name());
      default -> throw new TraceRefused(stored.definition().name() + " gets no frames");
    };
  }

  private Receiver receiver(String network, String mac, List<Ip> ips, String name) {
    if (!network.equals(port.network())) {
      throw new TraceRefused(
          name
              + " is in network "
              + network
              + ", and "
              + port.name()
              + " in "
              + port.network()
              + ": follow the frame to a router");
    }
    return new Receiver(MacAddress.parse(mac), addresses(ips));
  }

  private static List<IpAddress> addresses(List<Ip> ips) {
    return ips.stream().map(it -> IpAddress.parse(it.text())).toList();
  }

  private Content content(long source, Receiver receiver) {
    TraceQuestion.Packet packet = question.packet();
    if (packet.arp().isPresent()) {
      IpAddress target = packet.arp().get();
      IpAddress sender = sender(target);
      if (!target.isIpv4() || !sender.isIpv4()) {
        throw new TraceRefused("arp asks for an IPv4 address");
      }
      return new Content.ArpRequest(source, sender.ipv4Bits(), target.ipv4Bits());
    }
    Optional<IpAddress> ip = packet.ip().or(() -> reachable(receiver));
    if (packet.etherType().isPresent() || ip.isEmpty()) {
      if (packet.tcp().isPresent() || packet.udp().isPresent()) {
        throw new TraceRefused("ip is missing: which IP address is the packet for?");
      }
      return new Content.Plain((int) packet.etherType().orElse(FrameRecipe.EXPERIMENTAL));
    }
    return new Content.Ip(
        sender(ip.get()), ip.get(), packet.hops(), packet.dscp() << 2, transport(packet));
  }

  /** An address of whoever gets it, of a version that the port has too if that can be. */
  private Optional<IpAddress> reachable(Receiver receiver) {
    List<IpAddress> own = new ArrayList<>(addresses(port.ips()));
    question.packet().fromIp().ifPresent(it -> own.addFirst(it));
    return own.stream()
        .flatMap(mine -> receiver.ips().stream().filter(it -> it.isIpv4() == mine.isIpv4()))
        .findFirst()
        .or(() -> receiver.ips().stream().findFirst());
  }

  private IpAddress sender(IpAddress to) {
    return question
        .packet()
        .fromIp()
        .or(() ->
            addresses(port.ips()).stream().filter(it -> it.isIpv4() == to.isIpv4()).findFirst())
        .orElse(FrameRecipe.beside(to));
  }

  private static Transport transport(TraceQuestion.Packet packet) {
    if (packet.tcp().isPresent() && packet.udp().isPresent()) {
      throw new TraceRefused("a packet is TCP or UDP: one of tcp and udp");
    }
    if (packet.tcp().isPresent()) {
      return new Transport.Tcp(packet.fromPort(), (int) packet.tcp().getAsLong());
    }
    return packet.udp().isPresent()
        ? new Transport.Udp(packet.fromPort(), (int) packet.udp().getAsLong())
        : new Transport.Echo();
  }
}
