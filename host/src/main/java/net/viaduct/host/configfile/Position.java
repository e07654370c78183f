package net.viaduct.host.configfile;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * A place in a configuration file. Immutable.
 *
 * @param line from 1 on
 * @param column from 1 on, in characters
 */
public record Position(int line, int column) implements Comparable<Position> {
  /** Where every file begins. */
  static final Position START = new Position(1, 1);

  static Position of(Node node) {
    return of(node.getStartMark());
  }

  static Position of(Optional<Mark> mark) {
    return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(START);
  }

  @Override
  public int compareTo(Position other) {
    return line != other.line
        ? Integer.compare(line, other.line)
        : Integer.compare(column, other.column);
  }
}
