package net.viaduct.cli.lab;

import java.util.Locale;
import net.viaduct.lab.link.LinkShape;
import net.viaduct.lab.link.QueueShape;
import net.viaduct.lab.topology.LabPlan.LinkPlan;

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
      switch (shape.queue()) {
        case QueueShape.Fifo fifo -> words.append(", queue of ").append(size(fifo));
      }
    }
    return words.toString();
  }

  private static String size(QueueShape.Fifo fifo) {
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
