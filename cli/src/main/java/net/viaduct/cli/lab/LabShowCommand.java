package net.viaduct.cli.lab;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import net.viaduct.cli.ExitCode;
import net.viaduct.lab.LabRecord;
import net.viaduct.lab.LabRegistry;
import net.viaduct.lab.link.LinkCounters;
import net.viaduct.lab.link.LinkDrop;
import net.viaduct.queueing.QueueCounters;
import net.viaduct.queueing.QueueDrop;
import net.viaduct.runtime.CounterValues;
import net.viaduct.runtime.CountersReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code viaduct lab show}. */
@Command(
    name = "show",
    description = "Shows what became of the frames on the links of a laboratory.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "LATE counts frames that left more than 0.1 ms after their time, because this machine was"
          + " busy: the emulation was not exact."
    })
final class LabShowCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE|NAME", description = "What was built, or its name.")
  private String what;

  @SuppressWarnings("NullAway.Init") // picocli sets it
  private LabShowCommand() {}

  @Override
  public Integer call() throws IOException {
    String name = LabDownCommand.name(what);
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Optional<LabRecord> lab = LabRegistry.ofUser().find(name);
    if (lab.isEmpty()) {
      err.println("viaduct: no laboratory of the name " + name + " is up");
      err.flush();
      return ExitCode.FAILED;
    }
    Path counters = lab.get().directory().resolve(LabPrograms.COUNTERS);
    if (!counters.toFile().exists()) {
      out.println(name + " has no links");
      out.flush();
      return ExitCode.DONE;
    }
    out.println("LINK              RECEIVED        SENT   DROPPED      LATE  WHY DROPPED");
    List<CounterValues> blocks = CountersReader.open(counters).snapshot().blocks();
    blocks.stream()
        .filter(block -> block.kind().equals(LinkCounters.LAYOUT.kind()))
        .forEach(link -> print(link, out));
    out.println();
    out.println("QUEUE                 RECEIVED        SENT   DROPPED    MARKED  WHY DROPPED");
    blocks.stream()
        .filter(block -> block.kind().equals(QueueCounters.LAYOUT.kind()))
        .forEach(queue -> printQueue(queue, out));
    out.flush();
    return ExitCode.DONE;
  }

  private static void print(CounterValues link, PrintWriter out) {
    Map<String, Long> values = link.values();
    StringBuilder why = new StringBuilder();
    long dropped = 0;
    for (LinkDrop drop : LinkDrop.ALL) {
      long count = values.getOrDefault("drop-" + drop.label(), 0L);
      dropped += count;
      if (count > 0) {
        why.append("  ").append(drop.label()).append(' ').append(count);
      }
    }
    out.println(
        String.format(
                Locale.ROOT,
                "%-14s %11d %11d %9d %9d",
                link.label(),
                values.getOrDefault("received-frames", 0L),
                values.getOrDefault("sent-frames", 0L),
                dropped,
                values.getOrDefault("late-frames", 0L))
            + why);
  }

  private static void printQueue(CounterValues queue, PrintWriter out) {
    Map<String, Long> values = queue.values();
    StringBuilder why = new StringBuilder();
    for (QueueDrop drop : QueueDrop.ALL) {
      long count = values.getOrDefault("drop-" + drop.label(), 0L);
      if (count > 0) {
        why.append("  ").append(drop.label()).append(' ').append(count);
      }
    }
    out.println(
        String.format(
                Locale.ROOT,
                "%-18s %11d %11d %9d %9d",
                queue.label(),
                values.getOrDefault("received-packets", 0L),
                values.getOrDefault("sent-packets", 0L),
                values.getOrDefault("dropped-packets", 0L),
                values.getOrDefault("marked-packets", 0L))
            + why);
  }
}
