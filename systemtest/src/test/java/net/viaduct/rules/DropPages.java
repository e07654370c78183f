package net.viaduct.rules;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import net.viaduct.vtep.DropReason;

/** A page for each reason for a drop, and one that lists them, out of the enum. */
final class DropPages {
  private static final String DIRECTORY = "docs/reference/drops/";

  /** What a controller shows of reasons, whose code it does not see. */
  static final String WORDS_PATH =
      "controller/src/main/resources/net/viaduct/controller/meters/drop-reasons.json";

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

  /** Sentence and hint of each reason, a line each. */
  static String words() {
    return DropReason.ALL.stream()
        .map(reason ->
            "  %s: {\"sentence\": %s, \"hint\": %s}"
                .formatted(
                    quoted(reason.label()), quoted(reason.sentence()), quoted(reason.hint())))
        .collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
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
        %s```

        %s[All reasons](README.md)
        """
            .formatted(
                reason.label(),
                reason.sentence(),
                reason.hint(),
                reason.code(),
                reason.label(),
                counted(reason),
                reason.isCaptured()
                    ? "viaduct capture --reason %s -w drops.pcapng    the frames\n"
                        .formatted(reason.label())
                    : "",
                reason.isCaptured() ? "" : uncaptured(reason) + "\n\n");
  }

  private static String uncaptured(DropReason reason) {
    return reason.side() == DropReason.Side.BEFORE
        ? "No capture shows these frames, as nobody has seen them."
        : "No capture shows these frames: while there is one, workers leave them in the kernel.";
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
