package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.Random;
import net.viaduct.io.linux.NetNamespace;

/** UDP from one machine to another, one datagram at a time. */
public final class Datagrams {
  private static final int PORT = 5002;
  private static final int TRIES = 5;

  private Datagrams() {}

  /** Sends a datagram of each size; each must arrive as it was. */
  public static void check(
      NetNamespace from, NetNamespace to, String address, int[] sizes, long seed) throws Exception {
    InetAddress destination = InetAddress.ofLiteral(address);
    try (DatagramSocket server =
            to.call(() -> new DatagramSocket(new InetSocketAddress(destination, PORT)));
        DatagramSocket client = from.call(() -> new DatagramSocket())) {
      server.setSoTimeout(500);
      Random random = new Random(seed);
      for (int size : sizes) {
        byte[] payload = new byte[size];
        random.nextBytes(payload);
        assertThat(arrives(client, server, destination, payload))
            .as("%d bytes to %s, seed %d", size, address, seed)
            .isTrue();
      }
    }
  }

  // UDP may be lost while neighbours are being resolved, so each is tried a few times.
  private static boolean arrives(
      DatagramSocket client, DatagramSocket server, InetAddress destination, byte[] payload)
      throws Exception {
    DatagramPacket packet = new DatagramPacket(new byte[65_536], 65_536);
    for (int attempt = 0; attempt < TRIES; attempt++) {
      client.send(new DatagramPacket(payload, payload.length, destination, PORT));
      try {
        do {
          packet.setLength(65_536);
          server.receive(packet);
        } while (!Arrays.equals(
            payload, 0, payload.length, packet.getData(), 0, packet.getLength()));
        return true;
      } catch (SocketTimeoutException e) {
        continue;
      }
    }
    return false;
  }
}
