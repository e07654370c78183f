package net.viaduct.host.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;

/**
 * Writes an event as {@code viaduct: what happened}, or {@code viaduct: warning: ...}. No time of
 * day: who keeps a log (journald, a terminal's multiplexer) puts his own in front.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
  private static final byte[] NOTHING = {};

  @Override
  public byte[] headerBytes() {
    return NOTHING;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder("viaduct: ").append(word(event.getLevel()));
    line.append(event.getFormattedMessage()).append('\n');
    if (event.getThrowableProxy() != null) {
      line.append(ThrowableProxyUtil.asString(event.getThrowableProxy()));
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String word(Level level) {
    return switch (level.levelInt) {
      case Level.ERROR_INT -> "error: ";
      case Level.WARN_INT -> "warning: ";
      case Level.INFO_INT -> "";
      default -> "debug: ";
    };
  }

  @Override
  public byte[] footerBytes() {
    return NOTHING;
  }
}
