package net.viaduct.rules;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import net.viaduct.host.config.HostConfig;

/** The records of the configuration, and what their Javadoc says of their components. */
final class DocumentedRecords {
  private static final Pattern RECORD =
      Pattern.compile(
          "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:public )?record (\\w+)\\(", Pattern.DOTALL);
  private static final Pattern PARAMETER =
      Pattern.compile("@param (\\w+) ((?:(?!@param|@see|@throws).)*)", Pattern.DOTALL);

  private static final List<Component> COMPONENTS = components();

  private DocumentedRecords() {}

  /** A component of a record, with what its Javadoc says. */
  record Component(Class<?> type, String name, String words) {}

  /** The component that a key of the file becomes. */
  static Optional<Component> component(String key) {
    Optional<String> alias = ConfigurationWords.componentOf(key);
    if (alias.isPresent()) {
      return COMPONENTS.stream()
          .filter(each -> alias.get().equals(each.type().getSimpleName() + "." + each.name()))
          .findFirst();
    }
    String last = key.substring(key.lastIndexOf('.') + 1).replace("[]", "");
    String of = key.contains(".") ? key.substring(0, key.lastIndexOf('.')) : "";
    String section = of.substring(of.lastIndexOf('.') + 1).replace("[]", "");
    List<Component> named =
        COMPONENTS.stream()
            .filter(component ->
                component.name().equals(camel(last))
                    || component.name().equals(camel(last) + "Bytes")
                    || component.name().equals(camel(last) + "Seconds"))
            .toList();
    return named.stream()
        .filter(component -> belongs(component.type(), of, section))
        .findFirst()
        .or(() -> named.size() == 1 ? Optional.of(named.getFirst()) : Optional.empty());
  }

  /** By the name of the record: {@code multicast} is told by MulticastSettings. */
  private static boolean belongs(Class<?> type, String of, String section) {
    String name = type.getSimpleName().toLowerCase(Locale.ROOT);
    return switch (of) {
      case "" -> type == HostConfig.class;
      case "underlay" -> name.equals("underlayconfig");
      case "networks.NAME" ->
          name.equals("networkconfig")
              || name.equals("networksettings")
              || name.equals("stationpolicy");
      default -> {
        String singular = section.replace("-", "").replaceAll("s$", "");
        yield name.startsWith(singular) || singular.startsWith(name.replace("settings", ""));
      }
    };
  }

  private static String camel(String kebab) {
    StringBuilder name = new StringBuilder();
    for (String part : kebab.split("-")) {
      name.append(
          name.isEmpty()
              ? part
              : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
    }
    return name.toString();
  }

  private static List<Component> components() {
    List<Component> components = new ArrayList<>();
    for (Path source : Repository.files(".java")) {
      String path = source.toString();
      if (path.contains("/main/")
          && (path.contains("/host/config/")
              || path.contains("/vtep/settings/")
              || path.contains("/vtep/encapsulation/"))) {
        String text = Repository.read(source);
        String outer = source.getFileName().toString().replace(".java", "");
        String start = path.substring(path.indexOf("net/viaduct"), path.lastIndexOf('/'));
        for (MatchResult each : RECORD.matcher(text).results().toList()) {
          String type = start.replace('/', '.') + "." + outer;
          String nested = each.group(2).equals(outer) ? "" : "$" + each.group(2);
          collect(type + nested, each.group(1), components);
        }
      }
    }
    return components;
  }

  private static void collect(String type, String javadoc, List<Component> components) {
    Class<?> found;
    try {
      found = Class.forName(type);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
    String text = javadoc.replaceAll("\\n\\s*\\* ?", " ");
    for (MatchResult each : PARAMETER.matcher(text).results().toList()) {
      String words =
          each.group(2)
              .replaceAll("\\{@(?:code|link) ([^}]*)\\}", "`$1`")
              .replaceAll("\\s+", " ")
              .replace("|", "\\|")
              .strip();
      components.add(new Component(found, each.group(1), words));
    }
  }
}
