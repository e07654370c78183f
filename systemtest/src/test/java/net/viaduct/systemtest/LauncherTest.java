package net.viaduct.systemtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher and its AOT cache, in a copy of what was built. */
final class LauncherTest {
  private static final String PROGRAM = "net.viaduct.cli.Viaduct source: ";
  private static final String FROM_CACHE = PROGRAM + "shared objects file";
  private static final String FROM_JAR = PROGRAM + "file:";

  @TempDir private Path home;

  @BeforeEach
  void copyWhatWasBuilt() throws Exception {
    Path from = SystemLab.launcher().getParent();
    Path app = from.resolve("cli/target");
    Assumptions.assumeTrue(
        Files.exists(app.resolve("classpath")), "./viaduct was not built; ./test builds it");
    for (String file : List.of("viaduct", "build/jdk.sh", "build/jvm.sh")) {
      copy(from.resolve(file), home.resolve(file));
    }
    try (Stream<Path> files = Files.walk(app, 2)) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        copy(jar, home.resolve(from.relativize(jar)));
      }
    }
    Path classPath = home.resolve("cli/target/classpath");
    String paths = Files.readString(app.resolve("classpath"));
    Files.writeString(classPath, paths.replace(from.toString(), home.toString()));
    assertThat(run("bash", "-c", ". build/jdk.sh; find_jdk; . build/jvm.sh; train cli/target log"))
        .isEmpty();
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
  }

  /** Runs something in the copy; what it printed. */
  private String run(String... command) throws Exception {
    Path output = home.resolve("output");
    ProcessBuilder builder = new ProcessBuilder(command).directory(home.toFile());
    builder.environment().put("VIADUCT_BUILT", "1");
    builder
        .environment()
        .put("VIADUCT_JVM", "-Xlog:class+load=info:file=" + home.resolve("loaded"));
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    return Files.readString(output);
  }

  private String loadedBy() throws Exception {
    assertThat(run(home.resolve("viaduct").toString(), "--version")).startsWith("viaduct ");
    try (Stream<String> lines = Files.lines(home.resolve("loaded"))) {
      return lines.filter(line -> line.contains(PROGRAM)).findFirst().orElseThrow();
    }
  }

  @Test
  void shouldTakeClassesFromTheCacheOnlyWhileItsJarsAreThere() throws Exception {
    assertThat(loadedBy()).contains(FROM_CACHE);

    try (Stream<Path> jars = Files.list(home.resolve("cli/target/lib"))) {
      change(jars.filter(it -> it.toString().contains("viaduct-vtep")).findFirst().orElseThrow());
    }
    assertThat(loadedBy()).contains(FROM_JAR);
  }

  /** It looks older than the cache, as when somebody goes back to an earlier build. */
  private static void change(Path jar) throws IOException {
    try (FileSystem inside = FileSystems.newFileSystem(jar)) {
      Files.writeString(inside.getPath("changed"), "yes");
    }
    Files.setLastModifiedTime(jar, FileTime.fromMillis(0));
  }
}
