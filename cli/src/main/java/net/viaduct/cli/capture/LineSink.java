package net.viaduct.cli.capture;

import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import net.viaduct.wire.EthernetHeader;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;
import net.viaduct.wire.capture.CapturedPacket;
import net.viaduct.wire.ip.Ipv4Header;
import net.viaduct.wire.ip.Ipv6Header;

/** Prints a line for each frame. Owned by the command's thread. */
final class LineSink implements FrameSink {
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");

  private final PrintWriter out;

  LineSink(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void frame(CapturedPacket packet, boolean inbound, String comment) {
    Instant at =
        Instant.ofEpochSecond(packet.epochNs() / NS_PER_SECOND, packet.epochNs() % NS_PER_SECOND);
    boolean underlay = packet.interfaceName().isEmpty();
    out.printf(
        "%s %s %s %s, %d bytes: %s%n",
        TIME.format(at.atZone(ZoneId.systemDefault())),
        underlay ? "underlay" : packet.interfaceName(),
        inbound ? "<" : ">",
        underlay ? packetEnds(packet) : frameEnds(packet),
        packet.originalBytes(),
        comment);
  }

  private static String frameEnds(CapturedPacket packet) {
    if (!EthernetHeader.fits(packet.bytes().length)) {
      return "runt";
    }
    MemorySegment s = MemorySegment.ofArray(packet.bytes());
    return "%s -> %s type 0x%04x"
        .formatted(
            MacAddress.format(EthernetHeader.source(s, 0)),
            MacAddress.format(EthernetHeader.destination(s, 0)),
            EthernetHeader.etherType(s, 0));
  }

  private static String packetEnds(CapturedPacket packet) {
    MemorySegment s = MemorySegment.ofArray(packet.bytes());
    if (Ipv4Header.version(s, 0) == 4) {
      return IpAddress.ofIpv4(Ipv4Header.source(s, 0))
          + " -> "
          + IpAddress.ofIpv4(Ipv4Header.destination(s, 0));
    }
    return new IpAddress(Ipv6Header.sourceHigh(s, 0), Ipv6Header.sourceLow(s, 0))
        + " -> "
        + new IpAddress(Ipv6Header.destinationHigh(s, 0), Ipv6Header.destinationLow(s, 0));
  }

  @Override
  public boolean flush() {
    out.flush();
    return !out.checkError();
  }

  @Override
  public void end(long captured, long lost) {
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
