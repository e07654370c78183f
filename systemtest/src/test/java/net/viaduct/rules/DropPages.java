package net.viaduct.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import net.viaduct.vtep.DropReason;

/** A page for each reason for a drop, and one that lists them, out of the enum. */
final class DropPages {
  private static final String DIRECTORY = "docs/reference/drops/";

  private DropPages() {}

  /** The pages by their path in the checkout. */
  static Map<String, String> all() {
    Map<String, String> pages = new LinkedHashMap<>();
    pages.put(DIRECTORY + "README.md", index());
    for (DropReason reason : DropReason.ALL) {
      pages.put(DIRECTORY + reason.label() + ".md", page(reason));
    }
    return pages;
  }

  private static String index() {
    StringBuilder page = new StringBuilder(GeneratedDocumentsTest.NOTE);
    page.append(
        """
        # Why frames are dropped

        Nothing is dropped without one of these reasons, and the name is the counter. `viaduct show drops` shows what
        occurred, `viaduct capture --dropped` the frames themselves. Numbers never change; other programs know them.

        | number | reason | what happened |
        |---|---|---|
        """);
    for (DropReason reason : DropReason.ALL) {
      page.append(
          "| %d | [%s](%s.md) | %s |%n"
              .formatted(reason.code(), reason.label(), reason.label(), reason.sentence()));
    }
    return page.toString();
  }

  private static String page(DropReason reason) {
    return GeneratedDocumentsTest.NOTE
        + """
        # %s

        %s

        **What to do.** %s

        | | |
        |---|---|
        | number | %d |
        | counter | `drop-%s` |
        | counted for | %s |

        ```
        viaduct show drops                                       how often
        viaduct show counters --all                              where
        viaduct capture --reason %s -w drops.pcapng    the frames
        ```

        [All reasons](README.md)
        """
            .formatted(
                reason.label(),
                reason.sentence(),
                reason.hint(),
                reason.code(),
                reason.label(),
                counted(reason),
                reason.label());
  }

  private static String counted(DropReason reason) {
    return switch (reason.side()) {
      case SOURCE ->
          "the host, its network once that is known, and the port or remote it came from";
      case TARGET -> "the host, its network, and the port, remote or group it was to go to";
      case BEFORE -> "the host, and the port or the underlay before which the kernel lost it";
    };
  }
}
