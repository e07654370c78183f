package net.viaduct.cli.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import net.viaduct.experiment.picture.HtmlReport;
import net.viaduct.experiment.picture.Pictures;
import net.viaduct.experiment.report.TextReport;
import net.viaduct.experiment.samples.ResultFile;

/** Numbers, pictures and the page of results. Stateless. */
final class RunOutput {
  private RunOutput() {}

  /** The file's name without its ending. */
  static Path stemOf(Path file) {
    String name = String.valueOf(file.getFileName()).replaceFirst("\\.csv(\\.gz)?$", "");
    return file.resolveSibling(name);
  }

  /** Where samples of an experiment go that nobody named: never over those of an earlier run. */
  static Path unused(String name) {
    Path file = Path.of(name + ".csv");
    for (int i = 2; Files.exists(file); i++) {
      file = Path.of(name + "-" + i + ".csv");
    }
    return file;
  }

  /** Prints the numbers, and makes the rest. */
  static void tell(
      ResultFile results, Path stem, boolean pictures, PrintWriter out, PrintWriter err)
      throws IOException {
    TextReport.lines(results).forEach(out::println);
    out.println();
    out.flush();
    Path page = Path.of(stem + ".html");
    HtmlReport.write(results, page);
    out.println("page      " + page);
    if (!pictures) {
      return;
    }
    Optional<String> whyNot = Pictures.whyNot();
    if (whyNot.isPresent()) {
      err.println("viaduct: no pictures: " + whyNot.get());
      return;
    }
    for (Path file : new Pictures(results).draw(stem)) {
      out.println("picture   " + file);
    }
  }

  /** What an exception says, for a person. */
  static String words(Exception e) {
    if (e instanceof NoSuchFileException) {
      return "there is no file " + e.getMessage();
    }
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }
}
