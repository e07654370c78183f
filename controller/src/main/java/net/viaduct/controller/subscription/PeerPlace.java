package net.viaduct.controller.subscription;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/**
 * By which the other controllers of a store know this one: its name, and where its door for hosts
 * is, at which they reach it too. Safe from any thread.
 */
public final class PeerPlace {
  /** What the keys of controllers in the store begin with; the name follows. */
  public static final String PREFIX = "controller/";

  private static final int MOST_DOORS = 8;

  private final String name;
  private volatile List<String> doors = List.of();

  /**
   * One whose door is not open yet.
   *
   * @param name that no other controller of the store has
   */
  public PeerPlace(String name) {
    this.name = name;
  }

  /** That no other controller of the store has. */
  public String name() {
    return name;
  }

  /** {@code ADDRESS:PORT} each; at one that is not only this machine's others may reach it. */
  public List<String> doors() {
    return doors;
  }

  /** The door is open now; at all addresses of this machine if it is at none in particular. */
  public void opened(InetAddress address, int port) {
    List<String> found = new ArrayList<>();
    for (InetAddress one : address.isAnyLocalAddress() ? ofThisMachine() : List.of(address)) {
      String text = one.getHostAddress();
      found.add((one instanceof Inet6Address ? "[" + text + "]" : text) + ":" + port);
    }
    doors = List.copyOf(found.subList(0, Math.min(MOST_DOORS, found.size())));
  }

  private static List<InetAddress> ofThisMachine() {
    try {
      return NetworkInterface.networkInterfaces()
          .flatMap(NetworkInterface::inetAddresses)
          .filter(it -> !it.isLoopbackAddress() && !it.isLinkLocalAddress())
          .toList();
    } catch (SocketException e) {
      return List.of();
    }
  }

  /** A door as text, as an address. */
  static InetSocketAddress parse(String door) {
    int colon = door.lastIndexOf(':');
    String address = door.substring(0, Math.max(0, colon)).replaceAll("[\\[\\]]", "");
    return new InetSocketAddress(
        InetAddress.ofLiteral(address), Integer.parseInt(door.substring(colon + 1)));
  }
}
