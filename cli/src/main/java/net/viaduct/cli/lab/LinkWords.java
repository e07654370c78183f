package net.viaduct.cli.lab;

import java.util.Locale;
import net.viaduct.lab.link.LinkShape;
import net.viaduct.lab.topology.LabPlan.LinkPlan;
import net.viaduct.queueing.classify.FlowField;
import net.viaduct.queueing.config.QueueConfig;
import net.viaduct.queueing.config.TreeConfig;

/** Links in words. Stateless. */
final class LinkWords {
  private static final double NS_PER_MS = 1e6;
  private static final double MEGABIT = 1e6;

  private LinkWords() {}

  static String of(LinkPlan link) {
    return link.up().equals(link.down())
        ? "link both ways " + of(link.up())
        : "link up " + of(link.up()) + ", down " + of(link.down());
  }

  private static String of(LinkShape shape) {
    StringBuilder words = new StringBuilder();
    if (shape.rateBitsPerSecond() > 0) {
      words.append(decimal(shape.rateBitsPerSecond() / MEGABIT)).append(" Mbit/s ");
    }
    words.append(decimal(shape.delayNs() / NS_PER_MS)).append(" ms");
    if (shape.jitterNs() > 0) {
      words.append(" +-").append(decimal(shape.jitterNs() / NS_PER_MS)).append(" ms");
    }
    appendShare(words, shape.loss(), "lost");
    appendShare(words, shape.duplication(), "twice");
    appendShare(words, shape.reordering(), "ahead");
    if (shape.rateBitsPerSecond() > 0) {
      words.append(", ").append(queue(shape.queue()));
    }
    return words.toString();
  }

  private static String queue(TreeConfig tree) {
    return switch (tree.root().queue()) {
      case QueueConfig.Fifo fifo -> "queue of " + size(fifo);
      case QueueConfig.FqCodel _ -> "FQ-CoDel" + keys(tree);
      case QueueConfig.Sfq _ -> "SFQ" + keys(tree);
      case QueueConfig.Priority _, QueueConfig.Htb _, QueueConfig.Share _ -> "several queues";
    };
  }

  private static String keys(TreeConfig tree) {
    if (tree.keys().equals(FlowField.INSIDE_TUNNELS)) {
      return " of flows inside tunnels";
    }
    return tree.keys().equals(FlowField.OUTSIDE_ONLY) ? " of outer flows" : " by other keys";
  }

  private static String size(QueueConfig.Fifo fifo) {
    return fifo.bytes() == Long.MAX_VALUE ? fifo.packets() + " packets" : fifo.bytes() + " bytes";
  }

  private static void appendShare(StringBuilder words, double share, String what) {
    if (share > 0) {
      words.append(", ").append(decimal(share * 100)).append("% ").append(what);
    }
  }

  private static String decimal(double value) {
    String text = String.format(Locale.ROOT, "%.3f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
