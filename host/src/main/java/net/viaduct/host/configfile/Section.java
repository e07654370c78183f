package net.viaduct.host.configfile;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping of the file. Remembers which keys were asked for: those are the known ones, and {@link
 * #noMore()} tells of all others. Owned by the thread that reads.
 */
public final class Section {
  private final String key;
  private final Findings findings;
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Map<String, Position> keys = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();

  Section(String key, MappingNode node, Findings findings) {
    this.key = key;
    this.findings = findings;
    node.getValue().forEach(this::add);
  }

  private void add(NodeTuple entry) {
    Position position = Position.of(entry.getKeyNode());
    if (!(entry.getKeyNode() instanceof ScalarNode scalar)) {
      findings.wrong(position, key, "a key is one word, not a list or a section");
      return;
    }
    String name = scalar.getValue();
    Position first = keys.putIfAbsent(name, position);
    if (first != null) {
      findings.wrong(position, path(name), "comes twice; first in line " + first.line());
      return;
    }
    boolean scalarValue = entry.getValueNode() instanceof ScalarNode;
    findings.found(path(name), scalarValue ? Position.of(entry.getValueNode()) : position);
    values.put(name, new Value(path(name), entry.getValueNode(), findings));
  }

  private String path(String name) {
    return key.isEmpty() ? name : key + "." + name;
  }

  /** What belongs to this section stands elsewhere in the file: errors about it are told there. */
  void foundElsewhere(String name, Value where) {
    findings.found(path(name), Position.of(where.node()));
  }

  /** The value of a key, if the file has it. */
  public Optional<Value> get(String name) {
    known.add(name);
    findings.asked(path(name));
    return Optional.ofNullable(values.get(name));
  }

  /** The value of a key that must be there. */
  public Optional<Value> need(String name, String right) {
    Optional<Value> value = get(name);
    if (value.isEmpty()) {
      wrong("has no '" + name + "'; " + right);
    }
    return value;
  }

  /** The sections in a section, none if there is none. */
  public Optional<Section> section(String name) {
    return get(name).flatMap(Value::section);
  }

  /** The values of a list; none if the file does not have it. */
  public List<Value> items(String name) {
    return get(name).map(Value::items).orElse(List.of());
  }

  /** All values, whatever their keys. */
  public Collection<Map.Entry<String, Value>> all() {
    known.addAll(values.keySet());
    return new ArrayList<>(values.entrySet());
  }

  /** Whether the file has nothing in it. */
  public boolean isEmpty() {
    return values.isEmpty();
  }

  /** Whether the file has a key. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Tells that a key of this section is wrong, at the key. */
  public void wrongKey(String name, String problem) {
    findings.wrong(keys.getOrDefault(name, Position.START), path(name), problem);
  }

  /** Tells that something is wrong with all of it. */
  public void wrong(String problem) {
    findings.wrong(key, problem);
  }

  /** The way to it. */
  public String key() {
    return key;
  }

  /** Tells of the keys that were not asked for. */
  public void noMore() {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        String proposal =
            NearestKey.of(name, known)
                .map(k -> "did you mean '" + k + "'?")
                .orElseGet(() -> "known here: " + String.join(", ", known));
        wrongKey(name, "unknown key; " + proposal);
      }
    }
  }
}
