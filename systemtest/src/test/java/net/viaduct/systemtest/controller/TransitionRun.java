package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.systemtest.SystemLab;

/**
 * {@code viaduct transition} with a set of machines, each of which the test attaches elsewhere when
 * the command asks for it. Owned by the test's thread.
 */
final class TransitionRun implements AutoCloseable {
  private static final long TRY_NS = 1_000_000;
  private static final long PATIENCE_SECONDS = 60;

  private final Path output;
  private final Path asked;
  private final Path done;
  private final Process process;

  /** Gives the command: convert, or back. */
  TransitionRun(ControllerProcess controller, Path directory, String verb, Path set)
      throws Exception {
    Path own = Files.createTempDirectory(directory, verb);
    output = own.resolve("output");
    asked = pipe(own.resolve("asked"));
    done = pipe(own.resolve("done"));
    process =
        controller.begin(
            output,
            "transition",
            verb,
            "blue",
            "--set",
            set.toString(),
            "--run",
            "echo $VIADUCT_MAC > " + asked + "; read answer < " + done);
  }

  private static Path pipe(Path path) throws Exception {
    assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
    return path;
  }

  /** Waits until a machine is to be attached; returns its address, nothing when it has ended. */
  String awaitAsked() throws Exception {
    FutureTask<String> line =
        new FutureTask<>(() -> {
          try (BufferedReader reader = Files.newBufferedReader(asked)) {
            return reader.readLine();
          }
        });
    Thread.ofPlatform().daemon().start(line);
    while (!line.isDone() && process.isAlive()) {
      LockSupport.parkNanos(TRY_NS);
    }
    return line.isDone() ? line.get() : "";
  }

  /** The machine that was asked for is attached. */
  void done() throws Exception {
    Files.writeString(done, "done\n");
  }

  /** Waits until it has done all; returns what it has printed. */
  String end() throws Exception {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(printed()).isTrue();
    assertThat(process.exitValue()).as(printed()).isZero();
    return printed();
  }

  private String printed() {
    return SystemLab.read(output);
  }

  /** Kills it, and then what it runs, so that it does not see that end. */
  void kill() {
    List<ProcessHandle> below = process.descendants().toList();
    process.destroyForcibly().onExit().join();
    below.forEach(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    kill();
  }
}
