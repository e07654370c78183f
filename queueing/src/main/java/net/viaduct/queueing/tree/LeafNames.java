package net.viaduct.queueing.tree;

import java.util.List;
import java.util.stream.Stream;
import net.viaduct.queueing.config.HtbClass;
import net.viaduct.queueing.config.QueueConfig;

/** The names of the queues of a tree that hold packets, from left to right. Stateless. */
public final class LeafNames {
  private LeafNames() {}

  /** The names; one that comes twice is there twice. */
  public static List<String> of(QueueConfig.Named tree) {
    return names(tree.name(), tree.queue()).toList();
  }

  private static Stream<String> names(String name, QueueConfig queue) {
    return switch (queue) {
      case QueueConfig.Fifo _, QueueConfig.Sfq _, QueueConfig.FqCodel _, QueueConfig.Share _ ->
          Stream.of(name);
      case QueueConfig.Priority priority ->
          priority.bands().stream().flatMap(band -> names(band.name(), band.queue()));
      case QueueConfig.Htb htb -> htb.classes().stream().flatMap(LeafNames::names);
    };
  }

  private static Stream<String> names(HtbClass config) {
    return config.queue().isPresent()
        ? names(config.name(), config.queue().get())
        : config.classes().stream().flatMap(LeafNames::names);
  }
}
