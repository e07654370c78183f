package net.viaduct.host.view;

import java.util.List;

/**
 * What a reload did.
 *
 * @param changes a sentence for each; none if the file says what was in force already
 * @param warnings what works now, but perhaps not as it is meant, a sentence for each
 */
public record ReloadView(List<String> changes, List<String> warnings) {
  /** Copies the lists. */
  public ReloadView {
    changes = List.copyOf(changes);
    warnings = List.copyOf(warnings);
  }
}
