package net.viaduct.cli.controller;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Refusal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which controller a command asks, and what it shows there. Used by the command's thread. */
public final class ControllerOptions {
  private static final String USUAL = "unix:/run/viaduct/controller.sock";

  @Option(
      names = "--controller",
      paramLabel = "URL",
      description = {
        "https://NAME:PORT, http://127.0.0.1:PORT or unix:PATH; several with commas, each asked if",
        "those before it are away; default: $VIADUCT_CONTROLLER, else",
        USUAL + "."
      })
  private @Nullable String url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Has the token; default: the text in $VIADUCT_TOKEN.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Who signed the controller's certificate (PEM); default: $VIADUCT_CA.")
  private @Nullable Path ca;

  /** The usual ones, until picocli has filled them. */
  public ControllerOptions() {}

  /** Whether the command names a controller; one that is only in the environment does not count. */
  public boolean isTold() {
    return url != null;
  }

  /** Asks that controller. */
  public ControllerClient client() {
    String where = url == null ? System.getenv("VIADUCT_CONTROLLER") : url;
    String caName = System.getenv("VIADUCT_CA");
    Path signers = ca == null && caName != null ? Path.of(caName) : ca;
    return ControllerClient.of(where == null ? USUAL : where, token(), signers);
  }

  private String token() {
    if (tokenFile == null) {
      String text = System.getenv("VIADUCT_TOKEN");
      return text == null ? "" : text.strip();
    }
    try {
      return Files.readString(tokenFile).strip();
    } catch (IOException e) {
      throw new Refusal(ExitCode.FAILED, "cannot read " + tokenFile + ": " + e.getMessage());
    }
  }
}
