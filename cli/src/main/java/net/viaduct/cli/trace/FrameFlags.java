package net.viaduct.cli.trace;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import net.viaduct.wire.EtherType;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.NetworkOrder;
import net.viaduct.wire.VlanTag;
import net.viaduct.wire.capture.CaptureReader;
import net.viaduct.wire.capture.CapturedPacket;
import net.viaduct.wire.capture.LinkType;
import net.viaduct.wire.recipe.FrameBuilder;
import net.viaduct.wire.recipe.FrameRecipe;
import net.viaduct.wire.recipe.FrameRecipe.Content;
import net.viaduct.wire.recipe.FrameRecipe.Transport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a frame is told. Owned by the command's thread. */
final class FrameFlags {
  private static final int ETHER_TYPE_BYTES = 2;

  private static final int LARGEST_PORT = 65_535;
  private static final int LARGEST_DSCP = 63;

  @Option(
      names = "--to",
      paramLabel = "MAC",
      description = "Its destination; with --controller also an IP address or a port.")
  private @Nullable String to;

  @Option(
      names = "--from",
      paramLabel = "MAC",
      description = "Its source; default: a station that the host knows behind the port.")
  private @Nullable String from;

  @Option(names = "--vlan", paramLabel = "ID", description = "A tag; twice for QinQ.")
  private List<Integer> vlans = new ArrayList<>();

  @Option(names = "--ip", paramLabel = "ADDRESS", description = "An IP packet for this address.")
  private @Nullable String ip;

  @Option(
      names = "--from-ip",
      paramLabel = "ADDRESS",
      description = "The packet's source; default: an address beside the destination.")
  private @Nullable String fromIp;

  @Option(names = "--tcp", paramLabel = "PORT", description = "TCP to this port (SYN).")
  private @Nullable Integer tcp;

  @Option(names = "--udp", paramLabel = "PORT", description = "UDP to this port.")
  private @Nullable Integer udp;

  @Option(names = "--from-port", paramLabel = "PORT", description = "The source port.")
  private int fromPort = FrameRecipe.USUAL_SOURCE_PORT;

  @Option(names = "--ttl", paramLabel = "HOPS", description = "Time to live, or hop limit.")
  private int ttl = FrameRecipe.USUAL_HOPS;

  @Option(names = "--dscp", paramLabel = "0-63", description = "The packet's DSCP.")
  private int dscp;

  @Option(names = "--arp", paramLabel = "ADDRESS", description = "Who has this IPv4 address?")
  private @Nullable String arp;

  @Option(names = "--type", paramLabel = "NUMBER", description = "An EtherType: 0x88b5.")
  private @Nullable String type;

  @Option(names = "--size", paramLabel = "BYTES", description = "Payload behind all headers.")
  private int size;

  @Option(names = "--hex", paramLabel = "DIGITS", description = "The whole frame, byte by byte.")
  private @Nullable String hex;

  @Option(
      names = "--capture",
      paramLabel = "FILE",
      description = "The frame is in this file, pcap or pcapng.")
  private @Nullable Path capture;

  @Option(names = "--packet", paramLabel = "N", description = "The Nth packet of --capture.")
  private int packet = 1;

  /**
   * The frame.
   *
   * @param usualSource asked for a source if none is told
   * @throws IllegalArgumentException if it cannot be made, with what would be right
   * @throws IOException if the capture cannot be read
   */
  byte[] frame(LongSupplier usualSource) throws IOException {
    if (hex != null) {
      return FrameBuilder.parseHex(hex);
    }
    if (capture != null) {
      return fromCapture(capture);
    }
    for (int vlan : vlans) {
      require(vlan, 0, VlanTag.MAX_VLAN_ID, "--vlan");
    }
    long source = from == null ? usualSource.getAsLong() : MacAddress.parse(from);
    return FrameBuilder.build(new FrameRecipe(destination(), source, vlans, content(source), size));
  }

  /**
   * The frame in the words of a controller's API, which knows what is not told.
   *
   * @throws IllegalArgumentException if it cannot be, with what would be right
   * @throws IOException if the capture cannot be read
   */
  Map<String, Object> told() throws IOException {
    if (hex != null || capture != null) {
      return Map.of("frame", HexFormat.of().formatHex(frame(() -> 0)));
    }
    if (vlans.size() > 2) {
      throw new IllegalArgumentException("--vlan: a frame has at most two tags");
    }
    Map<String, Object> told = new LinkedHashMap<>();
    put(told, "to", to);
    put(told, "from", from);
    put(told, "vlan", vlans.isEmpty() ? null : vlans.getFirst());
    put(told, "innerVlan", vlans.size() < 2 ? null : vlans.getLast());
    put(told, "ip", ip);
    put(told, "fromIp", fromIp);
    put(told, "arp", arp);
    put(told, "tcp", tcp);
    put(told, "udp", udp);
    put(told, "type", type == null ? null : etherType(type));
    told.put("fromPort", fromPort);
    told.put("ttl", ttl);
    told.put("dscp", dscp);
    told.put("size", size);
    return told;
  }

  private static void put(Map<String, Object> told, String name, @Nullable Object value) {
    if (value != null) {
      told.put(name, value);
    }
  }

  private long destination() {
    if (to != null) {
      return MacAddress.parse(to);
    }
    if (arp != null) {
      return MacAddress.BROADCAST;
    }
    OptionalLong known =
        ip == null ? OptionalLong.empty() : FrameRecipe.destinationOf(IpAddress.parse(ip));
    return known.orElseThrow(
        () -> new IllegalArgumentException("--to is missing: which MAC address is the frame for?"));
  }

  private Content content(long source) {
    if (arp != null) {
      IpAddress target = IpAddress.parse(arp);
      IpAddress sender = fromIp == null ? FrameRecipe.beside(target) : IpAddress.parse(fromIp);
      if (!target.isIpv4() || !sender.isIpv4()) {
        throw new IllegalArgumentException("--arp asks for an IPv4 address");
      }
      return new Content.ArpRequest(source, sender.ipv4Bits(), target.ipv4Bits());
    }
    if (ip == null) {
      requireIp();
      return new Content.Plain(type == null ? FrameRecipe.EXPERIMENTAL : etherType(type));
    }
    IpAddress destination = IpAddress.parse(ip);
    IpAddress sender = fromIp == null ? FrameRecipe.beside(destination) : IpAddress.parse(fromIp);
    require(ttl, 0, 255, "--ttl");
    require(dscp, 0, LARGEST_DSCP, "--dscp");
    return new Content.Ip(sender, destination, ttl, dscp << 2, transport());
  }

  private void requireIp() {
    if (tcp != null || udp != null || fromIp != null) {
      throw new IllegalArgumentException("--ip is missing: which IP address is the packet for?");
    }
  }

  private Transport transport() {
    require(fromPort, 0, LARGEST_PORT, "--from-port");
    if (tcp != null && udp != null) {
      throw new IllegalArgumentException("a packet is TCP or UDP: one of --tcp and --udp");
    }
    if (tcp != null) {
      require(tcp, 0, LARGEST_PORT, "--tcp");
      return new Transport.Tcp(fromPort, tcp);
    }
    if (udp != null) {
      require(udp, 0, LARGEST_PORT, "--udp");
      return new Transport.Udp(fromPort, udp);
    }
    return new Transport.Echo();
  }

  private static int etherType(String text) {
    int value;
    try {
      value = Integer.decode(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--type: '" + text + "' is not a number such as 0x88b5", e);
    }
    return require(value, EtherType.SMALLEST, 0xffff, "--type");
  }

  private static int require(int value, int least, int most, String option) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + ": " + value + " is out of range; it is " + least + " to " + most);
    }
    return value;
  }

  /**
   * A packet of the underlay, from its IP header on.
   *
   * @throws IllegalArgumentException if there is none, with what would be right
   * @throws IOException if the capture cannot be read
   */
  byte[] underlayPacket() throws IOException {
    if (capture == null) {
      throw new IllegalArgumentException(
          "--underlay goes with --capture FILE, which has the packet with its outer headers");
    }
    CapturedPacket found = captured(capture);
    if (found.isWhole() && found.linkType() == LinkType.RAW_IP) {
      return found.bytes();
    }
    int at = found.linkType() == LinkType.ETHERNET ? packetOffset(found.bytes()) : -1;
    if (!found.isWhole() || at < 0) {
      throw new IllegalArgumentException(
          "packet " + packet + " of " + capture + " is not a whole IP packet");
    }
    return Arrays.copyOfRange(found.bytes(), at, found.bytes().length);
  }

  /** Where the IP packet begins in an Ethernet frame; -1 if there is none. */
  private static int packetOffset(byte[] frame) {
    MemorySegment s = MemorySegment.ofArray(frame);
    int at = EthernetHeader.SIZE_BYTES;
    while (at <= frame.length) {
      int etherType = NetworkOrder.u16(s, at - ETHER_TYPE_BYTES);
      if (etherType == EtherType.IPV4 || etherType == EtherType.IPV6) {
        return at;
      }
      if (!EtherType.isVlan(etherType)) {
        return -1;
      }
      at += VlanTag.SIZE_BYTES;
    }
    return -1;
  }

  private byte[] fromCapture(Path file) throws IOException {
    CapturedPacket found = captured(file);
    if (found.linkType() == LinkType.RAW_IP) {
      throw new IllegalArgumentException(
          "packet " + packet + " of " + file + " is of an underlay: --underlay follows it inward");
    }
    if (found.linkType() != LinkType.ETHERNET || !found.isWhole()) {
      throw new IllegalArgumentException(
          "packet " + packet + " of " + file + " is not a whole Ethernet frame");
    }
    return found.bytes();
  }

  private CapturedPacket captured(Path file) throws IOException {
    require(packet, 1, Integer.MAX_VALUE, "--packet");
    try (CaptureReader reader =
        CaptureReader.open(new BufferedInputStream(Files.newInputStream(file)))) {
      CapturedPacket found = reader.next();
      for (int i = 1; i < packet && found != null; i++) {
        found = reader.next();
      }
      if (found == null) {
        throw new IllegalArgumentException(file + " has no packet " + packet);
      }
      return found;
    }
  }
}
