package net.viaduct.controller.transfer;

import java.security.SecureRandom;
import java.util.HexFormat;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Operation;
import net.viaduct.controller.store.Store;

/**
 * Tells a store from the one that its content was exported from: revisions begin anew with an
 * import, so whoever remembers one must see that it is of another store. Stateless.
 */
public final class Lineage {
  static final String KEY = "store/lineage";

  private static final int BYTES = 8;

  private Lineage() {}

  /** Of a store; empty if nothing was ever imported into it. */
  public static String of(Store store) {
    return store.get(KEY).map(Entry::value).orElse("");
  }

  static Operation begin(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new Operation.Put(KEY, HexFormat.of().formatHex(bytes));
  }
}
