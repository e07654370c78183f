package net.viaduct.bench.controller;

import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.host.subscription.ControllerAddress;
import net.viaduct.host.subscription.Joiner;
import net.viaduct.trust.Credentials;
import net.viaduct.trust.IdentityDirectory;
import net.viaduct.trust.JoinToken;
import net.viaduct.trust.Tls;

/**
 * Simulated hosts of a real controller: joins them, gives each a share of the stations, changes
 * stations at a rate, and tells when the last host that a change concerns has had it. {@code
 * bench/controller} runs it.
 */
public final class ControllerBench {
  private static final int HOSTS_PER_NETWORK = 10;
  private static final int STATIONS_AT_ONCE = 5_000;
  private static final int JOINS_AT_ONCE = 8;
  private static final int CHANGERS = 64;
  private static final int REVOKED = 20;
  private static final int LISTED_AT_ONCE = 1_000;
  private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");
  private static final long BEAT_NS = 900_000_000L;
  private static final long COUNT_EVERY_NS = 2_000_000_000L;
  private static final long NS_PER_SECOND = 1_000_000_000L;
  private static final long LONGEST_NS = 300 * NS_PER_SECOND;

  private final Path socket;
  private final int port;
  private final Path directory;
  private final int hosts;
  private final int stations;
  private final int perSecond;
  private final int seconds;
  private final boolean hasMeters;
  private final boolean isListed;
  private final Deliveries deliveries;
  private final Deliveries revocations = new Deliveries(REVOKED);
  private final List<SimulatedHost> all = new ArrayList<>();
  private volatile boolean running = true;
  private volatile boolean isChanging = true;

  private ControllerBench(String... arguments) {
    socket = Path.of(arguments[0]);
    port = Integer.parseInt(arguments[1]);
    directory = Path.of(arguments[2]);
    hosts = Integer.parseInt(arguments[3]);
    stations = Integer.parseInt(arguments[4]);
    perSecond = Integer.parseInt(arguments[5]);
    seconds = Integer.parseInt(arguments[6]);
    hasMeters = Boolean.parseBoolean(arguments[7]);
    isListed = Boolean.parseBoolean(arguments[8]);
    deliveries = new Deliveries(perSecond * seconds);
  }

  /**
   * Runs it.
   *
   * @param arguments socket, port of hosts, directory for keys, hosts, stations, changes a second,
   *     seconds, whether hosts tell what they have counted, whether all stations are listed
   *     meanwhile
   */
  public static void main(String[] arguments) throws Exception {
    int exit = 1;
    try {
      new ControllerBench(arguments).run();
      exit = 0;
    } catch (IllegalStateException e) {
      System.err.println("controller: " + e.getMessage() + ": " + e.getCause());
    } finally {
      System.exit(exit); // whatever gRPC still has running
    }
  }

  private void run() throws Exception {
    ExecutorService calls = Executors.newFixedThreadPool(2);
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    long beganNs = System.nanoTime();
    List<Credentials> credentials = join();
    tell("joined-per-second", hosts / since(beganNs));
    describe();
    long connectNs = System.nanoTime();
    for (int i = 0; i < hosts; i++) {
      Credentials own = credentials.get(i);
      SimulatedHost host =
          new SimulatedHost(port, Tls.client(() -> own), i, loop, calls, deliveries, revocations);
      all.add(host);
      host.call();
    }
    Thread beats = Thread.ofPlatform().daemon().start(this::beat);
    if (hasMeters) {
      Thread.ofPlatform().daemon().start(this::count);
    }
    int each = stations / hosts * Math.min(HOSTS_PER_NETWORK, hosts);
    await("all are told all", () -> all.stream().allMatch(host -> host.stations() >= each));
    tell("all-told-after-seconds", since(connectNs));
    Thread lister = Thread.ofPlatform().daemon().unstarted(this::list);
    if (isListed) {
      lister.start();
    }
    change();
    lister.join();
    revoke();
    running = false;
    beats.join();
  }

  /** All stations, page by page, at least once, and again while there are changes. */
  private void list() {
    try (Api api = new Api(socket)) {
      int lists = 0;
      long beganNs = System.nanoTime();
      do {
        int pages = 0;
        String next = "";
        do {
          String page = api.ask("GET", "stations?limit=" + LISTED_AT_ONCE + next, "");
          Matcher cursor = CURSOR.matcher(page);
          next = cursor.find() ? "&cursor=" + cursor.group(1) : "";
          pages++;
        } while (!next.isEmpty());
        if (pages != (stations + LISTED_AT_ONCE - 1) / LISTED_AT_ONCE) {
          throw new IOException("a list of " + pages + " pages");
        }
        lists++;
      } while (isChanging);
      tell("all-listed-in-seconds", since(beganNs) / lists);
    } catch (IOException e) {
      System.err.println("stations cannot be listed: " + e.getMessage());
    }
  }

  /**
   * Puts hosts out, one after the other, the last one of each network: until it has lost its
   * connection, and all others of its network know.
   */
  private void revoke() throws IOException {
    int revoked = 0;
    try (Api api = new Api(socket)) {
      for (int last = HOSTS_PER_NETWORK - 1;
          last < hosts && revoked < REVOKED;
          last += HOSTS_PER_NETWORK) {
        revocations.asked(last, HOSTS_PER_NETWORK, System.nanoTime());
        String _ = api.ask("DELETE", "members/" + name(last), "");
        revoked++;
        int so = revoked;
        all.get(last).mayEnd();
        await(name(last) + " is out", () -> revocations.done() == so);
      }
    }
    tell("hosts-revoked", revoked);
    tell("revoked-p50-ms", revocations.quantileMs(0.5));
    tell("revoked-max-ms", revocations.quantileMs(1));
  }

  private static void tell(String what, double value) {
    System.out.println(String.format(Locale.ROOT, "%s %.2f", what, value));
  }

  private static double since(long beganNs) {
    return (System.nanoTime() - beganNs) / 1e9;
  }

  static byte[] address(int first, int number) {
    return new byte[] {(byte) first, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
  }

  private void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + LONGEST_NS;
    while (!condition.getAsBoolean()) {
      requireConnected();
      if (System.nanoTime() - until > 0) {
        throw new IllegalStateException(what + ": not within " + LONGEST_NS / NS_PER_SECOND + " s");
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  private void requireConnected() {
    for (SimulatedHost host : all) {
      Throwable failure = host.failure();
      if (failure != null) {
        throw new IllegalStateException("a host is not connected any more", failure);
      }
    }
  }

  private List<Credentials> join() throws IOException, InterruptedException, ExecutionException {
    String text;
    try (Api api = new Api(socket)) {
      Matcher token =
          Pattern.compile("\"token\":\"([^\"]+)\"")
              .matcher(api.ask("POST", "join-tokens", "{\"reusable\":true}"));
      if (!token.find()) {
        throw new IOException("the controller gives no token");
      }
      text = token.group(1);
    }
    JoinToken token = JoinToken.parse(text);
    List<ControllerAddress> at = List.of(ControllerAddress.parse("127.0.0.1:" + port));
    List<Future<Credentials>> joining = new ArrayList<>();
    try (ExecutorService joins = Executors.newFixedThreadPool(JOINS_AT_ONCE)) {
      Joiner joiner = new Joiner(new SecureRandom());
      for (int i = 0; i < hosts; i++) {
        String name = name(i);
        IdentityDirectory identity = new IdentityDirectory(directory.resolve(name));
        joining.add(
            joins.submit(() -> {
              joiner.join(token, at, name, identity);
              return identity.credentials();
            }));
      }
    }
    List<Credentials> joined = new ArrayList<>();
    for (Future<Credentials> one : joining) {
      joined.add(one.get());
    }
    return joined;
  }

  private static String name(int host) {
    return "h" + host;
  }

  /** Which host has this name. */
  static int numberOf(String name) {
    return Integer.parseInt(name, 1, name.length(), 10);
  }

  private static String network(int host) {
    return "n" + host / HOSTS_PER_NETWORK;
  }

  private static String mac(int station) {
    return String.format(
        Locale.ROOT,
        "02:00:%02x:%02x:%02x:%02x",
        station >> 24 & 0xff,
        station >> 16 & 0xff,
        station >> 8 & 0xff,
        station & 0xff);
  }

  private int hostOf(int station) {
    return station % hosts;
  }

  /** Networks, hosts and stations; stations in parts. */
  private void describe() throws IOException {
    long beganNs = System.nanoTime();
    try (Api api = new Api(socket)) {
      StringBuilder text = new StringBuilder("{\"networks\":[");
      for (int i = 0; i < hosts; i += HOSTS_PER_NETWORK) {
        text.append(i == 0 ? "" : ",").append("{\"name\":\"").append(network(i)).append("\"}");
      }
      text.append("],\"hosts\":[");
      for (int i = 0; i < hosts; i++) {
        byte[] ip = address(10, i + 1);
        text.append(i == 0 ? "" : ",")
            .append(
                "{\"name\":\"%s\",\"addresses\":[\"10.%d.%d.%d\"]}"
                    .formatted(name(i), ip[1] & 0xff, ip[2] & 0xff, ip[3] & 0xff));
      }
      String _ = api.ask("POST", "apply", text.append("]}").toString());
      for (int from = 0; from < stations; from += STATIONS_AT_ONCE) {
        String _ =
            api.ask("POST", "apply", stations(from, Math.min(stations, from + STATIONS_AT_ONCE)));
      }
    }
    tell("stations-made-per-second", stations / since(beganNs));
  }

  private String stations(int from, int to) {
    StringBuilder text = new StringBuilder("{\"stations\":[");
    for (int i = from; i < to; i++) {
      text.append(i == from ? "" : ",")
          .append(
              "{\"network\":\"%s\",\"mac\":\"%s\",\"behind\":\"%s\"}"
                  .formatted(network(hostOf(i)), mac(i), name(hostOf(i))));
    }
    return text.append("]}").toString();
  }

  private void beat() {
    while (running) {
      long began = System.nanoTime();
      for (SimulatedHost host : all) {
        host.beat();
      }
      LockSupport.parkNanos(Math.max(0, BEAT_NS - (System.nanoTime() - began)));
    }
  }

  /** Each host tells every two seconds, and not all at once. */
  private void count() {
    int remotes = Math.min(HOSTS_PER_NETWORK, hosts) - 1;
    long began = System.nanoTime();
    for (long told = 0; running; told++) {
      long due = began + told * COUNT_EVERY_NS / hosts;
      while (due - System.nanoTime() > 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      int host = (int) (told % hosts);
      all.get(host)
          .count(1 + told / hosts, 4_097 + host / HOSTS_PER_NETWORK, stations / hosts, remotes);
    }
  }

  /** Changes at an even rate, whether the controller keeps up or not: who waits is late. */
  private void change() throws InterruptedException {
    int count = perSecond * seconds;
    AtomicInteger next = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    Semaphore done = new Semaphore(0);
    long beganNs = System.nanoTime();
    for (int i = 0; i < CHANGERS; i++) {
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            changeSome(next, failed, count, beganNs);
            done.release();
          });
    }
    done.acquire(CHANGERS);
    isChanging = false;
    tell("changes-per-second", (count - failed.get()) / since(beganNs));
    tell("changes-failed", failed.get());
    await("all changes arrive", () -> deliveries.done() + failed.get() >= count);
    tell("arrived-p50-ms", deliveries.quantileMs(0.5));
    tell("arrived-p99-ms", deliveries.quantileMs(0.99));
    tell("arrived-max-ms", deliveries.quantileMs(1));
  }

  private void changeSome(AtomicInteger next, AtomicInteger failed, int count, long beganNs) {
    try (Api api = new Api(socket)) {
      for (int number = next.getAndIncrement(); number < count; number = next.getAndIncrement()) {
        long due = beganNs + number * NS_PER_SECOND / perSecond;
        while (due - System.nanoTime() > 0) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        int station = number % stations;
        int host = hostOf(station);
        int first = host / HOSTS_PER_NETWORK * HOSTS_PER_NETWORK;
        deliveries.asked(number, Math.min(HOSTS_PER_NETWORK, hosts - first), due);
        byte[] ip = address(11, number);
        String body =
            "{\"ips\":[\"11.%d.%d.%d\"]}".formatted(ip[1] & 0xff, ip[2] & 0xff, ip[3] & 0xff);
        try {
          String answer = api.ask("PATCH", "stations/" + network(host) + "/" + mac(station), body);
          if (answer.isEmpty()) {
            failed.incrementAndGet();
          }
        } catch (IOException e) {
          failed.incrementAndGet();
          System.err.println(e.getMessage());
          return;
        }
      }
    } catch (IOException e) {
      System.err.println(e.getMessage());
    }
  }
}
