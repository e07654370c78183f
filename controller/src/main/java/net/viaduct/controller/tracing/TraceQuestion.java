package net.viaduct.controller.tracing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.viaduct.controller.json.Fields;
import net.viaduct.controller.json.Mistake;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.model.Names;
import net.viaduct.controller.model.Whole;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.recipe.FrameBuilder;
import net.viaduct.wire.recipe.FrameRecipe;
import tools.jackson.databind.node.ObjectNode;

/**
 * A frame that somebody asks about, in the words of {@code viaduct trace}. Immutable.
 *
 * @param port that it comes from
 * @param frame all of it, byte by byte; then nothing else is told
 * @param to a MAC address, an IP address, a port's name, or NETWORK/MAC
 * @param from its source address
 * @param vlans its tags, outermost first
 * @param packet what it carries
 * @param size bytes behind all headers
 */
public record TraceQuestion(
    String port,
    Optional<byte[]> frame,
    Optional<String> to,
    OptionalLong from,
    List<Integer> vlans,
    Packet packet,
    int size) {
  /** The longest frame that a host traces, in bytes. */
  private static final int MOST_FRAME_BYTES = 16_384;

  /** The identifiers of VLANs, IEEE 802.1Q; 0 is a tag without one. */
  public static final Whole VLAN = new Whole("a VLAN", 0, 4_094);

  /** Ports of TCP and UDP. */
  public static final Whole TRANSPORT_PORT = new Whole("a port of TCP or UDP", 0, 65_535);

  /** Times to live. */
  public static final Whole HOPS = new Whole("a time to live", 0, 255);

  /** Ethernet's types of frames. */
  public static final Whole ETHER_TYPE = new Whole("an EtherType", 0x600, 0xffff);

  /** Bytes behind all headers. */
  public static final Whole SIZE = new Whole("a size", 0, FrameRecipe.MOST_PAYLOAD_BYTES);

  /**
   * What a frame carries, as far as it is told.
   *
   * @param ip who gets the packet
   * @param fromIp who sends it
   * @param arp who is looked for
   * @param tcp the port
   * @param udp the port
   * @param fromPort the source port
   * @param hops time to live
   * @param dscp the packet's class
   * @param etherType of a frame that is no packet
   */
  public record Packet(
      Optional<IpAddress> ip,
      Optional<IpAddress> fromIp,
      Optional<IpAddress> arp,
      OptionalLong tcp,
      OptionalLong udp,
      int fromPort,
      int hops,
      int dscp,
      OptionalLong etherType) {}

  /** Copies the list. */
  public TraceQuestion {
    vlans = List.copyOf(vlans);
  }

  /**
   * Reads a document.
   *
   * @throws NotReadable with all that is wrong
   */
  public static TraceQuestion read(ObjectNode document) {
    List<Mistake> mistakes = new ArrayList<>();
    Fields fields = new Fields(document, "", mistakes);
    Optional<String> port = fields.need("port", fields.text("port", Names::require));
    Optional<byte[]> frame = fields.text("frame", TraceQuestion::bytes);
    Optional<String> to = fields.text("to", String::strip);
    OptionalLong from =
        fields.text("from", MacAddress::parse).map(OptionalLong::of).orElse(OptionalLong.empty());
    List<Integer> vlans = new ArrayList<>();
    fields.whole("vlan", VLAN).ifPresent(it -> vlans.add((int) it));
    fields.whole("innerVlan", VLAN).ifPresent(it -> vlans.add((int) it));
    Packet packet =
        new Packet(
            fields.text("ip", IpAddress::parse),
            fields.text("fromIp", IpAddress::parse),
            fields.text("arp", IpAddress::parse),
            fields.whole("tcp", TRANSPORT_PORT),
            fields.whole("udp", TRANSPORT_PORT),
            whole(fields, "fromPort", TRANSPORT_PORT, FrameRecipe.USUAL_SOURCE_PORT),
            whole(fields, "ttl", HOPS, FrameRecipe.USUAL_HOPS),
            whole(fields, "dscp", Whole.DSCP, 0),
            fields.whole("type", ETHER_TYPE));
    int size = whole(fields, "size", SIZE, 0);
    fields.noMore();
    if (!mistakes.isEmpty()) {
      throw new NotReadable(mistakes);
    }
    return new TraceQuestion(port.orElseThrow(), frame, to, from, vlans, packet, size);
  }

  private static int whole(Fields fields, String name, Whole right, int usual) {
    return (int) fields.whole(name, right).orElse(usual);
  }

  private static byte[] bytes(String digits) {
    byte[] bytes = FrameBuilder.parseHex(digits);
    if (bytes.length > MOST_FRAME_BYTES) {
      throw new IllegalArgumentException(
          "a frame of " + bytes.length + " bytes is too long; up to " + MOST_FRAME_BYTES);
    }
    return bytes;
  }
}
