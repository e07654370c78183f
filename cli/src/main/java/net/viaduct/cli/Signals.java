package net.viaduct.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Signals as events that a thread takes one after the other. Nothing but {@code sun.misc.Signal} of
 * the module {@code jdk.unsupported} catches SIGHUP and leaves the exit code to the program; it is
 * called by reflection because the compiler's warning about it cannot be switched off.
 */
public final class Signals {
  /** What a signal asks for. */
  public enum Kind {
    /** SIGHUP: read the configuration again. */
    RELOAD,
    /** SIGTERM, SIGINT: stop in order. */
    STOP
  }

  private static final int EXIT_CODE_OF_IMPATIENCE = 130;

  private final BlockingQueue<Kind> events = new LinkedBlockingQueue<>();
  private boolean stopping;

  private Signals() {}

  /** Catches SIGHUP, SIGTERM and SIGINT from now on. */
  public static Signals catchAll() {
    Signals signals = new Signals();
    handle("HUP", () -> signals.events.add(Kind.RELOAD));
    handle("TERM", signals::stop);
    handle("INT", signals::stop);
    return signals;
  }

  private static void handle(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object caught =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (proxy, method, arguments) -> onCall(proxy, method, arguments, action));
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), caught);
    } catch (ReflectiveOperationException e) {
      throw new Refusal(ExitCode.FAILED, "this JVM cannot catch SIG" + name + ": " + e);
    }
  }

  private static @Nullable Object onCall(
      Object proxy, Method method, Object @Nullable [] arguments, Runnable action) {
    return switch (method.getName()) {
      case "handle" -> {
        action.run();
        yield null;
      }
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" ->
          arguments != null
              && System.identityHashCode(proxy) == System.identityHashCode(arguments[0]);
      default -> "handler of signals";
    };
  }

  /** Who asks twice does not want to wait for order. */
  private synchronized void stop() {
    if (stopping) {
      Runtime.getRuntime().halt(EXIT_CODE_OF_IMPATIENCE);
    }
    stopping = true;
    events.add(Kind.STOP);
  }

  /** Waits for the next one. */
  public Kind next() throws InterruptedException {
    return events.take();
  }
}
