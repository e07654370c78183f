package net.viaduct.cli.lab;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;

/** Reads what waits for a link, and by which keys flows are told apart. Owned by one thread. */
final class LinkQueueReader {
  private static final IntRange PACKETS = new IntRange("a queue in packets", 1, 30_000);
  private static final IntRange BYTES = new IntRange("a queue in bytes", 1, 1 << 30);
  private static final IntRange FLOWS = new IntRange("a number of flows", 1, 65_536);

  private final Section link;

  /** Reads from a link, or from one of its directions. */
  LinkQueueReader(Section link) {
    this.link = link;
  }

  /**
   * What the file says.
   *
   * @param usual if it says nothing
   */
  TreeConfig read(TreeConfig usual) {
    Set<FlowField> keys = link.get("keys").flatMap(LinkQueueReader::keys).orElse(usual.keys());
    Optional<QueueConfig> queue =
        link.get("queue")
            .flatMap(
                value -> value.isSection() ? value.section().flatMap(this::kind) : word(value));
    return queue.map(TreeConfig::of).orElse(usual).withKeys(keys, usual.depth());
  }

  private static Optional<Set<FlowField>> keys(Value value) {
    if (!value.isList()) {
      return value.as(LinkQueueReader::keys);
    }
    Set<FlowField> keys = EnumSet.noneOf(FlowField.class);
    value.items().forEach(item -> item.oneOf(FlowField.class).ifPresent(keys::add));
    return Optional.of(keys);
  }

  private static Set<FlowField> keys(String word) {
    return switch (word) {
      case "inside-tunnels" -> FlowField.INSIDE_TUNNELS;
      case "outside-only" -> FlowField.OUTSIDE_ONLY;
      default ->
          throw new IllegalArgumentException(
              "'"
                  + word
                  + "' is unknown; it is inside-tunnels, outside-only or a list such as [src,"
                  + " dst]");
    };
  }

  private static Optional<QueueConfig> word(Value value) {
    return value.as(word ->
        switch (word) {
          case "fq-codel" -> QueueConfig.FqCodel.DEFAULT;
          case "sfq" -> QueueConfig.Sfq.DEFAULT;
          default ->
              throw new IllegalArgumentException(
                  "'" + word + "' is unknown; it is fq-codel, sfq or { packets: 256 }");
        });
  }

  private Optional<QueueConfig> kind(Section section) {
    Optional<Section> codel = section.section("fq-codel");
    Optional<Section> sfq = section.section("sfq");
    Optional<QueueConfig> queue;
    if (codel.isPresent()) {
      queue = told(codel.get(), LinkQueueReader::fqCodel);
    } else if (sfq.isPresent()) {
      queue = told(sfq.get(), LinkQueueReader::sfq);
    } else {
      queue = fifo(section);
    }
    section.noMore();
    return queue;
  }

  private interface Reader {
    QueueConfig read(Section section);
  }

  private static Optional<QueueConfig> told(Section section, Reader reader) {
    try {
      return Optional.of(reader.read(section));
    } catch (IllegalArgumentException e) {
      section.wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    } finally {
      section.noMore();
    }
  }

  private static int number(Section section, String key, IntRange range, int usual) {
    return section.get(key).flatMap(v -> v.integer(range)).orElse(usual);
  }

  private static long time(Section section, String key, long usual) {
    return section.get(key).flatMap(v -> v.as(Amounts::ns)).orElse(usual);
  }

  private static Optional<QueueConfig> fifo(Section section) {
    Optional<Integer> packets = section.get("packets").flatMap(v -> v.integer(PACKETS));
    Optional<Integer> bytes = section.get("bytes").flatMap(v -> v.integer(BYTES));
    if (packets.isEmpty() && bytes.isEmpty()) {
      section.wrong("says not how much waits; { packets: 256 }, { bytes: 64000 } or fq-codel");
      return Optional.empty();
    }
    return Optional.of(
        new QueueConfig.Fifo(
            packets.orElse(PACKETS.to()), bytes.map(Integer::longValue).orElse(Long.MAX_VALUE)));
  }

  private static QueueConfig fqCodel(Section section) {
    QueueConfig.FqCodel usual = QueueConfig.FqCodel.DEFAULT;
    return new QueueConfig.FqCodel(
        number(section, "flows", FLOWS, usual.flows()),
        number(section, "packets", PACKETS, usual.packets()),
        usual.bytes(),
        time(section, "target", usual.targetNs()),
        time(section, "interval", usual.intervalNs()),
        usual.quantumBytes(),
        section.get("ecn").flatMap(Value::bool).orElse(usual.ecn()));
  }

  private static QueueConfig sfq(Section section) {
    QueueConfig.Sfq usual = QueueConfig.Sfq.DEFAULT;
    int packets = number(section, "packets", PACKETS, usual.packets());
    return new QueueConfig.Sfq(
        packets,
        number(section, "flows", FLOWS, usual.flows()),
        packets,
        usual.divisor(),
        usual.quantumBytes(),
        usual.headDrop(),
        time(section, "perturb", usual.perturbNs()),
        section
            .get("perturbation")
            .flatMap(v -> v.oneOf(QueueConfig.Perturbation.class))
            .orElse(QueueConfig.Perturbation.STICKY));
  }
}
