package net.viaduct.systemtest.flood;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashSet;
import java.util.Set;
import net.viaduct.lab.Machine;

/**
 * A machine's socket that listens to a group by IP_ADD_MEMBERSHIP, so that its kernel speaks IGMP,
 * and that sends to groups. Owned by the test's thread.
 */
final class GroupListener implements AutoCloseable {
  /** Of each datagram. */
  static final int PAYLOAD_BYTES = 100;

  private static final int PORT = 5003;
  private static final int BUFFER_BYTES = 4 << 20;

  private final DatagramChannel channel;
  private final Set<Integer> numbers = new HashSet<>();
  private int received;

  private GroupListener(DatagramChannel channel) {
    this.channel = channel;
  }

  /** A socket of the machine, that listens to nothing yet. */
  static GroupListener of(Machine machine) throws Exception {
    return of(machine, StandardProtocolFamily.INET);
  }

  /** The same for IPv4 or IPv6. */
  static GroupListener of(Machine machine, StandardProtocolFamily family) throws Exception {
    return machine
        .namespace()
        .call(() -> {
          DatagramChannel channel = DatagramChannel.open(family);
          channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
          channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
          channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
          channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, device());
          channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 4);
          channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, false);
          channel.bind(new InetSocketAddress(PORT));
          channel.configureBlocking(false);
          return new GroupListener(channel);
        });
  }

  private static NetworkInterface device() throws IOException {
    return NetworkInterface.getByName(Machine.DEVICE);
  }

  /** Joins a group, in the machine's namespace. */
  GroupListener join(Machine machine, String group) throws Exception {
    machine.namespace().call(() -> channel.join(InetAddress.ofLiteral(group), device()));
    return this;
  }

  /** Joins a group for what comes from a source, in the machine's namespace. */
  GroupListener join(Machine machine, String group, String source) throws Exception {
    InetAddress from = InetAddress.ofLiteral(source);
    machine.namespace().call(() -> channel.join(InetAddress.ofLiteral(group), device(), from));
    return this;
  }

  /** Sends datagrams with numbers from 0 on. */
  void send(String destination, int count) throws IOException {
    InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral(destination), PORT);
    ByteBuffer buffer = ByteBuffer.allocate(PAYLOAD_BYTES);
    for (int i = 0; i < count; i++) {
      buffer.clear().putInt(0, i);
      channel.send(buffer, to);
    }
  }

  /** Takes what has arrived; returns how many different datagrams there were in all. */
  int poll() throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(2000);
    while (channel.receive(buffer.clear()) != null) {
      received++;
      numbers.add(buffer.getInt(0));
    }
    return numbers.size();
  }

  /** How many datagrams there were in all, those that came twice counted twice. */
  int received() {
    return received;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
