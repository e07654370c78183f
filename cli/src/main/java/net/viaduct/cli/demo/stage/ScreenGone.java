package net.viaduct.cli.demo.stage;

/** Nobody reads the output any more, as with {@code viaduct demo | head}. */
public final class ScreenGone extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ScreenGone() {
    super("nobody reads the output any more");
  }
}
