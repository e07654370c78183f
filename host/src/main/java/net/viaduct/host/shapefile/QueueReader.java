package net.viaduct.host.shapefile;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.discipline.FairShare;
import net.viaduct.wire.IpAddress;

/** Reads queues that hold packets, and shares above them. Stateless. */
final class QueueReader {
  static final String KINDS = "fifo, sfq, fq-codel, share, priority or htb";

  private static final IntRange MANY = new IntRange("this number", 1, 16_777_216);
  private static final IntRange WEIGHT = new IntRange("a weight", 1, 1_000);

  private QueueReader() {}

  /** The queue of a word, with all defaults. */
  static Optional<QueueConfig> word(Value value) {
    return value.as(word ->
        switch (word) {
          case "fifo" -> QueueConfig.Fifo.DEFAULT;
          case "sfq" -> QueueConfig.Sfq.DEFAULT.perturbed(0, QueueConfig.Perturbation.STICKY);
          case "fq-codel" -> QueueConfig.FqCodel.DEFAULT;
          default ->
              throw new IllegalArgumentException(
                  "'"
                      + word
                      + "' is no queue; it is fifo, sfq or fq-codel, or a section of "
                      + KINDS);
        });
  }

  /** The queue of a section with one key; empty if that key is none of these kinds. */
  static Optional<QueueConfig> section(Section section, FieldWords words) {
    return Stream.<Optional<QueueConfig>>of(
            section.section("fifo").flatMap(QueueReader::fifo),
            section.section("sfq").flatMap(QueueReader::sfq),
            section.section("fq-codel").flatMap(QueueReader::fqCodel),
            section.section("share").flatMap(share -> share(share, words)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** A queue without classes. */
  private static Optional<QueueConfig> below(Value value, FieldWords words) {
    if (!value.isSection()) {
      return word(value);
    }
    Section section = value.section().orElseThrow();
    Optional<QueueConfig> queue = section(section, words);
    section.noMore();
    return queue;
  }

  private static Optional<QueueConfig> fifo(Section fifo) {
    int packets = number(fifo, "packets", QueueConfig.Fifo.DEFAULT.packets());
    long bytes = bytes(fifo, "bytes", QueueConfig.Fifo.DEFAULT.bytes());
    fifo.noMore();
    return told(fifo, () -> new QueueConfig.Fifo(packets, bytes));
  }

  private static Optional<QueueConfig> sfq(Section sfq) {
    QueueConfig.Sfq usual = QueueConfig.Sfq.DEFAULT;
    int packets = number(sfq, "packets", usual.packets());
    int flows = number(sfq, "flows", usual.flows());
    int depth = number(sfq, "depth", Math.max(usual.depthPackets(), packets));
    int divisor = number(sfq, "divisor", usual.divisor());
    int quantum = number(sfq, "quantum", usual.quantumBytes());
    boolean headDrop = sfq.get("head-drop").flatMap(Value::bool).orElse(usual.headDrop());
    long perturbNs = time(sfq, "perturb", usual.perturbNs());
    QueueConfig.Perturbation how =
        sfq.get("perturbation")
            .flatMap(value -> value.oneOf(QueueConfig.Perturbation.class))
            .orElse(QueueConfig.Perturbation.STICKY);
    sfq.noMore();
    return told(
        sfq,
        () ->
            new QueueConfig.Sfq(packets, flows, depth, divisor, quantum, headDrop, perturbNs, how));
  }

  private static Optional<QueueConfig> fqCodel(Section codel) {
    QueueConfig.FqCodel usual = QueueConfig.FqCodel.DEFAULT;
    int flows = number(codel, "flows", usual.flows());
    int packets = number(codel, "packets", usual.packets());
    long bytes = bytes(codel, "bytes", usual.bytes());
    long targetNs = time(codel, "target", usual.targetNs());
    long intervalNs = time(codel, "interval", usual.intervalNs());
    int quantum = number(codel, "quantum", usual.quantumBytes());
    boolean ecn = codel.get("ecn").flatMap(Value::bool).orElse(usual.ecn());
    codel.noMore();
    return told(
        codel,
        () -> new QueueConfig.FqCodel(flows, packets, bytes, targetNs, intervalNs, quantum, ecn));
  }

  private static Optional<QueueConfig> share(Section share, FieldWords words) {
    Optional<FlowField> by =
        share
            .need("by", "such as tunnel-id, vlan-tag, mark or src")
            .flatMap(value -> value.as(words::field));
    int most = number(share, "most", 64);
    int quantum = number(share, "quantum", QueueConfig.USUAL_FRAME_BYTES);
    Map<Long, Integer> weights =
        share.section("weights").map(section -> weights(section, by, words)).orElse(Map.of());
    Optional<QueueConfig> each =
        share
            .get("queue")
            .map(value -> below(value, words))
            .orElse(Optional.of(QueueConfig.FqCodel.DEFAULT));
    share.noMore();
    if (by.isEmpty() || each.isEmpty()) {
      return Optional.empty();
    }
    return told(share, () -> new QueueConfig.Share(by.get(), weights, most, quantum, each.get()));
  }

  private static Map<Long, Integer> weights(
      Section section, Optional<FlowField> by, FieldWords words) {
    Map<Long, Integer> weights = new HashMap<>();
    for (Map.Entry<String, Value> entry : section.all()) {
      Optional<Integer> weight = entry.getValue().integer(WEIGHT);
      Optional<Long> who = entry.getValue().told(() -> who(entry.getKey(), by, words));
      if (weight.isPresent() && who.isPresent()) {
        weights.put(who.get(), weight.get());
      }
    }
    return weights;
  }

  private static long who(String text, Optional<FlowField> by, FieldWords words) {
    boolean address = by.filter(f -> f.kind() == FlowField.Kind.ADDRESS).isPresent();
    if (address) {
      IpAddress who = IpAddress.parse(text);
      return FairShare.who(who.high(), who.low());
    }
    boolean number = text.matches("[0-9]{1,10}");
    if (!number && by.isPresent()) {
      OptionalLong named = words.number(by.get(), text);
      if (named.isPresent()) {
        return named.getAsLong();
      }
    }
    if (!number) {
      throw new IllegalArgumentException("'" + text + "' is no number");
    }
    return Long.parseLong(text);
  }

  static int number(Section section, String key, int usual) {
    return section.get(key).flatMap(value -> value.integer(MANY)).orElse(usual);
  }

  static long bytes(Section section, String key, long usual) {
    return section.get(key).flatMap(value -> value.as(Amounts::bytes)).orElse(usual);
  }

  private static long time(Section section, String key, long usual) {
    return section.get(key).flatMap(Value::duration).map(Duration::toNanos).orElse(usual);
  }

  static <T> Optional<T> told(Section place, Supplier<T> source) {
    try {
      return Optional.of(source.get());
    } catch (IllegalArgumentException e) {
      place.wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }
}
