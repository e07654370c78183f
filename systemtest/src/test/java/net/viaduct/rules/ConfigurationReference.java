package net.viaduct.rules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.viaduct.host.config.HostConfig;
import net.viaduct.host.configfile.ConfigFile;
import net.viaduct.rules.DocumentedRecords.Component;

/**
 * The reference of the configuration: which keys there are is what the readers look for in a file
 * that has every section, what they mean is what the records say in their Javadoc, and the defaults
 * are what a file without them is read as.
 */
final class ConfigurationReference {
  static final String PATH = "docs/reference/configuration.md";

  private static final String EVERY_SECTION = "docs/reference/every-key.yaml";
  private static final String LEAST =
      "underlay: { address: 10.77.0.1 }\nnetworks: { blue: { vni: 100 } }\n";
  private static final Pattern SECTION =
      Pattern.compile("\\b(?:section|items)\\(\\s*\"([a-z-]+)\"");

  private ConfigurationReference() {}

  static String page() {
    StringBuilder page = new StringBuilder(GeneratedDocumentsTest.NOTE);
    page.append(
        """
        # Reference of the configuration

        Every key that a host looks for. [How the file is used](../configuration.md); [a file with every key](every-key.yaml).
        """);
    String section = null;
    for (String key : keys()) {
      String of = key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
      if (!of.equals(section)) {
        section = of;
        page.append("\n## ").append(of.isEmpty() ? "The file" : "`" + of + "`");
        page.append("\n\n| key | default | what it is |\n|---|---|---|\n");
      }
      page.append("| `").append(key.substring(key.lastIndexOf('.') + 1)).append("` | ");
      page.append(defaultOf(key)).append(" | ").append(words(key).orElse("")).append(" |\n");
    }
    return page.toString();
  }

  /** Keys by section, a section after the one that it is in. */
  private static List<String> keys() {
    Set<String> asked = new LinkedHashSet<>();
    ConfigFile.keys(every()).forEach(key -> asked.add(general(key)));
    Map<String, List<String>> sections = new LinkedHashMap<>();
    for (String key : asked) {
      String of = key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
      if (!key.equals("networks.NAME") && !key.equals("port-groups.NAME")) {
        sections.computeIfAbsent(of, _ -> new ArrayList<>()).add(key);
      }
    }
    return sections.values().stream().flatMap(Collection::stream).toList();
  }

  private static String general(String key) {
    return key.replaceAll("^(networks|port-groups)\\.[^.]+", "$1.NAME")
        .replaceAll("\\[\\d+\\]", "[]");
  }

  private static String every() {
    return Repository.read(Repository.root().resolve(EVERY_SECTION));
  }

  static List<String> undocumented() {
    return keys().stream().filter(key -> words(key).isEmpty()).toList();
  }

  /** By the names of sections in the sources of the readers. */
  static List<String> missingSections() {
    Set<String> missing = new LinkedHashSet<>();
    String every = every();
    for (Path source : Repository.files("Reader.java")) {
      if (source.toString().contains("/configfile/")) {
        for (MatchResult each : SECTION.matcher(Repository.read(source)).results().toList()) {
          if (!every.contains(each.group(1) + ":")) {
            missing.add(each.group(1));
          }
        }
      }
    }
    return List.copyOf(missing);
  }

  private static Optional<String> words(String key) {
    Optional<Component> component = DocumentedRecords.component(key);
    String choices = component.map(it -> RecordValues.choices(it.type(), it.name())).orElse("");
    return ConfigurationWords.of(key)
        .or(() -> component.map(Component::words))
        .map(it -> it + choices);
  }

  private static String defaultOf(String key) {
    if (ConfigurationWords.isRequired(key)) {
      return "required";
    }
    Optional<String> told = ConfigurationWords.defaultOf(key);
    if (told.isPresent()) {
      return told.get();
    }
    if (ConfigurationWords.of(key).isPresent() && ConfigurationWords.componentOf(key).isEmpty()) {
      return "";
    }
    HostConfig least = ConfigFile.parse(Path.of("least"), LEAST, "host").config();
    return DocumentedRecords.component(key)
        .flatMap(it -> RecordValues.in(least, it.type(), it.name()))
        .orElse("");
  }
}
