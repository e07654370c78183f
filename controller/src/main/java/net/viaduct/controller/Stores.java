package net.viaduct.controller;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import net.viaduct.controller.etcd.EtcdStore;
import net.viaduct.controller.sqlite.SqliteSnapshot;
import net.viaduct.controller.sqlite.SqliteStore;
import net.viaduct.controller.store.Store;
import net.viaduct.controller.transfer.Exporter;
import net.viaduct.controller.transfer.Importer;

/** Opens a store where a configuration says that it is. Stateless. */
public final class Stores {
  private Stores() {}

  /**
   * Opens a store to work with it.
   *
   * @param history how many revisions are kept at least for those who ask for older ones
   * @throws net.viaduct.controller.store.StoreFailure if it cannot be
   */
  public static Store open(StorePlace place, long history) {
    return switch (place) {
      case StorePlace.InFile it -> SqliteStore.open(it.path(), history);
      case StorePlace.InEtcd it -> EtcdStore.open(it.config(), history);
    };
  }

  /**
   * Exports a store, also while controllers work with it.
   *
   * @throws IOException if the file cannot be written
   * @throws net.viaduct.controller.store.StoreFailure if the store cannot be read
   */
  public static Exporter.Summary export(ControllerConfig config, Path file, Clock clock)
      throws IOException {
    return switch (config.store()) {
      case StorePlace.InFile it -> {
        try (SqliteSnapshot snapshot = SqliteSnapshot.open(it.path())) {
          yield new Exporter(snapshot::range, clock).toFile(file);
        }
      }
      case StorePlace.InEtcd it -> {
        try (Store store = EtcdStore.open(it.config(), config.history())) {
          yield new Exporter(store::range, clock).toFile(file);
        }
      }
    };
  }

  /**
   * Imports into a store that no controller works with.
   *
   * @param replace throws away what it has; if not, it must have nothing
   * @throws IOException if the file cannot be read, or is damaged
   * @throws net.viaduct.controller.store.StoreFailure if the store cannot be used
   */
  public static Exporter.Summary importInto(ControllerConfig config, Path file, boolean replace)
      throws IOException {
    try (Store store = open(config.store(), config.history())) {
      return new Importer(store, new SecureRandom()).from(file, replace);
    }
  }
}
