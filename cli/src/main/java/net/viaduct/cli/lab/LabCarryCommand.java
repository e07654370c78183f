package net.viaduct.cli.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Signals;
import net.viaduct.host.configfile.ConfigException;
import net.viaduct.lab.topology.LabLinks;
import net.viaduct.lab.topology.LabPlan;
import net.viaduct.runtime.CountersCapacity;
import net.viaduct.runtime.CountersFile;
import net.viaduct.runtime.DistinctErrors;
import net.viaduct.runtime.SystemClock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code viaduct lab carry}: the process that carries the links of a laboratory. */
@Command(
    name = "carry",
    hidden = true,
    description = "Carries the links of a laboratory, in the namespace where their ends are.")
final class LabCarryCommand implements Callable<Integer> {
  private static final int BLOCKS = 1_024;

  @Parameters(paramLabel = "FILE", description = "The laboratory.")
  private Path file;

  @Option(names = "--counters", required = true, description = "Where to count.")
  private Path counters;

  @Option(names = "--ready", required = true, description = "A file to make when all is ready.")
  private Path ready;

  @Option(names = "--seed", description = "Of what happens by chance.")
  private long seed = 1;

  @SuppressWarnings("NullAway.Init") // picocli sets the paths
  private LabCarryCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    LabPlan plan = LabFile.read(file);
    Signals signals = Signals.catchAll();
    SystemClock clock = new SystemClock();
    DistinctErrors errors = new DistinctErrors(clock);
    CountersCapacity capacity = CountersCapacity.forBlocks(BLOCKS);
    try (CountersFile kept = CountersFile.create(counters, capacity, clock, Instant.now());
        LabLinks links = LabLinks.start(plan, kept, errors, clock, seed)) {
      Files.createFile(ready);
      while (links.isRunning() && signals.next() == Signals.Kind.RELOAD) {
        change(links);
      }
    }
    errors.snapshot().forEach(System.err::println);
    return ExitCode.DONE;
  }

  /** Takes the links of the changed file over; what is wrong with it was told by who changed it. */
  private void change(LabLinks links) throws IOException {
    try {
      if (!links.change(LabFile.read(file))) {
        System.err.println("the links are changed too often");
      }
    } catch (ConfigException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
    }
    Files.deleteIfExists(LabPrograms.changeMark(file));
  }
}
