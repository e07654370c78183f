package net.viaduct.vtep.queue;

/**
 * The number of a name, by which a queue tells ports and port groups apart. It depends on nothing
 * but the name: a change of the configuration changes no other's number. Stateless.
 */
public final class NameNumber {
  private static final int FNV_OFFSET = 0x811c9dc5;
  private static final int FNV_PRIME = 0x01000193;

  private NameNumber() {}

  /** The number, never 0: 32 bits of FNV-1a over the name's characters. */
  public static int of(String name) {
    int hash = FNV_OFFSET;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return hash == 0 ? 1 : hash;
  }
}
