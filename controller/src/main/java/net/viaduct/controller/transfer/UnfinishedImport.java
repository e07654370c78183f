package net.viaduct.controller.transfer;

import net.viaduct.controller.store.Store;
import net.viaduct.controller.store.StoreFailure;

/**
 * A key that a store has while something is imported into it: nobody works with half of what should
 * be. Stateless.
 */
public final class UnfinishedImport {
  static final String KEY = "import/unfinished";

  static final String SENTENCE =
      "an import into this store was not finished;"
          + " repeat it with 'viaduct controller import --replace FILE'";

  private UnfinishedImport() {}

  /**
   * Nothing, if there is none.
   *
   * @throws StoreFailure if there is one
   */
  public static void requireNone(Store store) {
    if (store.get(KEY).isPresent()) {
      throw new StoreFailure(SENTENCE);
    }
  }
}
