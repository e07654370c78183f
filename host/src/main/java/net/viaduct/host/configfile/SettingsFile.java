package net.viaduct.host.configfile;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.MappingNode;

/**
 * Files that are no configuration of a host, but are written and refused in the same way: YAML with
 * keys, unknown ones told with their line. Stateless.
 */
public final class SettingsFile {
  private SettingsFile() {}

  /**
   * Reads a file.
   *
   * @param reader takes what it knows; what it finds wrong it tells the section
   * @throws ConfigException with all that is wrong
   */
  public static <T> T read(Path file, Function<Section, Optional<T>> reader) {
    return parse(file, ConfigFile.textOf(file), reader);
  }

  /**
   * Reads a text as if it were the content of a file.
   *
   * @throws ConfigException with all that is wrong
   */
  public static <T> T parse(Path file, String text, Function<Section, Optional<T>> reader) {
    Findings findings = new Findings(file);
    if (!(ConfigFile.compose(findings, text) instanceof MappingNode mapping)) {
      throw ConfigFile.wrongAsAWhole(findings, Position.START, "the file should have keys");
    }
    Section root = new Section("", mapping, findings);
    Optional<T> read = reader.apply(root);
    root.noMore();
    findings.throwIfWrong();
    return read.orElseThrow(() -> new IllegalStateException("nothing was read from " + file));
  }
}
