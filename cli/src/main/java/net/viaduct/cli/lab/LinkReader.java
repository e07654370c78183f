package net.viaduct.cli.lab;

import java.util.Optional;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.lab.link.LinkShape;
import net.viaduct.lab.topology.LabPlan.LinkPlan;
import net.viaduct.queueing.config.TreeConfig;

/** Reads a link, both ways. Owned by the thread that reads. */
final class LinkReader {
  private static final IntRange OVERHEAD_BYTES = new IntRange("an overhead", 0, 200);

  private final Section link;

  LinkReader(Section link) {
    this.link = link;
  }

  /** What is said of the link is true for both ways, but for what is said of one of them. */
  Optional<LinkPlan> read() {
    Optional<LinkShape> both = shape(link, LinkShape.CABLE);
    Optional<LinkShape> up = direction("up", both);
    Optional<LinkShape> down = direction("down", both);
    link.noMore();
    return up.flatMap(u -> down.map(d -> new LinkPlan(u, d)));
  }

  private Optional<LinkShape> direction(String name, Optional<LinkShape> both) {
    Optional<Section> section = link.section(name);
    if (section.isEmpty() || both.isEmpty()) {
      return both;
    }
    Optional<LinkShape> shape = shape(section.get(), both.get());
    section.get().noMore();
    return shape;
  }

  private static Optional<LinkShape> shape(Section section, LinkShape usual) {
    long rate = number(section, "rate", usual.rateBitsPerSecond(), Amounts::bitsPerSecond);
    long delay = number(section, "delay", usual.delayNs(), Amounts::ns);
    long jitter = number(section, "jitter", usual.jitterNs(), Amounts::ns);
    int overhead =
        section
            .get("overhead")
            .flatMap(v -> v.integer(OVERHEAD_BYTES))
            .orElse(usual.overheadBytes());
    double loss = share(section, "loss", usual.loss());
    double duplication = share(section, "duplication", usual.duplication());
    double reordering = share(section, "reordering", usual.reordering());
    TreeConfig queue = new LinkQueueReader(section).read(usual.queue());
    try {
      return Optional.of(
          new LinkShape(rate, overhead, delay, jitter, loss, duplication, reordering, queue));
    } catch (IllegalArgumentException e) {
      section.wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private interface Parser {
    long parse(String text);
  }

  private static long number(Section section, String key, long usual, Parser parser) {
    Optional<Value> value = section.get(key);
    return value.flatMap(v -> v.as(parser::parse)).orElse(usual);
  }

  private static double share(Section section, String key, double usual) {
    return section.get(key).flatMap(v -> v.as(Amounts::share)).orElse(usual);
  }
}
