package net.viaduct.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import net.viaduct.host.client.ApiClient;
import net.viaduct.host.devices.MemoryDevices;
import net.viaduct.io.memory.MemoryNetwork;
import net.viaduct.runtime.NanoClock;
import net.viaduct.runtime.SystemClock;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A host on a machine in memory, for tests; all that it made has to be gone at its end. */
abstract class HostInMemory {
  static final IpAddress GROUP = IpAddress.parse("239.1.1.100");
  static final String BLUE =
      """
      networks:
        blue:
          vni: 100
          flood: { group: 239.1.1.100 }
          ports: [{ tap: vm1 }, { device: veth7 }]
      """;

  @TempDir Path directory;
  final MemoryNetwork network = new MemoryNetwork();
  final MemoryDevices devices = new MemoryDevices(network, "10.77.0.1");
  Path file;
  ApiClient client;
  @Nullable Host host;

  @BeforeEach
  void prepare() throws IOException {
    file = directory.resolve("viaduct.yaml");
    client = new ApiClient(directory.resolve("h1.sock"), Duration.ofSeconds(20));
    devices.addDevice("veth7", 1450, true, Optional.empty());
    write(BLUE);
  }

  @AfterEach
  void stop() {
    if (host != null) {
      host.close();
    }
    assertThat(directory.resolve("h1.sock")).doesNotExist();
    assertThat(directory.resolve("h1.counters")).doesNotExist();
    assertThat(devices.openPorts()).isEmpty();
    assertThat(network.members(GROUP)).isEmpty();
  }

  void write(String networks) throws IOException {
    Files.writeString(
        file,
        """
        host: h1
        underlay: { address: 10.77.0.1 }
        api: { socket: %s/h1.sock }
        counters: { file: %s/h1.counters }
        """
                .formatted(directory, directory)
            + networks);
  }

  void writeWithPort(int port) throws IOException {
    writeWith("port: " + port);
  }

  void writeWith(String key) throws IOException {
    write(BLUE);
    String text = Files.readString(file);
    Files.writeString(
        file, text.replace("address: 10.77.0.1 }", "address: 10.77.0.1, " + key + " }"));
  }

  Host start() {
    return start(new SystemClock());
  }

  Host start(NanoClock clock) {
    host =
        Host.start(
            file, new HostSurroundings(devices, clock, Clock.systemUTC(), "thishost", "0.1.0"));
    return host;
  }

  static void await(BooleanSupplier condition) throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    for (int i = 0; i < 2_000 && !condition.getAsBoolean(); i++) {
      assertThat(never.await(10, TimeUnit.MILLISECONDS)).isFalse();
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  String body(String target) {
    try {
      return client.get(target).body();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
