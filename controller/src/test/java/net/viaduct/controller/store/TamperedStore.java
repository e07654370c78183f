package net.viaduct.controller.store;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** Stores that work, but for what a test has happen to them. */
public final class TamperedStore {
  private TamperedStore() {}

  /** The call that was made. */
  public interface Real {
    Object call() throws Throwable;
  }

  /** What becomes of calls. */
  public interface Tampering {
    /**
     * Answers a call.
     *
     * @param method its name
     * @param arguments of it; none if it has none
     * @param real makes it
     */
    Object answer(String method, Object[] arguments, Real real) throws Throwable;
  }

  /** A store, or one of its watches, with somebody in between. */
  public static <T> T of(Class<T> type, T real, Tampering tampering) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) ->
                tampering.answer(
                    method.getName(),
                    arguments == null ? new Object[0] : arguments,
                    () -> {
                      try {
                        return method.invoke(real, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause();
                      }
                    })));
  }
}
