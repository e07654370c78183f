package net.viaduct.cli.experiment;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.viaduct.cli.lab.Amounts;
import net.viaduct.experiment.plan.Action;
import net.viaduct.experiment.plan.ExperimentPlan;
import net.viaduct.experiment.plan.LoadPlan;
import net.viaduct.experiment.plan.PhasePlan;
import net.viaduct.experiment.plan.ResponderPlan;
import net.viaduct.experiment.plan.StreamPlan;
import net.viaduct.experiment.plan.VariantPlan;
import net.viaduct.experiment.serve.Protocol;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.SettingsFile;
import net.viaduct.host.configfile.Value;

/** Reads files of experiments. Owned by the thread that reads. */
final class ExperimentFile {
  private static final IntRange REPETITIONS = new IntRange("a number of repetitions", 1, 1_000);
  private static final long USUAL_DURATION_NS = 10_000_000_000L;
  private static final int NANO_DIGITS = 9;

  private final Path file;
  private final String source;

  private ExperimentFile(Path file, String source) {
    this.file = file;
    this.source = source;
  }

  /**
   * Reads a file.
   *
   * @throws net.viaduct.host.configfile.ConfigException with all that is wrong
   */
  static ExperimentPlan read(Path file) {
    return SettingsFile.read(file, root -> new ExperimentFile(file, source(file)).read(root));
  }

  private static String source(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  private Optional<ExperimentPlan> read(Section root) {
    String usualName = String.valueOf(file.getFileName()).replaceFirst("\\.ya?ml$", "");
    String name = root.get("name").flatMap(Value::text).orElse(usualName);
    long duration = root.get("duration").flatMap(v -> v.as(Amounts::ns)).orElse(USUAL_DURATION_NS);
    int repetitions = root.get("repetitions").flatMap(v -> v.integer(REPETITIONS)).orElse(1);
    int port =
        root.get("port").flatMap(v -> v.integer(IntRange.UDP_PORT)).orElse(Protocol.USUAL_PORT);
    FlowReader flows = new FlowReader(root.get("to").flatMap(Value::address), port);
    String place = root.get("from").flatMap(Value::text).orElse("");
    Optional<ResponderPlan> responder =
        root.get("responder")
            .flatMap(Value::text)
            .map(namespace -> new ResponderPlan(namespace, port));
    List<StreamPlan> streams = new ArrayList<>();
    each(root, "streams", (each, section) -> flows.stream(each, section).ifPresent(streams::add));
    List<LoadPlan> loads = new ArrayList<>();
    each(root, "loads", (each, section) -> flows.load(each, section).ifPresent(loads::add));
    List<PhasePlan> phases = new ArrayList<>();
    for (Value item : root.items("phases")) {
      item.section().flatMap(this::phase).ifPresent(phases::add);
    }
    phases.sort(Comparator.comparingLong(PhasePlan::atNs));
    List<VariantPlan> variants = new ArrayList<>();
    each(root, "variants", (each, section) -> variants.add(variant(each, section)));
    if (streams.isEmpty() && loads.isEmpty()) {
      root.wrong("there are neither streams nor loads");
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ExperimentPlan(
              name,
              duration,
              place,
              responder,
              streams,
              loads,
              phases,
              variants,
              repetitions,
              source));
    } catch (IllegalArgumentException e) {
      root.wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private interface Entry {
    void read(String name, Section section);
  }

  private static void each(Section root, String key, Entry entry) {
    for (Map.Entry<String, Value> each : root.section(key).map(Section::all).orElse(List.of())) {
      each.getValue().section().ifPresent(section -> entry.read(each.getKey(), section));
    }
  }

  private Optional<PhasePlan> phase(Section section) {
    Optional<Long> at = section.need("at", "when, such as 10s").flatMap(v -> v.as(Amounts::ns));
    Optional<String> name = section.get("name").flatMap(Value::text);
    Optional<Action> action = action(section);
    section.noMore();
    return at.flatMap(
        when -> action.map(what -> new PhasePlan(name.orElse("at " + seconds(when)), when, what)));
  }

  private static String seconds(long ns) {
    return BigDecimal.valueOf(ns, NANO_DIGITS).stripTrailingZeros().toPlainString() + " s";
  }

  private VariantPlan variant(String name, Section section) {
    List<Action> before = new ArrayList<>();
    for (Value item : section.items("before")) {
      Optional<Section> step = item.section();
      step.flatMap(this::action).ifPresent(before::add);
      step.ifPresent(Section::noMore);
    }
    String congestion = section.get("congestion").flatMap(Value::text).orElse("");
    String place = section.get("from").flatMap(Value::text).orElse("");
    String against = section.get("against").flatMap(Value::text).orElse("");
    section.noMore();
    return new VariantPlan(name, before, congestion, place, against);
  }

  private Optional<Action> action(Section section) {
    Optional<String> command = section.get("command").flatMap(Value::text);
    Optional<Path> install = section.get("install").flatMap(v -> v.as(this::beside));
    Optional<Path> over = section.get("over").flatMap(v -> v.as(Path::of));
    Optional<Path> socket = section.get("socket").flatMap(v -> v.as(Path::of));
    if (command.isPresent() == install.isPresent()) {
      section.wrong("says not what is done; 'command: ...' or 'install: FILE'");
      return Optional.empty();
    }
    if (command.isPresent()) {
      return Optional.of(new Action.Command(command.get()));
    }
    if (over.isEmpty() || socket.isEmpty()) {
      section.wrong("'install' needs 'over', the host's configuration, and 'socket', its socket");
      return Optional.empty();
    }
    return install.map(f -> new Action.Install(f, over.get(), socket.get()));
  }

  /** Files that are named without a directory lie beside the experiment. */
  private Path beside(String text) {
    Path named = file.resolveSibling(text);
    if (!Files.isReadable(named)) {
      throw new IllegalArgumentException("there is no file " + named);
    }
    return named;
  }
}
