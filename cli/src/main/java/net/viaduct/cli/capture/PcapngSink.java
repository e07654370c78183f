package net.viaduct.cli.capture;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import net.viaduct.wire.capture.CapturedPacket;
import net.viaduct.wire.capture.LinkType;
import net.viaduct.wire.capture.PacketWay;
import net.viaduct.wire.capture.PcapngWriter;

/** Writes a pcapng file, with an interface for each port. Owned by the command's thread. */
final class PcapngSink implements FrameSink {
  private static final String UNDERLAY = "underlay";

  private final PcapngWriter writer;
  private final Map<String, Integer> interfaces = new HashMap<>();
  private long lastEpochNs;

  PcapngSink(OutputStream out) throws IOException {
    writer = new PcapngWriter(out, "viaduct capture");
  }

  @Override
  public void frame(CapturedPacket packet, boolean inbound, String comment) throws IOException {
    int number = interfaceOf(packet.interfaceName());
    lastEpochNs = packet.epochNs();
    writer.packet(number, inbound ? PacketWay.INBOUND : PacketWay.OUTBOUND, packet, comment);
  }

  private int interfaceOf(String name) throws IOException {
    Integer known = interfaces.get(name);
    if (known != null) {
      return known;
    }
    int number =
        name.isEmpty()
            ? writer.addInterface(
                LinkType.RAW_IP, UNDERLAY, "the underlay; IP and UDP headers are made again")
            : writer.addInterface(LinkType.ETHERNET, name, "port " + name);
    interfaces.put(name, number);
    return number;
  }

  @Override
  public boolean flush() throws IOException {
    writer.flush();
    return !System.out.checkError();
  }

  /** The first interface tells for all: frames are lost before it is known where they are kept. */
  @Override
  public void end(long captured, long lost) throws IOException {
    if (!interfaces.isEmpty()) {
      writer.statistics(0, lastEpochNs, captured, lost);
    }
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
