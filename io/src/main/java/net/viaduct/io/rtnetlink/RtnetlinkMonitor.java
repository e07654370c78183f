package net.viaduct.io.rtnetlink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.IoFailure;
import net.viaduct.io.Pollable;
import net.viaduct.io.netlink.NetlinkMessage;
import net.viaduct.io.netlink.NetlinkTransport;

/**
 * Follows what changes in a namespace. Owned by one thread. Who needs the whole state subscribes
 * first and lists then, and lists again after a {@link RtnetlinkEvent.Resync}.
 */
public final class RtnetlinkMonitor implements Pollable, AutoCloseable {
  private static final int DATAGRAMS_MAX = 256;

  private final NetlinkTransport transport;

  /**
   * A monitor over a transport that is a member of the groups that are of interest; closes it when
   * it is closed.
   */
  public RtnetlinkMonitor(NetlinkTransport transport) {
    this.transport = transport;
  }

  /**
   * Waits for what changed.
   *
   * @param timeoutNs how long at most; 0 to look without waiting
   * @return in the order in which it happened; empty if nothing did; perhaps not all that is there
   */
  public List<RtnetlinkEvent> poll(long timeoutNs) {
    List<RtnetlinkEvent> events = new ArrayList<>();
    try {
      ByteBuffer datagram = transport.receive(timeoutNs);
      for (int i = 1; datagram != null; i++) {
        read(datagram, events);
        datagram = i < DATAGRAMS_MAX ? transport.receive(0) : null;
      }
    } catch (IoFailure e) {
      if (!e.errno().equals("ENOBUFS") && !e.errno().equals("EMSGSIZE")) {
        throw e;
      }
      events.add(new RtnetlinkEvent.Resync(String.valueOf(e.getMessage())));
    }
    return events;
  }

  private static void read(ByteBuffer datagram, List<RtnetlinkEvent> into) {
    NetlinkMessage.Batch batch = NetlinkMessage.split(datagram);
    for (NetlinkMessage message : batch.messages()) {
      RtnetlinkEvent event = RtnetlinkEvent.parse(message);
      if (event != null) {
        into.add(event);
      }
    }
    if (!batch.whole()) {
      into.add(new RtnetlinkEvent.Resync("a message from the kernel is malformed"));
    }
  }

  @Override
  public int[] descriptors() {
    return transport.descriptors();
  }

  @Override
  public void close() {
    transport.close();
  }
}
