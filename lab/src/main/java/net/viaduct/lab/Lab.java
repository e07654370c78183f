package net.viaduct.lab;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.rtnetlink.Rtnetlink;

/**
 * One run of the laboratory: makes namespaces and processes under names of its own, and removes
 * them all, in whatever state they are. What a killed run left is removed when the next one opens.
 * Any thread.
 */
public final class Lab implements AutoCloseable {
  private final LabRegistry registry;
  private final LabRecord made;
  private final Deque<AutoCloseable> inside = new ArrayDeque<>();
  private final List<LabProcess> processes = new ArrayList<>();
  private boolean closed;

  private Lab(LabRegistry registry, LabRecord made) {
    this.registry = registry;
    this.made = made;
  }

  /**
   * Begins a run.
   *
   * @throws IoFailure if its directory cannot be made
   */
  public static Lab open(LabRegistry registry) {
    registry.cleanAbandoned();
    return new Lab(registry, registry.begin());
  }

  /**
   * Begins a run under a name of its own, with which the names of all its namespaces begin.
   *
   * @throws IoFailure EEXIST if the name is taken
   */
  public static Lab open(LabRegistry registry, String name) {
    registry.cleanAbandoned();
    return new Lab(registry, registry.begin(name));
  }

  /** What the names of all namespaces of this run begin with. */
  public String prefix() {
    return made.prefix();
  }

  /** Where files of this run are kept: configurations, sockets, logs. */
  public Path directory() {
    return made.directory();
  }

  /**
   * Makes a namespace with a loopback device that is up.
   *
   * @param shortName unique in this run; the name is the prefix, a hyphen and this
   * @throws IoFailure if it is not permitted
   */
  public synchronized NetNamespace createNamespace(String shortName) {
    requireOpen();
    String name = prefix() + "-" + shortName;
    made.addNamespace(name);
    NetNamespace namespace = NetNamespace.create(name);
    inside.push(() -> {
      namespace.close();
      NetNamespace.delete(name);
    });
    try (Rtnetlink net = namespace.rtnetlink()) {
      net.links().up(net.links().require("lo").index());
    }
    return namespace;
  }

  /**
   * Starts a process in a namespace of this run.
   *
   * @param name for messages
   */
  public synchronized LabProcess start(String name, NetNamespace where, ProcessBuilder command) {
    requireOpen();
    Process process = where.start(command);
    LabProcess started = new LabProcess(name, process);
    inside.push(started::stop);
    processes.add(started);
    ProcessIdentity.of(process.pid()).ifPresent(made::addProcess);
    return started;
  }

  /** Has something closed before what was made earlier is removed. */
  public synchronized void closeWithLab(AutoCloseable resource) {
    requireOpen();
    inside.push(resource);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the laboratory is being removed");
    }
  }

  /** Leaves all as it is when this process ends; {@link LabRegistry#cleanAll} removes it. */
  public synchronized void keep() {
    requireOpen();
    made.keep();
    closed = true;
  }

  /** Removes what was made, the latest first; goes on after a failure, which is thrown last. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    processes.forEach(LabProcess::askToEnd);
    RuntimeException failure = null;
    while (!inside.isEmpty()) {
      try {
        inside.pop().close();
      } catch (Exception e) {
        IllegalStateException wrapped = new IllegalStateException(e.getMessage(), e);
        if (failure == null) {
          failure = wrapped;
        } else {
          failure.addSuppressed(wrapped);
        }
      }
    }
    made.clean();
    registry.removeRootIfEmpty();
    if (failure != null) {
      throw failure;
    }
  }
}
