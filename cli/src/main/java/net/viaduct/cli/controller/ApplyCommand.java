package net.viaduct.cli.controller;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Json;
import net.viaduct.cli.Refusal;
import net.viaduct.cli.StandardOutput;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code viaduct apply}. */
@Command(
    name = "apply",
    description = {
      "Makes what a controller has what a file says, together or not at all, and prints the"
          + " difference.",
      "",
      "The file has 'networks', 'hosts', 'ports', 'groups' by name and a list of 'stations', with"
          + " the fields of the API (docs/controller.md)."
    },
    mixinStandardHelpOptions = true)
public final class ApplyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ControllerOptions controller = new ControllerOptions();

  @Option(
      names = {"-f", "--file"},
      required = true,
      paramLabel = "FILE",
      description = "YAML or JSON.")
  private Path file = Path.of("");

  @Option(names = "--dry-run", description = "Only prints the difference.")
  private boolean dryRun;

  @Option(
      names = "--prune",
      description = "Deletes what the file does not have, of the kinds that it has.")
  private boolean prune;

  @Option(names = "--json", description = "Prints JSON, as the API answers.")
  private boolean json;

  private ApplyCommand() {}

  @Override
  public Integer call() {
    String target = "/api/v1/apply?dry-run=" + dryRun + "&prune=" + prune;
    Map<String, @Nullable Object> document = document();
    Map<String, Object> answer = controller.client().ask("POST", target, document);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.write(answer));
    } else if (answer.get("differences") instanceof List<?> differences) {
      differences.forEach(one -> print(out, one));
      String what = differences.size() == 1 ? " difference" : " differences";
      out.println(
          differences.isEmpty()
              ? "nothing to do"
              : differences.size() + what + (dryRun ? "; nothing was done" : ", applied"));
    }
    PrintWriter err = spec.commandLine().getErr();
    if (document.get(ObjectKind.GROUP.plural()) instanceof List<?> groups) {
      groups.stream()
          .filter(Map.class::isInstance)
          .flatMap(group -> ObjectKind.GROUP.warning((Map<?, ?>) group).stream())
          .findFirst()
          .ifPresent(err::println);
    }
    return StandardOutput.afterPrinting(out, err);
  }

  private static void print(PrintWriter out, Object difference) {
    if (difference instanceof Map<?, ?> one) {
      String sign =
          switch (String.valueOf(one.get("action"))) {
            case "create" -> "+ ";
            case "delete" -> "- ";
            default -> "~ ";
          };
      out.println(sign + one.get("kind") + " " + one.get("name"));
      if (one.get("fields") instanceof List<?> fields) {
        fields.forEach(field -> out.println("    " + field));
      }
    }
  }

  private Map<String, @Nullable Object> document() {
    try {
      Object read =
          new Load(LoadSettings.builder().setLabel(file.toString()).build())
              .loadFromString(Files.readString(file));
      if (plain(read) instanceof Map<?, ?> map) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        map.forEach((key, value) -> document.put(String.valueOf(key), listed(value)));
        return document;
      }
      throw new Refusal(ExitCode.FAILED, file + " should have keys: networks, hosts, ports, ...");
    } catch (IOException e) {
      throw new Refusal(ExitCode.FAILED, "cannot read " + file + ": " + e.getMessage());
    } catch (YamlEngineException e) {
      throw new Refusal(ExitCode.FAILED, file + " is not YAML: " + e.getMessage());
    }
  }

  /** Objects by name as a list of objects that have names. */
  private static @Nullable Object listed(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> byName)) {
      return value;
    }
    List<Object> list = new ArrayList<>();
    byName.forEach((name, fields) -> {
      Map<String, @Nullable Object> object = new LinkedHashMap<>();
      object.put("name", String.valueOf(name));
      if (fields instanceof Map<?, ?> map) {
        map.forEach((key, inner) -> object.put(String.valueOf(key), inner));
      }
      list.add(object);
    });
    return list;
  }

  /** YAML's numbers as JSON's. */
  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        map.forEach((key, inner) -> object.put(String.valueOf(key), plain(inner)));
        yield object;
      }
      case List<?> list -> {
        List<@Nullable Object> items = new ArrayList<>();
        list.forEach(item -> items.add(plain(item)));
        yield items;
      }
      case Integer number -> (long) number;
      case null -> null;
      default -> value;
    };
  }
}
