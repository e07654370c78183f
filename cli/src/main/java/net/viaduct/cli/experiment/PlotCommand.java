package net.viaduct.cli.experiment;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.experiment.samples.ResultFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct experiment plot}. */
@Command(
    name = "plot",
    description = "Tells the numbers of a file of results again, and draws its pictures.",
    mixinStandardHelpOptions = true)
final class PlotCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "What 'viaduct experiment run' wrote.")
  private Path file;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "STEM",
      description = "What the names of pictures begin with; default: the file's, without its end.")
  private @Nullable Path stem;

  @Option(names = "--no-pictures", description = "Only the numbers and the page.")
  private boolean noPictures;

  @SuppressWarnings("NullAway.Init") // picocli sets the file
  private PlotCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    try {
      ResultFile results = ResultFile.read(file);
      Path to = stem == null ? RunOutput.stemOf(file) : stem;
      RunOutput.tell(results, to, !noPictures, out, err);
      return ExitCode.DONE;
    } catch (IOException e) {
      err.println("viaduct: " + RunOutput.words(e));
      return ExitCode.FAILED;
    } finally {
      out.flush();
      err.flush();
    }
  }
}
