package net.viaduct.host.configfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import net.viaduct.host.config.HostConfig;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * A configuration file that was read, and where each of its keys is, so that what turns out to be
 * wrong later can be told with its line too. Immutable.
 *
 * @param file as it was named
 * @param config what it says
 * @param positions where the value of each key is
 */
public record ConfigFile(Path file, HostConfig config, Map<String, Position> positions) {
  private static final int MOST_BYTES = 16 << 20;

  /** Copies the positions. */
  public ConfigFile {
    positions = Map.copyOf(positions);
  }

  /**
   * Reads a file.
   *
   * @param defaultHost the host's name if the file has none
   * @throws ConfigException with all that is wrong with it
   */
  public static ConfigFile read(Path file, String defaultHost) {
    return parse(file, textOf(file), defaultHost);
  }

  /**
   * Reads a text as if it were the content of a file.
   *
   * @throws ConfigException with all that is wrong with it
   */
  public static ConfigFile parse(Path file, String text, String defaultHost) {
    Findings findings = new Findings(file);
    Node root = compose(findings, text);
    if (!(root instanceof MappingNode mapping)) {
      throw wrongAsAWhole(
          findings, Position.of(root), "a configuration has keys: underlay, networks, ...");
    }
    HostConfig config =
        new HostReader(findings, defaultHost).read(new Section("", mapping, findings));
    return new ConfigFile(file, config, findings.positions());
  }

  /**
   * The keys that are looked for in a text, whether it has them or not; those of a section only if
   * it has the section. For the reference of the configuration.
   *
   * @throws ConfigException with all that is wrong with the text
   */
  public static List<String> keys(String text) {
    Findings findings = new Findings(Path.of("keys"));
    if (compose(findings, text) instanceof MappingNode mapping) {
      new HostReader(findings, "host").read(new Section("", mapping, findings));
    }
    return findings.asked();
  }

  /** An error about a key of this file, at its value. */
  public ConfigError error(String key, String problem) {
    String at = key;
    while (!positions.containsKey(at) && !at.isEmpty()) {
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    return new ConfigError(file, positions.getOrDefault(at, Position.START), key, problem);
  }

  static Node compose(Findings findings, String text) {
    LoadSettings settings = LoadSettings.builder().setCodePointLimit(MOST_BYTES).build();
    try {
      StreamReader characters = new StreamReader(settings, text);
      return new Composer(settings, new ParserImpl(settings, characters))
          .getSingleNode()
          .orElseThrow(() -> wrongAsAWhole(findings, Position.START, "the file is empty"));
    } catch (MarkedYamlEngineException e) {
      throw wrongAsAWhole(
          findings, Position.of(e.getProblemMark()), "is not YAML: " + e.getProblem());
    } catch (YamlEngineException e) {
      throw wrongAsAWhole(findings, Position.START, "is not YAML: " + e.getMessage());
    }
  }

  static ConfigException wrongAsAWhole(Findings findings, Position position, String problem) {
    findings.wrong(position, "", problem);
    return findings.exception();
  }

  static String textOf(Path file) {
    String problem;
    try {
      if (Files.size(file) > MOST_BYTES) {
        problem = "is larger than " + (MOST_BYTES >> 20) + " MiB";
      } else {
        byte[] bytes = Files.readAllBytes(file);
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      }
    } catch (NoSuchFileException _) {
      problem = "there is no such file; name another one with -c";
    } catch (AccessDeniedException _) {
      problem = "you may not read it";
    } catch (CharacterCodingException _) {
      problem = "is not UTF-8";
    } catch (IOException e) {
      problem = "cannot be read: " + e.getMessage();
    }
    throw new ConfigException(List.of(new ConfigError(file, Position.START, "", problem)));
  }
}
