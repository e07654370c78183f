package net.viaduct.cli;

import java.util.Map;
import net.viaduct.host.client.ApiSilent;

/** Where a thing that is shown comes from. */
@FunctionalInterface
interface Answers {
  /**
   * All of it, as it is now.
   *
   * @throws ApiSilent if the host does not answer
   */
  Map<String, Object> read() throws ApiSilent;
}
