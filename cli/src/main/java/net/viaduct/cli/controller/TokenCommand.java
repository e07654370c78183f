package net.viaduct.cli.controller;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.cli.Json;
import net.viaduct.cli.Row;
import net.viaduct.cli.StandardOutput;
import net.viaduct.cli.Table;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct token}. */
@Command(
    name = "token",
    description = "Creates, lists or revokes tokens with which machines become hosts.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "  viaduct token create                        for one machine, within an hour",
      "  viaduct token create --reusable --life 8h   for many",
      "  viaduct token create --host h1              for h1, also if it joined before",
      "  viaduct token revoke 3f09c1d2e4b5",
      "",
      "A token is a secret: whoever has it can join. It is printed once."
    })
public final class TokenCommand implements Callable<Integer> {
  private static final Pattern LIFE = Pattern.compile("([0-9]{1,6})([smhd])");

  @Spec private CommandSpec spec;
  @Mixin private ControllerOptions controller;

  @Parameters(index = "0", paramLabel = "VERB", description = "create, list or revoke.")
  private String verb = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ID",
      description = "Which one to revoke, as 'list' tells it.")
  private @Nullable String id;

  @Option(
      names = "--life",
      paramLabel = "TIME",
      description = "For how long it is good: 30m, 8h, 7d; default: 1h.")
  private String life = "1h";

  @Option(names = "--uses", paramLabel = "N", description = "How often; default: once.")
  private @Nullable Integer uses;

  @Option(names = "--reusable", description = "Any number of times, until it expires.")
  private boolean reusable;

  @Option(names = "--host", paramLabel = "NAME", description = "Only for a host of this name.")
  private @Nullable String host;

  @Option(names = "--json", description = "Prints JSON, as the API answers.")
  private boolean json;

  private TokenCommand() {
    controller = new ControllerOptions();
  }

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    switch (verb) {
      case "create" -> {
        Map<String, Object> made = controller.client().ask("POST", target(""), body());
        out.println(json ? Json.write(made) : String.valueOf(made.get("token")));
      }
      case "list" -> list(out);
      case "revoke" -> {
        if (id == null) {
          throw new ParameterException(spec.commandLine(), "revoke which? 'list' tells the ids");
        }
        String encoded = URLEncoder.encode(id, StandardCharsets.UTF_8);
        Map<String, Object> done = controller.client().ask("DELETE", target("/" + encoded), null);
        out.println(json ? Json.write(done) : "revoked token " + id);
      }
      default ->
          throw new ParameterException(
              spec.commandLine(), "'" + verb + "'? There is: create, list, revoke");
    }
    return StandardOutput.afterPrinting(out, spec.commandLine().getErr());
  }

  private static String target(String rest) {
    return "/api/v1/join-tokens" + rest;
  }

  private Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("lifeSeconds", seconds());
    if (reusable) {
      body.put("reusable", true);
    }
    if (uses != null) {
      body.put("uses", uses);
    }
    if (host != null) {
      body.put("host", host);
    }
    return body;
  }

  private long seconds() {
    Matcher parts = LIFE.matcher(life);
    if (!parts.matches()) {
      throw new ParameterException(
          spec.commandLine(), "--life: '" + life + "' is not a time such as 30m, 8h or 7d");
    }
    long amount = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "s" -> amount;
      case "m" -> Duration.ofMinutes(amount).toSeconds();
      case "h" -> Duration.ofHours(amount).toSeconds();
      default -> Duration.ofDays(amount).toSeconds();
    };
  }

  private void list(PrintWriter out) {
    Map<String, Object> answer = controller.client().ask("GET", target(""), null);
    if (json) {
      out.println(Json.write(answer));
      return;
    }
    List<String> titles = List.of("ID", "EXPIRES", "USES LEFT", "HOST");
    Table table = new Table(titles, titles.stream().map(_ -> false).toList());
    if (answer.get("items") instanceof List<?> items) {
      for (Object item : items) {
        if (item instanceof Map<?, ?> map) {
          Row row = new Row(map);
          table.add(
              List.of(
                  row.text("id"),
                  row.text("expiresAt"),
                  map.containsKey("usesLeft") ? row.text("usesLeft") : "any",
                  row.text("host")));
        }
      }
    }
    if (table.isEmpty()) {
      out.println("no tokens");
    } else {
      table.lines().forEach(out::println);
    }
  }
}
