package net.viaduct.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * What the AOT cache is trained on after a build: the commands that users wait for, so that their
 * classes are loaded and linked before the program starts.
 */
public final class Training {
  private Training() {}

  /** Runs the commands quietly. */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
    int version = Viaduct.run("--version");
    int help = Viaduct.run("--help");
    System.setOut(out);
    System.exit(version == ExitCode.DONE && help == ExitCode.DONE ? 0 : 1);
  }
}
