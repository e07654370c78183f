package net.viaduct.host.view;

import java.util.List;

/**
 * What a reload did.
 *
 * @param changes a sentence for each; none if the file says what was in force already
 */
public record ReloadView(List<String> changes) {
  /** Copies the list. */
  public ReloadView {
    changes = List.copyOf(changes);
  }
}
