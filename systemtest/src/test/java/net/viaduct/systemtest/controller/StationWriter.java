package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import net.viaduct.controller.api.Asked;
import net.viaduct.wire.MacAddress;

/**
 * Changes stations of a network all the time, by whichever of the controllers answers, and
 * remembers what was acknowledged. Its thread is its own; what it remembers can be read by any.
 */
final class StationWriter {
  private static final String JSON = "Content-Type: application/json\r\n";
  private static final long FIRST_MAC = 0x0201_0000_0000L;
  private static final long PAUSE_NS = 25_000_000L;
  private static final int TRIES = 2_400;

  private final List<ControllerProcess> controllers;
  private final String network;
  private final int hosts;
  private final Map<String, Integer> behind = new ConcurrentHashMap<>();
  private final AtomicInteger acknowledged = new AtomicInteger();
  private final Thread thread = Thread.ofVirtual().unstarted(this::run);
  private volatile boolean enough;
  private volatile boolean abandoned;
  private volatile String surprise = "";
  private int asked;

  /**
   * One that has not begun.
   *
   * @param hosts h1 and so on, behind which the stations are
   */
  StationWriter(List<ControllerProcess> controllers, String network, int hosts) {
    this.controllers = controllers;
    this.network = network;
    this.hosts = hosts;
  }

  void start() {
    thread.start();
  }

  /** Two of three stations stay, one of these behind another host than at first. */
  private void run() {
    for (int i = 0; !enough; i++) {
      place(i, i % hosts);
      if (i % 3 == 1) {
        place(i - 1, i % hosts);
      } else if (i % 3 == 2) {
        remove(i - 1);
      }
    }
  }

  private void place(int station, int host) {
    String body =
        "{\"network\":\"%s\",\"mac\":\"%s\",\"behind\":\"h%d\"}"
            .formatted(network, mac(station), host + 1);
    if (ask("PUT", mac(station), body)) {
      behind.put(mac(station), host);
      acknowledged.incrementAndGet();
    }
  }

  private void remove(int station) {
    if (ask("DELETE", mac(station), "")) {
      behind.remove(mac(station));
      acknowledged.incrementAndGet();
    }
  }

  private static String mac(int station) {
    return MacAddress.format(FIRST_MAC + station);
  }

  /**
   * Asks until there is an answer; whether it was done, which it was not if there was a surprise.
   */
  private boolean ask(String method, String mac, String body) {
    while (surprise.isEmpty() && !abandoned) {
      int status = once(method, "/api/v1/stations/" + network + "/" + mac, body);
      if (status / 100 == 2 || (status == 404 && method.equals("DELETE"))) {
        return true; // not found: whoever did it was killed before the answer
      }
      if (status != 0 && status != 503) {
        surprise = "%s %s: %d".formatted(method, mac, status);
      }
      asked = (asked + 1) % controllers.size();
      LockSupport.parkNanos(PAUSE_NS);
    }
    return false;
  }

  /** The status; 0 if nobody answered. */
  private int once(String method, String target, String body) {
    try {
      return Asked.of(Asked.unix(controllers.get(asked).socket()), method, target, JSON, body)
          .status();
    } catch (IOException _) {
      return 0;
    }
  }

  /** Waits until so many more changes are acknowledged. */
  void awaitMore(int more) {
    int wanted = acknowledged() + more;
    for (int i = 0; acknowledged() < wanted; i++) {
      assertThat(surprise).isEmpty();
      assertThat(i).as("changes go on").isLessThan(TRIES);
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  /** How many changes were acknowledged. */
  int acknowledged() {
    return acknowledged.get();
  }

  /** An answer that none of these should get; empty if there was none. */
  String surprise() {
    return surprise;
  }

  /** Ends, also if nobody answers any more. */
  void abandon() throws InterruptedException {
    abandoned = true;
    enough = true;
    thread.join();
  }

  /** Ends; returns behind which host each station is, by what was acknowledged. */
  Map<String, Integer> end() throws InterruptedException {
    enough = true;
    thread.join();
    return Map.copyOf(behind);
  }
}
