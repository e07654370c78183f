package net.viaduct.io.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Network namespaces that a test makes for itself, and that are gone after it. What is run in one
 * runs on a thread of its own, which enters it and ends.
 */
final class Namespaces implements AutoCloseable {
  private static final AtomicInteger COUNTER = new AtomicInteger();

  private final List<String> names = new ArrayList<>();

  /** Skips the test, saying why, where namespaces cannot be made. */
  static void assumePossible() {
    String name = nextName();
    Result result = tryRun("ip", "netns", "add", name);
    if (result.status == 0) {
      tryRun("ip", "netns", "del", name);
    } else {
      System.out.println("skipped: no network namespaces here: " + result.output.strip());
    }
    assumeTrue(result.status == 0, "no network namespaces here: " + result.output);
  }

  /** Makes a namespace, with its loopback up. */
  String add() {
    String name = nextName();
    run("ip", "netns", "add", name);
    names.add(name);
    ip(name, "link set lo up");
    return name;
  }

  private static String nextName() {
    return "vdt" + ProcessHandle.current().pid() + "x" + COUNTER.incrementAndGet();
  }

  /** Runs {@code ip -n NAMESPACE ARGUMENTS}. */
  String ip(String namespace, String arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
    command.addAll(List.of(arguments.split(" ")));
    return run(command.toArray(String[]::new));
  }

  /** Runs a line of the shell in a namespace and waits for its end. */
  String exec(String namespace, String line) {
    return run("ip", "netns", "exec", namespace, "bash", "-c", line);
  }

  /** Joins two namespaces by a veth pair that is up, with offloads as they are by default. */
  void join(String one, String deviceOfOne, String other, String deviceOfOther) {
    String pair = "link add " + deviceOfOne + " type veth peer name " + deviceOfOther;
    ip(one, pair + " netns " + other);
    ip(one, "link set " + deviceOfOne + " up");
    ip(other, "link set " + deviceOfOther + " up");
  }

  /** Runs a task on a new thread that has entered a namespace; sockets made there belong to it. */
  static <T> T in(String namespace, Callable<T> task) {
    try (NetNamespace entered = NetNamespace.open(namespace)) {
      return entered.call(task);
    }
  }

  @Override
  public void close() {
    names.forEach(name -> tryRun("ip", "netns", "del", name));
  }

  static String run(String... command) {
    Result result = tryRun(command);
    if (result.status != 0) {
      throw new IllegalStateException(String.join(" ", command) + ": " + result.output);
    }
    return result.output;
  }

  private static Result tryRun(String... command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      return new Result(127, String.valueOf(e.getMessage())); // as the shell tells it
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Result(int status, String output) {}
}
