package net.viaduct.io.linux;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import net.viaduct.io.IoFailure;

/**
 * A platform thread that entered a namespace and never leaves it, and a descriptor of that
 * namespace. The thread ends with the namespace's object and goes back to no pool. Safe from any
 * thread.
 */
final class NetNamespaceThread implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x4000_0000;
  private static final String OWN_NAMESPACE = "/proc/thread-self/ns/net";
  private static final String NEEDS =
      "needs CAP_SYS_ADMIN: run as root, or in a user namespace (unshare -Urnm)";

  private final LinkedBlockingQueue<FutureTask<?>> tasks = new LinkedBlockingQueue<>();
  private final Thread thread;
  private final String name;
  private int descriptor = -1;
  private boolean ended;

  private NetNamespaceThread(String name) {
    this.name = name;
    thread = Thread.ofPlatform().name("netns-" + name).daemon().unstarted(this::work);
  }

  /** A thread in a new namespace. */
  static NetNamespaceThread unshare(String call, String name) {
    NetNamespaceThread self = new NetNamespaceThread(name);
    return self.startWith(() -> self.unshareHere(call));
  }

  /** A thread in the namespace that a file stands for. */
  static NetNamespaceThread enter(String call, String name, Path file) {
    NetNamespaceThread self = new NetNamespaceThread(name);
    return self.startWith(() -> self.enterHere(call, file.toString()));
  }

  private NetNamespaceThread startWith(Callable<Boolean> first) {
    thread.start();
    try {
      call(first);
      return this;
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private boolean unshareHere(String call) {
    SystemCalls calls = new SystemCalls();
    check(calls.unshare(CLONE_NEWNET), call);
    int flags = SystemCalls.O_RDONLY | SystemCalls.O_CLOEXEC;
    descriptor = check(calls.open(OWN_NAMESPACE, flags, 0), call);
    return true;
  }

  private boolean enterHere(String call, String file) {
    SystemCalls calls = new SystemCalls();
    int flags = SystemCalls.O_RDONLY | SystemCalls.O_CLOEXEC;
    descriptor = check(calls.open(file, flags, 0), call);
    int entered = calls.setns(descriptor, CLONE_NEWNET);
    if (entered == -ErrorNumber.EINVAL) {
      throw ErrorNumber.failure(call, entered, file + " is no network namespace");
    }
    check(entered, call);
    return true;
  }

  private static int check(int result, String call) {
    if (result == -ErrorNumber.EPERM || result == -ErrorNumber.EACCES) {
      throw ErrorNumber.failure(call, result, NEEDS);
    }
    return ErrorNumber.check(result, call);
  }

  int descriptor() {
    if (descriptor < 0) {
      throw new IllegalStateException("network namespace " + name + " is closed");
    }
    return descriptor;
  }

  /** Runs a task on the thread and waits; at once if this is the thread. */
  <T> T call(Callable<T> task) {
    FutureTask<T> future = new FutureTask<>(task);
    if (thread.equals(Thread.currentThread())) {
      future.run();
    } else if (thread.isAlive()) {
      tasks.add(future);
    } else {
      throw new IllegalStateException("network namespace " + name + " is closed");
    }
    return result(future);
  }

  private static <T> T result(FutureTask<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true; // the task goes on; who waits must know how it ended
        }
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IoFailure failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getMessage(), cause);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void work() {
    while (!ended) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        // nobody has a reason to interrupt this thread; it ends when it is closed
      }
    }
  }

  @Override
  public void close() {
    if (!thread.isAlive()) {
      return;
    }
    int opened = descriptor;
    descriptor = -1;
    call(() -> ended = true);
    if (opened >= 0) {
      new SystemCalls().close(opened);
    }
  }
}
