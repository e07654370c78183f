package net.viaduct.controller.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Real etcd servers on this machine. Used by one thread. */
public final class EtcdCluster implements AutoCloseable {
  private static final int TRIES = 1_200;
  private static final long TRY_NS = 50_000_000L;

  private static final String FILLER = "filler/";
  private static final int FILLER_BYTES = 500_000;
  private static final int MOST_FILLERS = 1_000;
  private static final Pattern REVISION = Pattern.compile("\"revision\":\"([0-9]+)\"");
  private static final Pattern ALARMED = Pattern.compile("\"memberID\":\"([0-9]+)\"");

  private final Path directory;
  private final Optional<EtcdConfig.Tls> clientTls;
  private final List<String> moreArguments;
  private final List<Integer> clientPorts = new ArrayList<>();
  private final List<Integer> peerPorts = new ArrayList<>();
  private final List<@Nullable Process> members = new ArrayList<>();

  private EtcdCluster(
      Path directory, int size, Optional<EtcdConfig.Tls> clientTls, List<String> moreArguments) {
    this.directory = directory;
    this.clientTls = clientTls;
    this.moreArguments = moreArguments;
    List<Integer> ports = freePorts(size * 2);
    clientPorts.addAll(ports.subList(0, size));
    peerPorts.addAll(ports.subList(size, size * 2));
    for (int i = 0; i < size; i++) {
      members.add(null);
    }
  }

  /** Starts so many members, with more arguments; skips the test where etcd is not installed. */
  public static EtcdCluster start(Path directory, int size, String... arguments) {
    return start(new EtcdCluster(directory, size, Optional.empty(), List.of(arguments)));
  }

  /**
   * Starts one member that speaks TLS.
   *
   * @param clientTls of those who ask it
   * @param arguments for TLS
   */
  static EtcdCluster startWithTls(
      Path directory, EtcdConfig.Tls clientTls, List<String> arguments) {
    return start(new EtcdCluster(directory, 1, Optional.of(clientTls), arguments));
  }

  private static EtcdCluster start(EtcdCluster cluster) {
    requireInstalled();
    try {
      for (int i = 0; i < cluster.size(); i++) {
        cluster.start(i);
      }
      cluster.awaitHealthy();
      return cluster;
    } catch (RuntimeException | AssertionError e) {
      cluster.close();
      throw e;
    }
  }

  /** Skips the test where etcd is not installed. */
  public static void requireInstalled() {
    boolean isThere =
        Stream.of(String.valueOf(System.getenv("PATH")).split(":", -1))
            .anyMatch(it -> Files.isExecutable(Path.of(it, "etcd")));
    assumeTrue(isThere, "no etcd here; ./test installs it as root");
  }

  private static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      for (ServerSocket socket : sockets) {
        try {
          socket.close();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** How many members there are. */
  public int size() {
    return clientPorts.size();
  }

  /** Starts a member, anew if it was there before. */
  public void start(int member) {
    String scheme = clientTls.isPresent() ? "https" : "http";
    String client = scheme + "://127.0.0.1:" + clientPorts.get(member);
    List<String> command = new ArrayList<>();
    command.addAll(List.of("etcd", "--name", "m" + member));
    command.addAll(List.of("--data-dir", directory.resolve("m" + member).toString()));
    command.addAll(List.of("--listen-client-urls", client, "--advertise-client-urls", client));
    command.addAll(List.of("--listen-peer-urls", peer(member)));
    command.addAll(List.of("--initial-advertise-peer-urls", peer(member)));
    command.addAll(
        List.of(
            "--initial-cluster",
            IntStream.range(0, size())
                .mapToObj(i -> "m" + i + "=" + peer(i))
                .collect(Collectors.joining(","))));
    command.addAll(List.of("--heartbeat-interval", "50", "--election-timeout", "500"));
    command.addAll(List.of("--max-txn-ops", "1000", "--max-request-bytes", "8388608"));
    command.addAll(List.of("--logger", "zap", "--log-level", "warn"));
    command.addAll(moreArguments);
    try {
      Path log = directory.resolve("m" + member + ".log");
      members.set(
          member,
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String peer(int member) {
    return "http://127.0.0.1:" + peerPorts.get(member);
  }

  /** As when its machine burns down. */
  public void kill(int member) throws InterruptedException {
    Process process = members.get(member);
    if (process != null) {
      process.destroyForcibly().waitFor();
      members.set(member, null);
    }
  }

  /** Waits until each member that runs sees a leader. */
  public void awaitHealthy() {
    for (int i = 0; i < size(); i++) {
      for (int tries = 0; members.get(i) != null && !isHealthy(i); tries++) {
        if (tries == TRIES || !isAlive(i)) {
          throw new AssertionError("etcd " + i + " does not come up:\n" + log(i));
        }
        LockSupport.parkNanos(TRY_NS);
      }
    }
  }

  private boolean isAlive(int member) {
    Process process = members.get(member);
    return process != null && process.isAlive();
  }

  private boolean isHealthy(int member) {
    if (clientTls.isPresent()) {
      return listens(clientPorts.get(member)); // nobody gets further without a certificate
    }
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + clientPorts.get(member) + "/health")
                  .toURL()
                  .openConnection();
      connection.setReadTimeout(1_000);
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean listens(int port) {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }

  private String log(int member) {
    try {
      return Files.readString(directory.resolve("m" + member + ".log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Writes beside all stores until it takes nothing more. */
  public void fill() {
    String value = base64("x".repeat(FILLER_BYTES));
    for (int i = 0; i < MOST_FILLERS; i++) {
      String put = "{\"key\":\"%s\",\"value\":\"%s\"}".formatted(base64(FILLER + i), value);
      if (!ask(0, "kv/put", put).contains("\"revision\"")) {
        return;
      }
    }
    throw new AssertionError("etcd is never full");
  }

  /** Takes that away, as an operator does, and has it go on. */
  public void makeRoom() {
    String end = base64(FILLER.replace('/', '0'));
    String range = "{\"key\":\"%s\",\"range_end\":\"%s\"}".formatted(base64(FILLER), end);
    Matcher revision = REVISION.matcher(require(ask(0, "kv/deleterange", range)));
    assertThat(revision.find()).isTrue();
    require(
        ask(
            0,
            "kv/compaction",
            "{\"revision\":%s,\"physical\":true}".formatted(revision.group(1))));
    for (int i = 0; i < size(); i++) {
      require(ask(i, "maintenance/defragment", "{}"));
    }
    String disarm = "{\"action\":\"DEACTIVATE\",\"memberID\":\"%s\",\"alarm\":\"NOSPACE\"}";
    Matcher alarm = ALARMED.matcher(ask(0, "maintenance/alarm", "{\"action\":\"GET\"}"));
    while (alarm.find()) {
      require(ask(0, "maintenance/alarm", disarm.formatted(alarm.group(1))));
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String require(String answer) {
    assertThat(answer).doesNotContain("\"error\"");
    return answer;
  }

  /** Asks a member as a program without gRPC does; returns its answer, also a refusal. */
  private String ask(int member, String what, String json) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://127.0.0.1:" + clientPorts.get(member) + "/v3/" + what)
                  .toURL()
                  .openConnection();
      connection.setDoOutput(true);
      connection.getOutputStream().write(json.getBytes(StandardCharsets.UTF_8));
      boolean isDone = connection.getResponseCode() == HttpURLConnection.HTTP_OK;
      try (InputStream in = isDone ? connection.getInputStream() : connection.getErrorStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where its members are. */
  public List<EtcdConfig.Endpoint> endpoints() {
    return clientPorts.stream().map(port -> new EtcdConfig.Endpoint("127.0.0.1", port)).toList();
  }

  /** A store in it. */
  public EtcdConfig config(String prefix) {
    return new EtcdConfig(endpoints(), prefix, clientTls);
  }

  @Override
  public void close() {
    for (Process process : members) {
      if (process != null) {
        process.destroyForcibly();
      }
    }
    for (Process process : members) {
      try {
        if (process != null && !process.waitFor(30, TimeUnit.SECONDS)) {
          throw new AssertionError("etcd does not end");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
