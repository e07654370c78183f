package net.viaduct.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabTest {
  @TempDir private Path directory;

  @Test
  void shouldLeaveNothingBehind() {
    LabProcess sleeper;
    String prefix;
    try (Lab lab = LabProbe.open(directory)) {
      prefix = lab.prefix();
      LabSwitch underlay = new LabSwitch(lab, "sw", 1600);
      LabHost host = new LabHost(lab, underlay, "h1", IpAddress.parse("10.77.0.1"), 24);
      new Machine(lab, MachineSpec.numbered(1)).attachVeth(host, "port1");
      sleeper = lab.start("sleeper", host.namespace(), new ProcessBuilder("sleep", "600"));
      assertThat(NetNamespace.names()).contains(prefix + "-sw", prefix + "-h1", prefix + "-m1");
      assertThat(sleeper.isAlive()).isTrue();
    }
    assertThat(sleeper.isAlive()).isFalse();
    assertThat(sleeper.stop().isForced()).isFalse();
    assertThat(NetNamespace.names()).noneMatch(name -> name.startsWith(prefix + "-"));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void shouldRemoveTheRestWhenSomethingIsGoneAlready() {
    String prefix;
    try (Lab lab = LabProbe.open(directory)) {
      prefix = lab.prefix();
      lab.createNamespace("a");
      lab.createNamespace("b");
      NetNamespace.delete(prefix + "-a");
    }
    assertThat(NetNamespace.names()).noneMatch(name -> name.startsWith(prefix + "-"));
  }

  @Test
  void shouldRemoveTheRestAfterAFailure() {
    Lab lab = LabProbe.open(directory);
    String prefix = lab.prefix();
    lab.createNamespace("a");
    lab.closeWithLab(() -> {
      throw new IOException("does not close");
    });
    assertThatThrownBy(lab::close).hasMessageContaining("does not close");
    assertThat(NetNamespace.names()).noneMatch(name -> name.startsWith(prefix + "-"));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void shouldKillAProcessThatDoesNotEnd() throws Exception {
    String script = "trap '' TERM; echo trapped; while :; do sleep 0.1; done";
    Path ready = directory.resolve("ready");
    Process process = new ProcessBuilder("sh", "-c", script).redirectOutput(ready.toFile()).start();
    try {
      while (!content(ready).contains("trapped")) {
        Thread.onSpinWait();
      }
      LabProcess stubborn = new LabProcess("stubborn", process, Duration.ofMillis(200));
      assertThat(stubborn.stop().isForced()).isTrue();
      assertThat(stubborn.isAlive()).isFalse();
    } finally {
      process.destroyForcibly();
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void shouldCleanWhatAKilledRunLeft() throws Exception {
    LabRegistry registry = LabProbe.registry(directory);
    Process owner = new ProcessBuilder("sleep", "600").start();
    try {
      LabRecord abandoned = recordOf(registry, owner.pid(), "vdtest" + owner.pid());
      String name = abandoned.prefix() + "-h1";
      abandoned.addNamespace(name);
      try (NetNamespace left = NetNamespace.create(name)) {
        Process inside = left.start(new ProcessBuilder("sleep", "600"));
        abandoned.addProcess(ProcessIdentity.of(inside.pid()).orElseThrow());

        assertThat(registry.cleanAbandoned()).as("its owner is alive").isZero();
        assertThat(inside.isAlive()).isTrue();

        owner.destroyForcibly().waitFor();
        assertThat(registry.cleanAbandoned()).isEqualTo(1);
        assertThat(inside.waitFor()).isEqualTo(128 + 15);
        assertThat(NetNamespace.names()).doesNotContain(name);
        assertThat(registry.root()).doesNotExist();
      }
    } finally {
      owner.destroyForcibly();
    }
  }

  @Test
  void shouldNotTouchWhatIsNotItsOwn() throws Exception {
    LabRegistry registry = LabProbe.registry(directory);
    Process owner = new ProcessBuilder("true").start();
    ProcessIdentity dead = new ProcessIdentity(owner.pid(), 1);
    owner.waitFor();
    Process stranger = new ProcessBuilder("sleep", "600").start();
    String foreign = "vdtest-stranger" + ProcessHandle.current().pid();
    try (NetNamespace other = NetNamespace.create(foreign)) {
      Files.createDirectories(registry.root());
      Path directoryOfRun = Files.createDirectory(registry.root().resolve("vdtest" + dead.pid()));
      LabRecord forged = LabRecord.create(directoryOfRun, dead);
      forged.addNamespace(other.name());
      long startTicks = ProcessIdentity.of(stranger.pid()).orElseThrow().startTicks();
      forged.addProcess(new ProcessIdentity(stranger.pid(), startTicks + 1));

      assertThat(registry.cleanAbandoned()).isEqualTo(1);
      assertThat(NetNamespace.names()).contains(foreign);
      assertThat(stranger.isAlive()).isTrue();
    } finally {
      NetNamespace.delete(foreign);
      stranger.destroyForcibly();
    }
  }

  @Test
  void shouldStayWhenKeptUntilItIsCleaned() {
    LabRegistry registry = LabProbe.registry(directory);
    Lab lab = Lab.open(registry);
    String name = lab.prefix() + "-a";
    lab.createNamespace("a");
    lab.keep();
    lab.close();
    assertThat(NetNamespace.names()).contains(name);
    List<LabRecord> records = registry.records();
    assertThat(records).singleElement().satisfies(kept -> assertThat(kept.isKept()).isTrue());
    records.getFirst().clean();
    assertThat(NetNamespace.names()).doesNotContain(name);
  }

  @Test
  void shouldRemoveTheOneRunThatIsNamed() throws Exception {
    LabRegistry registry = LabProbe.registry(directory);
    Process owner = new ProcessBuilder("true").start();
    ProcessIdentity dead = new ProcessIdentity(owner.pid(), 1);
    owner.waitFor();
    Files.createDirectories(registry.root());
    for (String name : List.of("vd1a", "vd1b", "named")) {
      LabRecord.create(Files.createDirectory(registry.root().resolve(name)), dead).keep();
    }
    assertThat(registry.cleanUnnamed("vd1a")).isTrue();
    assertThat(registry.cleanUnnamed("vd1a")).isFalse();
    assertThat(registry.cleanUnnamed("named")).as("that is a laboratory").isFalse();
    assertThat(registry.records()).extracting(LabRecord::prefix).containsOnly("vd1b", "named");
    registry.takeDown("named");
    assertThat(registry.cleanAll()).isEqualTo(1);
  }

  @Test
  void shouldKeepWhatHasANameUntilThatIsTakenDown() throws Exception {
    LabRegistry registry = LabProbe.registry(directory);
    String name = "lt" + ProcessHandle.current().pid();
    Process owner = new ProcessBuilder("true").start();
    ProcessIdentity dead = new ProcessIdentity(owner.pid(), 1);
    owner.waitFor();
    Files.createDirectories(registry.root());
    Path directoryOfRun = Files.createDirectory(registry.root().resolve(name));
    LabRecord kept = LabRecord.create(directoryOfRun, dead);
    kept.keep();
    kept.addNamespace(name + "-a");
    try (NetNamespace made = NetNamespace.create(name + "-a")) {
      assertThat(registry.cleanAbandoned() + registry.cleanAll()).isZero();
      assertThatThrownBy(() -> Lab.open(registry, name)).hasMessageContaining("take it down first");
      assertThat(NetNamespace.names()).contains(made.name());
      assertThat(registry.takeDown(name)).isTrue();
      assertThat(NetNamespace.names()).doesNotContain(made.name());
      assertThat(registry.takeDown(name)).isFalse();
    } finally {
      NetNamespace.delete(name + "-a");
    }
  }

  private static LabRecord recordOf(LabRegistry registry, long pid, String prefix)
      throws IOException {
    Files.createDirectories(registry.root());
    Path own = Files.createDirectory(registry.root().resolve(prefix));
    return LabRecord.create(own, ProcessIdentity.of(pid).orElseThrow());
  }
}
