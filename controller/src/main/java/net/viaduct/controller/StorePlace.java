package net.viaduct.controller;

import java.nio.file.Path;
import net.viaduct.controller.etcd.EtcdConfig;

/** Where a controller keeps what should be. Immutable. */
public sealed interface StorePlace {
  /**
   * A file that SQLite keeps, for one controller.
   *
   * @param path of it
   */
  record InFile(Path path) implements StorePlace {
    @Override
    public String toString() {
      return path.toString();
    }
  }

  /**
   * An etcd cluster, for several controllers.
   *
   * @param config which
   */
  record InEtcd(EtcdConfig config) implements StorePlace {
    @Override
    public String toString() {
      return config.toString();
    }
  }
}
