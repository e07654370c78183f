package net.viaduct.controller.transfer;

import java.io.IOException;

/** A file is no export, or not all of one; the message says where and why. */
public final class ExportDamaged extends IOException {
  private static final long serialVersionUID = 1L;

  ExportDamaged(long line, String problem) {
    super("line " + line + ": " + problem);
  }

  ExportDamaged(long line, String problem, Throwable cause) {
    super("line " + line + ": " + problem, cause);
  }
}
