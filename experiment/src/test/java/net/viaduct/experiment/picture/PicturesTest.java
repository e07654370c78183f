package net.viaduct.experiment.picture;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import net.viaduct.experiment.Plans;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.VariantPlan;
import net.viaduct.experiment.samples.LoadSample;
import net.viaduct.experiment.samples.Outcome;
import net.viaduct.experiment.samples.PhaseMark;
import net.viaduct.experiment.samples.ProbeSample;
import net.viaduct.experiment.samples.ResultFile;
import net.viaduct.experiment.samples.ResultWriter;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PicturesTest {
  @TempDir private Path directory;

  private ResultFile results(String name, boolean empty) throws IOException {
    Path file = directory.resolve("x.csv");
    ExperimentPlan plan =
        Plans.of(name, List.of(VariantPlan.of("A", List.of()), VariantPlan.of("B", List.of())), 3);
    Random random = new Random(2);
    try (ResultWriter writer = new ResultWriter(file, plan)) {
      for (ExperimentPlan.Run run : plan.runs()) {
        writer.run(run, "now");
        if (!empty) {
          boolean slow = run.variant().orElseThrow().name().equals("A");
          samples(writer, random, slow ? 100 : 10);
        }
      }
      writer.ended("complete");
    }
    return ResultFile.read(file);
  }

  private static void samples(ResultWriter writer, Random random, double ms) {
    for (int i = 0; i < 400; i++) {
      long at = i * 10 * Plans.MS;
      long took = Math.round((ms + 5 * random.nextDouble()) * 1e6);
      writer.probe(
          new ProbeSample("<ping>", "icmp", i, at, took, ProbeSample.UNKNOWN, Outcome.ANSWERED));
      if (i % 10 == 0) {
        writer.load(
            new LoadSample("up", "tcp", at, 10 + i, 20, 1, 0, 1e7, i * 12_500L, i * 12_500L));
      }
      if (i == 200) {
        writer.phase(new PhaseMark("</script>", at, ""));
      } else if (i == 250) {
        writer.phase(new PhaseMark("<ping>", at, "")); // as the stream is called
      } else if (i == 300) {
        writer.phase(new PhaseMark("</script>", at, "")); // once more
      }
    }
  }

  @Test
  void shouldDrawWhatWasMeasured() throws IOException {
    Optional<String> whyNot = Pictures.whyNot();
    Assumptions.assumeTrue(whyNot.isEmpty(), () -> whyNot.orElse(""));
    List<Path> files = new Pictures(results("both", false)).draw(directory.resolve("p"));
    assertThat(files)
        .extracting(file -> String.valueOf(file.getFileName()))
        .containsExactly(
            "p-time.png", "p-time.svg",
            "p-cdf.png", "p-cdf.svg",
            "p-box.png", "p-box.svg",
            "p-before-after.png", "p-before-after.svg",
            "p-rate.png", "p-rate.svg",
            "p-cwnd.png", "p-cwnd.svg",
            "p-srtt.png", "p-srtt.svg",
            "p-retransmits.png", "p-retransmits.svg");
    for (Path file : files) {
      if (file.toString().endsWith(".png")) {
        BufferedImage image = ImageIO.read(file.toFile());
        assertThat(colours(image)).as("colours in %s", file).isGreaterThan(3);
      } else {
        String text = Files.readString(file).strip();
        assertThat(text.contains("<svg") && text.endsWith("</svg>")).as("%s", file).isTrue();
      }
    }
  }

  private static long colours(BufferedImage image) {
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return java.util.Arrays.stream(pixels).distinct().count();
  }

  @Test
  void shouldDrawEvenWhenNothingWasMeasured() throws IOException {
    Optional<String> whyNot = Pictures.whyNot();
    Assumptions.assumeTrue(whyNot.isEmpty(), () -> whyNot.orElse(""));
    assertThat(new Pictures(results("none", true)).draw(directory.resolve("p"))).isNotEmpty();
    HtmlReport.write(results("none", true), directory.resolve("p.html"));
  }

  @Test
  void shouldMakeAPageThatNeedsNothingElse() throws IOException {
    Path page = directory.resolve("p.html");
    HtmlReport.write(results("<b>@DATA@", false), page);
    String text = Files.readString(page);
    assertThat(List.of(text))
        .allSatisfy(it ->
            assertThat(it)
                .contains(
                    "&lt;b&gt;@DATA@",
                    "uPlot",
                    "The MIT License",
                    "Round-trip time",
                    "u003c/script>")
                .contains("the same within noise")
                .doesNotContain("<b>@", "@PLAN@", "src=", "href=", "import ", "fetch("));
    assertThat(text.split("</script>", -1)).as("only our own scripts end").hasSize(3);
    List<String> tops =
        Pattern.compile("\"title\":\"Round-trip time, [AB]\".*?\"top\":([0-9.]+)")
            .matcher(text)
            .results()
            .map(found -> found.group(1))
            .toList();
    assertThat(tops).as("variants are seen by the same scale").hasSizeGreaterThan(1);
    assertThat(tops).containsOnly(tops.getFirst()).doesNotContain("0.0000");
  }
}
