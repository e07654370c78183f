package net.viaduct.controller.model;

/**
 * A range of IP addresses. Immutable.
 *
 * @param first its first address
 * @param bits how many of an address's bits all of them have in common
 */
public record Subnet(Ip first, int bits) {
  /** Checks that the other bits are zero. */
  public Subnet {
    byte[] bytes = first.toBytes();
    if (bits < 0 || bits > bytes.length * 8) {
      throw new IllegalArgumentException(
          "/" + bits + " is out of range; " + first + " has " + bytes.length * 8 + " bits");
    }
    for (int bit = bits; bit < bytes.length * 8; bit++) {
      if ((bytes[bit / 8] >> (7 - bit % 8) & 1) != 0) {
        throw new IllegalArgumentException(
            first
                + "/"
                + bits
                + " is not a subnet; bits after the first "
                + bits
                + " are not zero");
      }
    }
  }

  /** Reads {@code 10.0.0.0/24}. */
  public static Subnet parse(String text) {
    int slash = text.indexOf('/');
    String bits = text.substring(slash + 1);
    if (slash < 0 || !bits.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException(
          "'"
              + (text.length() <= 80 ? text : text.substring(0, 80) + "...")
              + "' is not a subnet; one is 10.0.0.0/24 or 2001:db8::/64");
    }
    return new Subnet(new Ip(text.substring(0, slash)), Integer.parseInt(bits));
  }

  /** Whether an address is in it. */
  public boolean contains(Ip address) {
    byte[] mine = first.toBytes();
    byte[] other = address.toBytes();
    boolean same = mine.length == other.length;
    for (int bit = 0; same && bit < bits; bit++) {
      same = ((mine[bit / 8] ^ other[bit / 8]) >> (7 - bit % 8) & 1) == 0;
    }
    return same;
  }

  @Override
  public String toString() {
    return first + "/" + bits;
  }
}
