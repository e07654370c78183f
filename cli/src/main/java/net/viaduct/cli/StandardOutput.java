package net.viaduct.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * Whether what a command printed has arrived; a writer and a print stream keep that to themselves.
 */
public final class StandardOutput {
  private static final String NO_MORE_READER = "Broken pipe";

  private StandardOutput() {}

  /**
   * The exit code of a command that has printed what it was asked for.
   *
   * @return {@link ExitCode#FAILED} if that did not arrive
   */
  public static int afterPrinting(PrintWriter out, PrintWriter err) {
    out.flush();
    if (!out.checkError() && !System.out.checkError()) {
      return ExitCode.DONE;
    }
    String cause = cause();
    if (!cause.equals(NO_MORE_READER)) { // as 'head' has it, who needs no explanation
      err.println("viaduct: cannot write to standard output: " + cause);
      err.flush();
    }
    return ExitCode.FAILED;
  }

  /** What failed once fails again, and only here does it say why. */
  private static String cause() {
    try {
      new FileOutputStream(FileDescriptor.out).write('\n');
      return "the system does not say why";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
