package net.viaduct.controller.api;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import net.viaduct.controller.model.Host;

/** Which hosts cannot send each other tunnel packets. Safe from any thread. */
@FunctionalInterface
public interface Reachability {
  /**
   * The other hosts of a network with which a host has no address family in common, by name.
   *
   * @return perhaps never done
   */
  CompletableFuture<List<String>> unreached(String network, Host host);
}
