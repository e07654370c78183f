import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Prints which requirement is met by which tests: those that name it, with how they ended when they
 * ran last. Run by {@code ./test --requirements}; ends with 1 if a requirement has no test or one
 * that failed.
 */
final class Requirements {
  private static final Pattern ROW = Pattern.compile("\\| (R\\d+) \\| ([^|]+) \\|.*");
  private static final Pattern TAG = Pattern.compile("@Tag\\(\"([RP]\\d+)\"\\)");
  private static final Pattern DISPLAY =
      Pattern.compile("@DisplayName\\(\\s*\"([RP]\\d[^:\"]*)[:\"]");
  private static final Pattern NUMBER = Pattern.compile("([RP])(\\d+)(?:\\s+to\\s+[RP]?(\\d+))?");
  private static final Pattern CLASS =
      Pattern.compile(
          "^(?:public |abstract |final )*(?:class|interface) (\\w+)(?:.* (?:extends|implements)"
              + " ([\\w, ]+))?");
  private static final Pattern METHOD =
      Pattern.compile(
          "^  (?:public |protected |default |final |private )*(?:void|[A-Z]\\S*) (\\w+)\\(.*");
  private static final Pattern CASE =
      Pattern.compile(
          "<testcase name=\"([^\"(\\[{]+)[^\"]*\""
              + " classname=\"([^\"]+)\"[^>]*?(/?)>(?=(?:\\s*<(\\w+))?)");

  /** A test method in the sources. */
  private record Test(String module, String type, String method) {}

  private final Map<String, TreeSet<String>> named = new TreeMap<>();
  private final Map<String, List<Test>> tests = new LinkedHashMap<>();
  private final Map<String, String> parents = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> results = new TreeMap<>();

  public static void main(String[] arguments) throws IOException {
    System.exit(new Requirements().report(Path.of(arguments.length > 0 ? arguments[0] : ".")));
  }

  private int report(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = root.relativize(file).toString();
        if (name.matches("[\\w-]+/src/test/java/.*\\.java")) {
          read(name.substring(0, name.indexOf('/')), Files.readAllLines(file));
        } else if (name.matches(".*target/surefire-reports/TEST-.*\\.xml")) {
          readReport(Files.readString(file));
        }
      }
    }
    int unmet = 0;
    int asked = 0;
    for (String line : Files.readAllLines(root.resolve("docs/requirements.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        asked++;
        unmet += print(row.group(1), row.group(2)) ? 0 : 1;
      }
    }
    System.out.println();
    System.out.println("Besides, what users suffer from:");
    tests.keySet().stream()
        .filter(number -> number.startsWith("P"))
        .sorted((a, b) ->
            Integer.compare(Integer.parseInt(a.substring(1)), Integer.parseInt(b.substring(1))))
        .forEach(number -> print(number, ""));
    System.out.println();
    System.out.printf(
        "%d of %d requirements are named by tests that did not fail%n", asked - unmet, asked);
    if (results.isEmpty()) {
      System.out.println("no test has run here yet: ./test tells how they end");
    }
    return unmet == 0 ? 0 : 1;
  }

  private boolean print(String number, String what) {
    List<Test> all = tests.getOrDefault(number, List.of());
    boolean failed = all.stream().anyMatch(test -> result(test).equals("FAILED"));
    boolean passed = all.stream().anyMatch(test -> result(test).equals("passed"));
    String verdict = all.isEmpty() ? "NO TEST" : failed ? "FAILED" : passed ? "met" : "named";
    System.out.printf("%-4s %-7s %s%n", number, verdict, what);
    for (Test test : all) {
      System.out.printf(
          "       %-10s %s.%s  %s%n", test.module(), test.type(), test.method(), result(test));
    }
    return !all.isEmpty() && !failed;
  }

  /** How a test ended, here or in a class that inherits it. */
  private String result(Test test) {
    Map<String, String> ended = results.getOrDefault(test.method(), Map.of());
    List<String> here = new ArrayList<>();
    ended.forEach((type, result) -> {
      if (inherits(type, test.type())) {
        here.add(result);
      }
    });
    return here.contains("FAILED")
        ? "FAILED"
        : here.contains("passed") ? "passed" : here.isEmpty() ? "not run" : "skipped";
  }

  private boolean inherits(String type, String ancestor) {
    String at = type;
    for (int depth = 0; at != null && depth < 8; depth++) {
      if (at.equals(ancestor)) {
        return true;
      }
      at = parents.get(at);
    }
    return false;
  }

  private void read(String module, List<String> lines) {
    String type = null;
    List<String> ofClass = List.of();
    StringBuilder pending = new StringBuilder();
    for (String line : lines) {
      Matcher begins = CLASS.matcher(line);
      Matcher method = METHOD.matcher(line);
      if (type == null && begins.find()) {
        type = begins.group(1);
        if (begins.group(2) != null) {
          parents.put(type, begins.group(2).split(",")[0].strip());
        }
        ofClass = numbers(pending.toString());
        pending.setLength(0);
      } else if (type != null && method.matches()) {
        boolean isTest =
            pending.toString().matches("(?s).*@(Test|ParameterizedTest|RepeatedTest)\\b.*");
        if (isTest) {
          TreeSet<String> all = new TreeSet<>(ofClass);
          all.addAll(numbers(pending.toString()));
          Test test = new Test(module, type, method.group(1));
          all.forEach(number -> tests.computeIfAbsent(number, _ -> new ArrayList<>()).add(test));
        }
        pending.setLength(0);
      } else if (line.isBlank()) {
        pending.setLength(0);
      } else {
        pending.append(line).append('\n');
      }
    }
  }

  private static List<String> numbers(String annotations) {
    List<String> numbers = new ArrayList<>();
    TAG.matcher(annotations).results().forEach(tag -> numbers.add(tag.group(1)));
    DISPLAY
        .matcher(annotations)
        .results()
        .forEach(display -> {
          for (var each : NUMBER.matcher(display.group(1)).results().toList()) {
            int from = Integer.parseInt(each.group(2));
            int to = each.group(3) == null ? from : Integer.parseInt(each.group(3));
            for (int i = from; i <= to; i++) {
              numbers.add(each.group(1) + i);
            }
          }
        });
    return numbers;
  }

  private void readReport(String xml) {
    Matcher each = CASE.matcher(xml);
    while (each.find()) {
      String type = each.group(2).replaceAll(".*\\.|\\[.*", ""); // [2] is a class's second round
      String inner = each.group(3).isEmpty() ? String.valueOf(each.group(4)) : "";
      String result =
          switch (inner) {
            case "failure", "error" -> "FAILED";
            case "skipped" -> "skipped";
            default -> "passed";
          };
      results
          .computeIfAbsent(each.group(1), _ -> new TreeMap<>())
          .merge(
              type,
              result,
              (a, b) ->
                  a.equals("FAILED") || b.equals("FAILED") ? "FAILED" : a.equals("passed") ? a : b);
    }
  }
}
