package net.viaduct.queueing.discipline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.queueing.config.HtbClass;

/**
 * Which rates classes of HTB have in the long run when all leaves of a set always have something to
 * send: water poured, one class after the other, in small cups. Slow, obvious, and without time.
 *
 * <p>First each leaf gets its rate, or what its ceiling and those above it leave; then what
 * ancestors have left goes, from the lowest level up, to the most urgent leaves below them, in
 * proportion to their quanta.
 */
final class RateModel {
  private static final double CUPS = 200_000;

  private final Map<String, Double> given = new HashMap<>();
  private final List<List<HtbClass>> paths = new ArrayList<>();

  private RateModel() {}

  /** The rate of each of the leaves that are busy, in bits a second, by name. */
  static Map<String, Double> rates(HtbClass root, List<String> busy) {
    RateModel model = new RateModel();
    model.collect(root, List.of(), busy);
    model.pourOwn();
    for (int depth = 8; depth >= 0; depth--) {
      for (int priority = 0; priority < HtbClass.PRIORITIES; priority++) {
        model.pourLent(depth, priority);
      }
    }
    Map<String, Double> rates = new HashMap<>();
    busy.forEach(name -> rates.put(name, model.given.getOrDefault(name, 0.0)));
    return rates;
  }

  private void collect(HtbClass node, List<HtbClass> above, List<String> busy) {
    List<HtbClass> path = new ArrayList<>();
    path.add(node);
    path.addAll(above);
    if (node.queue().isPresent() && busy.contains(node.name())) {
      paths.add(path);
    }
    node.classes().forEach(below -> collect(below, path, busy));
  }

  private void pourOwn() {
    for (List<HtbClass> path : paths) {
      give(path, path.get(0).rateBitsPerSecond());
    }
  }

  private void give(List<HtbClass> path, double rate) {
    path.forEach(node -> given.merge(node.name(), rate, Double::sum));
  }

  private double given(HtbClass node) {
    return given.getOrDefault(node.name(), 0.0);
  }

  /** What an ancestor so far from the root has left goes to those of a priority below it. */
  private void pourLent(int depth, int priority) {
    double cup = paths.get(0).getLast().rateBitsPerSecond() / CUPS;
    boolean poured = true;
    while (poured) {
      poured = false;
      double quanta =
          paths.stream()
              .filter(path -> mayBorrow(path, depth, priority, cup))
              .mapToDouble(path -> path.get(0).quantumBytesOrUsual())
              .sum();
      for (List<HtbClass> path : paths) {
        if (mayBorrow(path, depth, priority, cup)) {
          give(path, cup * path.get(0).quantumBytesOrUsual() / quanta);
          poured = true;
        }
      }
    }
  }

  private boolean mayBorrow(List<HtbClass> path, int depth, int priority, double cup) {
    int above = path.size() - 1 - depth;
    if (above < 1 || path.get(0).priority() != priority) {
      return false;
    }
    if (given(path.get(above)) + cup > path.get(above).rateBitsPerSecond()) {
      return false;
    }
    return path.stream().limit(above).allMatch(n -> given(n) + cup <= n.ceilBitsPerSecond());
  }
}
