package net.viaduct.cli.controller;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import net.viaduct.cli.Json;
import net.viaduct.cli.Row;
import net.viaduct.cli.StandardOutput;
import net.viaduct.cli.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct network|host|port|station|group}: one of them for each kind of object. */
@Command(
    description = "Lists, shows, creates, changes or deletes what a controller has.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "  viaduct network create blue vni=100 subnets=10.0.0.0/24",
      "  viaduct port create vm1 network=blue mac=02:00:00:00:00:01 host=h1",
      "  viaduct port set vm1 host=h2 ips=10.0.0.5,10.0.0.6 labels.owner=anna",
      "  viaduct port set vm1 host=            takes a value away",
      "  viaduct port list network=blue        only those",
      "  viaduct station show blue/02:00:00:00:00:02",
      "  viaduct port move vm1 --to h2         without losing a frame",
      "  viaduct host revoke h1                puts it out, and tells the others",
      "",
      "Fields are those of the API; docs/controller.md tells them."
    })
public final class ObjectCommand implements Callable<Integer> {
  private final ObjectKind kind;

  @Spec private CommandSpec spec;
  @Mixin private ControllerOptions controller;
  @Mixin private PortMove move;

  @Parameters(
      index = "0",
      paramLabel = "VERB",
      description = "list, show, create, set or delete; revoke for a host, move for a port.")
  private String verb = "";

  @Parameters(
      index = "1..*",
      paramLabel = "NAME | FIELD=VALUE",
      description = "Which one, and what of it.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--json", description = "Prints JSON, as the API answers.")
  private boolean json;

  private ObjectCommand(ObjectKind kind) {
    this.kind = kind;
    this.controller = new ControllerOptions();
    this.move = new PortMove();
  }

  /**
   * Adds the command of each kind to a program, unless its arguments name another one: making them
   * costs time that other commands need not spend.
   */
  public static void addTo(CommandLine program, String... arguments) {
    String first = arguments.length == 0 ? "" : arguments[0];
    if (program.getSubcommands().containsKey(first) || first.equals("--version")) {
      return;
    }
    for (ObjectKind kind : ObjectKind.values()) {
      CommandLine line = new CommandLine(new ObjectCommand(kind));
      line.getCommandSpec()
          .usageMessage()
          .description(kind.plural() + " of a controller: " + String.join(", ", verbs(kind)) + ".");
      program.addSubcommand(kind.word(), line);
    }
  }

  /** What can be done with objects of a kind. */
  private static List<String> verbs(ObjectKind kind) {
    List<String> verbs = new ArrayList<>(List.of("list", "show", "create", "set", "delete"));
    if (kind == ObjectKind.HOST) {
      verbs.add("revoke");
    }
    if (kind == ObjectKind.PORT) {
      verbs.add("move");
    }
    return verbs;
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    switch (verb) {
      case "list" -> list(out);
      case "show" -> tell(out, ask("GET", target(name()), null));
      case "create" -> create(out);
      case "set" -> {
        Map<String, @Nullable Object> fields = fields(1);
        tell(out, ask("PATCH", target(name()), fields));
        kind.warning(fields).ifPresent(spec.commandLine().getErr()::println);
      }
      case "delete" -> {
        Map<String, Object> done = ask("DELETE", target(name()), null);
        out.println(json ? Json.write(done) : "deleted " + kind.word() + " " + name());
      }
      case "revoke" -> {
        if (kind != ObjectKind.HOST) {
          throw new ParameterException(spec.commandLine(), "only a host can be revoked");
        }
        Map<String, Object> done = ask("DELETE", "/api/v1/members/" + word(name()), null);
        out.println(json ? Json.write(done) : "revoked host " + name());
      }
      case "move" -> {
        if (kind != ObjectKind.PORT) {
          throw new ParameterException(spec.commandLine(), "only a port can move");
        }
        String mistake = move.mistake();
        if (mistake != null) {
          throw new ParameterException(spec.commandLine(), mistake);
        }
        move.run(name(), controller.client(), System::nanoTime, json, out);
      }
      default ->
          throw new ParameterException(
              spec.commandLine(), "'" + verb + "'? There is: " + String.join(", ", verbs(kind)));
    }
    return StandardOutput.afterPrinting(out, spec.commandLine().getErr());
  }

  private Map<String, Object> ask(
      String method, String target, @Nullable Map<String, @Nullable Object> body) {
    return controller.client().ask(method, target, body);
  }

  private String name() {
    if (words.isEmpty() || words.getFirst().contains("=")) {
      throw new ParameterException(
          spec.commandLine(), "which " + kind.word() + "? Its name comes after '" + verb + "'");
    }
    return words.getFirst();
  }

  private static String word(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8);
  }

  private String target(String name) {
    StringBuilder target = new StringBuilder("/api/v1/" + kind.plural());
    for (String part : name.split("/", -1)) {
      target.append('/').append(URLEncoder.encode(part, StandardCharsets.UTF_8));
    }
    return target.toString().replace("%3A", ":");
  }

  private void create(PrintWriter out) {
    boolean named = !words.isEmpty() && !words.getFirst().contains("=");
    Map<String, @Nullable Object> body = new LinkedHashMap<>();
    if (named && kind == ObjectKind.STATION) {
      String[] parts = words.getFirst().split("/", 2);
      body.put("network", parts[0]);
      body.put("mac", parts.length > 1 ? parts[1] : "");
    } else if (named) {
      body.put("name", words.getFirst());
    }
    body.putAll(fields(named ? 1 : 0));
    tell(out, ask("POST", "/api/v1/" + kind.plural(), body));
    kind.warning(body).ifPresent(spec.commandLine().getErr()::println);
  }

  private Map<String, @Nullable Object> fields(int from) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (String word : words.subList(from, words.size())) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(spec.commandLine(), "'" + word + "' should be FIELD=VALUE");
      }
      put(fields, word.substring(0, equals), word.substring(equals + 1), word.substring(0, equals));
    }
    return fields;
  }

  /** Puts a value at a path: {@code flood.group}. */
  private static void put(
      Map<String, @Nullable Object> into, String path, String text, String whole) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      into.put(path, text.isEmpty() ? null : ObjectKind.value(whole, text));
      return;
    }
    String first = path.substring(0, dot);
    Map<String, @Nullable Object> inner = new LinkedHashMap<>();
    if (into.get(first) instanceof Map<?, ?> before) {
      before.forEach((key, value) -> inner.put(String.valueOf(key), value));
    }
    put(inner, path.substring(dot + 1), text, whole);
    into.put(first, inner);
  }

  private void list(PrintWriter out) {
    StringBuilder filter = new StringBuilder();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(spec.commandLine(), "'" + word + "' should be FIELD=VALUE");
      }
      filter
          .append('&')
          .append(URLEncoder.encode(word.substring(0, equals), StandardCharsets.UTF_8));
      filter
          .append('=')
          .append(URLEncoder.encode(word.substring(equals + 1), StandardCharsets.UTF_8));
    }
    List<Object> items = new ArrayList<>();
    Map<String, Object> whole = new LinkedHashMap<>();
    String cursor = "";
    do {
      String target = "/api/v1/" + kind.plural() + "?limit=1000" + filter + cursor;
      Map<String, Object> page = ask("GET", target, null);
      whole.putIfAbsent("revision", page.getOrDefault("revision", 0L));
      if (page.get("items") instanceof List<?> some) {
        items.addAll(some);
      }
      cursor = page.containsKey("cursor") ? "&cursor=" + page.get("cursor") : "";
    } while (!cursor.isEmpty());
    whole.put("items", items);
    if (json) {
      out.println(Json.write(whole));
    } else {
      print(out, items);
    }
  }

  private void print(PrintWriter out, List<Object> items) {
    List<String> titles = kind.titles();
    Table table = new Table(titles, titles.stream().map(_ -> false).toList());
    for (Object item : items) {
      if (item instanceof Map<?, ?> map) {
        table.add(kind.cells(new Row(map)));
      }
    }
    if (table.isEmpty()) {
      out.println("no " + kind.plural());
    } else {
      table.lines().forEach(out::println);
    }
  }

  /** Prints an object; what will not work as it is meant goes to those who read errors. */
  private void tell(PrintWriter out, Map<String, Object> object) {
    if (object.get("warnings") instanceof List<?> warnings) {
      warnings.forEach(it -> spec.commandLine().getErr().println("warning: " + it));
    }
    if (json) {
      out.println(Json.write(object));
      return;
    }
    Table table = new Table(List.of("FIELD", "VALUE"), List.of(false, false));
    object.forEach((field, value) -> {
      if (field.equals("observed") && value instanceof Map<?, ?> observed) {
        addObserved(table, field, observed);
      } else if (!field.equals("warnings")) {
        table.add(List.of(field, words(value)));
      }
    });
    table.lines().forEach(out::println);
  }

  /** What is observed has much of it: a row for each value, and for each of several sentences. */
  private static void addObserved(Table table, String path, Map<?, ?> observed) {
    observed.forEach((field, value) -> {
      String name = path + "." + field;
      switch (value) {
        case Map<?, ?> inner -> addObserved(table, name, inner);
        case List<?> list when name.equals("observed.troubles") ->
            list.forEach(it -> table.add(List.of(name, String.valueOf(it))));
        case null -> table.add(List.of(name, ""));
        default -> table.add(List.of(name, words(value)));
      }
    });
  }

  private static String words(@Nullable Object value) {
    return switch (value) {
      case List<?> list -> String.join(" ", list.stream().map(String::valueOf).toList());
      case Map<?, ?> map -> {
        List<String> parts = new ArrayList<>();
        map.forEach((key, inner) -> parts.add(key + "=" + inner));
        yield String.join(" ", parts);
      }
      case null -> "";
      default -> value.toString();
    };
  }
}
