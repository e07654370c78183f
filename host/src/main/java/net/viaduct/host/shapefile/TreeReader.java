package net.viaduct.host.shapefile;

import java.util.Optional;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;

/** Reads queues, and trees of such, in files of other programs. Stateless. */
public final class TreeReader {
  private TreeReader() {}

  /**
   * What waits for a link.
   *
   * @param place the link
   * @param queue a word, a queue or classes, as {@code viaduct shape} has them
   * @param usual keys, depth, seed and overhead
   * @return empty if something is wrong, which the place was told
   */
  public static Optional<TreeConfig> read(Section place, Value queue, TreeConfig usual) {
    String name = usual.root().name();
    TreeDraft draft = new TreeDraft(FieldWords.PACKETS);
    Optional<QueueConfig> root = new ClassReader(draft).root(queue, name);
    return root.map(config ->
        new TreeConfig(
            usual.keys(),
            usual.depth(),
            usual.seed(),
            usual.overhead(),
            new QueueConfig.Named(name, config),
            draft.rules(),
            draft.rest(place)));
  }
}
