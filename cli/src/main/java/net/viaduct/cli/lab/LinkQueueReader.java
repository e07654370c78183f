package net.viaduct.cli.lab;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.host.shapefile.TreeReader;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;

/** Reads what waits for a link, and by which keys flows are told apart. Owned by one thread. */
final class LinkQueueReader {
  private static final IntRange PACKETS = new IntRange("a queue in packets", 1, 30_000);
  private static final IntRange BYTES = new IntRange("a queue in bytes", 1, 1 << 30);

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
    TreeConfig keyed = usual.withKeys(keys, usual.depth());
    return link.get("queue").flatMap(value -> queue(value, keyed)).orElse(keyed);
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

  private Optional<TreeConfig> queue(Value value, TreeConfig keyed) {
    Optional<Section> section = value.isSection() ? value.section() : Optional.empty();
    if (section.isPresent() && section.get().isEmpty()) {
      section.get().wrong("says not what waits; { packets: 256 }, { bytes: 64000 } or fq-codel");
      return Optional.empty();
    }
    return section
        .filter(LinkQueueReader::isShort)
        .map(fifo -> TreeConfig.of(fifo(fifo)).withKeys(keyed.keys(), keyed.depth()))
        .or(() -> TreeReader.read(link, value, keyed));
  }

  /** A FIFO, of which only the size is told. */
  private static boolean isShort(Section queue) {
    return queue.has("packets") || queue.has("bytes");
  }

  private static QueueConfig fifo(Section section) {
    Optional<Integer> packets = section.get("packets").flatMap(v -> v.integer(PACKETS));
    Optional<Integer> bytes = section.get("bytes").flatMap(v -> v.integer(BYTES));
    section.noMore();
    return new QueueConfig.Fifo(
        packets.orElse(PACKETS.to()), bytes.map(Integer::longValue).orElse(Long.MAX_VALUE));
  }
}
