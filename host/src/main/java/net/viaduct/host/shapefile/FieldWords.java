package net.viaduct.host.shapefile;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import net.viaduct.host.configfile.NearestKey;
import net.viaduct.queueing.classify.FlowField;

/**
 * Which keys queues of a file may tell packets apart by, and what names stand for. May be used by
 * any thread.
 */
public interface FieldWords {
  /** Of queues that know packets only, as between two devices. */
  FieldWords PACKETS =
      new FieldWords() {
        @Override
        public boolean knows(FlowField field) {
          return field != FlowField.NETWORK && field != FlowField.PORT_GROUP;
        }

        @Override
        public OptionalLong number(FlowField field, String name) {
          return OptionalLong.empty();
        }
      };

  /** Whether packets have this. */
  boolean knows(FlowField field);

  /**
   * The number that a name stands for; empty if such a field has no names.
   *
   * @throws IllegalArgumentException if it has, and this is none: a sentence says what would be
   */
  OptionalLong number(FlowField field, String name);

  /** The keys that there are. */
  default List<FlowField> fields() {
    return Stream.of(FlowField.values()).filter(this::knows).toList();
  }

  /**
   * A key by its label.
   *
   * @throws IllegalArgumentException if there is none, with the nearest one
   */
  default FlowField field(String label) {
    List<String> words = fields().stream().map(FlowField::label).toList();
    for (FlowField field : fields()) {
      if (field.label().equals(label)) {
        return field;
      }
    }
    throw new IllegalArgumentException(
        NearestKey.of(label, words)
            .map(near -> "'" + label + "' is unknown; did you mean '" + near + "'?")
            .orElse("'" + label + "' is unknown; it is one of " + String.join(", ", words)));
  }
}
