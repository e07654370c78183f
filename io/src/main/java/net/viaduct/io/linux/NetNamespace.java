package net.viaduct.io.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.Callable;
import net.viaduct.io.IoFailure;
import net.viaduct.io.rtnetlink.Rtnetlink;
import net.viaduct.io.rtnetlink.RtnetlinkGroup;
import net.viaduct.io.rtnetlink.RtnetlinkMonitor;

/**
 * A network namespace, with a thread of its own that entered it. What a task opens there stays in
 * the namespace, whatever thread uses it later. Safe from any thread.
 *
 * <p>It lives as long as it has a name, a process or thread inside, or a descriptor. A named one is
 * where {@code ip netns} looks for it.
 */
public final class NetNamespace implements AutoCloseable {
  private final String name;
  private final NetNamespaceThread thread;

  private NetNamespace(String name, NetNamespaceThread thread) {
    this.name = name;
    this.thread = thread;
  }

  /**
   * Makes a namespace and gives it a name. It holds only a loopback device, which is down.
   *
   * @throws IoFailure EPERM without CAP_SYS_ADMIN, EEXIST if the name is taken
   */
  public static NetNamespace create(String name) {
    NetNamespaceNames.check(name);
    String call = "create network namespace " + name;
    NetNamespaceThread thread = NetNamespaceThread.unshare(call, name);
    try {
      thread.call(() -> {
        NetNamespaceNames.bind(call, name);
        return null;
      });
      return new NetNamespace(name, thread);
    } catch (RuntimeException e) {
      thread.close();
      throw e;
    }
  }

  /**
   * Makes a namespace without a name, which goes away when it is closed and nothing is in it.
   *
   * @param label for messages
   * @throws IoFailure EPERM without CAP_SYS_ADMIN
   */
  public static NetNamespace createUnnamed(String label) {
    String call = "create network namespace " + label;
    return new NetNamespace(label, NetNamespaceThread.unshare(call, label));
  }

  /**
   * Opens a namespace by its name.
   *
   * @throws IoFailure ENOENT if there is none, EPERM without CAP_SYS_ADMIN
   */
  public static NetNamespace open(String name) {
    return open(name, NetNamespaceNames.path(name));
  }

  /**
   * Opens a namespace by a file that stands for it.
   *
   * @throws IoFailure EINVAL if the file is something else
   */
  public static NetNamespace open(Path file) {
    return open(file.toString(), file);
  }

  /**
   * Opens the namespace in which a process is.
   *
   * @throws IoFailure ENOENT if there is no such process
   */
  public static NetNamespace ofProcess(long pid) {
    return open("of process " + pid, Path.of("/proc/" + pid + "/ns/net"));
  }

  private static NetNamespace open(String name, Path file) {
    String call = "enter network namespace " + name;
    return new NetNamespace(name, NetNamespaceThread.enter(call, name, file));
  }

  /**
   * Takes the name from a namespace, which then lives only as long as something is in it.
   *
   * @return false if there was none of that name
   * @throws IoFailure if it is not permitted
   */
  public static boolean delete(String name) {
    return NetNamespaceNames.unbind("delete network namespace " + name, name);
  }

  /** The names of all namespaces that have one. */
  public static Set<String> names() {
    return NetNamespaceNames.all();
  }

  /** Its name, or what it was opened by. */
  public String name() {
    return name;
  }

  /** A descriptor of the namespace, to name it to rtnetlink; valid until it is closed. */
  public int descriptor() {
    return thread.descriptor();
  }

  /**
   * Runs a task inside, on the thread that entered, and waits for it.
   *
   * @throws IoFailure as the task throws it; a checked exception comes wrapped
   */
  public <T> T call(Callable<T> task) {
    return thread.call(task);
  }

  /** Runs a task inside, on the thread that entered, and waits for it. */
  public void run(Runnable task) {
    thread.call(() -> {
      task.run();
      return true;
    });
  }

  /**
   * Starts a process inside. The thread by which Java waits for it is inside too, until the process
   * ended and some time after.
   *
   * @throws IoFailure if it cannot be started
   */
  public Process start(ProcessBuilder command) {
    return call(() -> {
      try {
        return command.start();
      } catch (IOException e) {
        String call = "start " + command.command().getFirst() + " in " + name;
        throw new IoFailure(call, "ENOEXEC", String.valueOf(e.getMessage()));
      }
    });
  }

  /** Opens a client for the configuration of this namespace. */
  public Rtnetlink rtnetlink() {
    return call(NetlinkSocket::openRtnetlink);
  }

  /** Opens a monitor of what changes in this namespace. */
  public RtnetlinkMonitor monitor(Set<RtnetlinkGroup> groups) {
    return call(() -> NetlinkSocket.openMonitor(groups));
  }

  /**
   * Sets a variable of the kernel that each namespace has its own of.
   *
   * @param variable below {@code /proc/sys}: {@code net/ipv6/conf/all/disable_ipv6}
   * @throws IoFailure ENOENT if the kernel does not have it, EACCES if it must not be set here
   */
  public void sysctl(String variable, String value) {
    call(() -> {
      Path file = Path.of("/proc/sys").resolve(variable);
      String call = "set " + variable + " to " + value + " in " + name;
      if (!Files.exists(file)) {
        throw ErrorNumber.failure(call, ErrorNumber.ENOENT);
      }
      try {
        Files.writeString(file, value);
      } catch (IOException e) {
        throw new IoFailure(call, "EACCES", String.valueOf(e.getMessage()));
      }
      return true;
    });
  }

  /** Leaves the namespace; its name, if it has one, stays. */
  @Override
  public void close() {
    thread.close();
  }

  @Override
  public String toString() {
    return name;
  }
}
