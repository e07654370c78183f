package net.viaduct.systemtest.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import net.viaduct.controller.etcd.EtcdCluster;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;
import net.viaduct.lab.LabSwitch;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.systemtest.SystemLab;
import net.viaduct.systemtest.ViaductHost;
import net.viaduct.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A controller, or several on a cluster of etcd, and hosts that have joined, each a process, on an
 * underlay without multicast; each host has a namespace of its own. Owned by the test's thread.
 */
final class ControlledHosts implements AutoCloseable {
  private static final String CONTROLLER = "10.77.0.9";

  private final Path directory;
  private final Lab lab;
  private final LabSwitch underlay;
  private final List<ControllerProcess> controllers;
  private final @Nullable ControllerCluster cluster;
  private final List<LabHost> places = new ArrayList<>();
  private final List<ViaductHost> hosts = new ArrayList<>();

  ControlledHosts(Path directory, int count) throws Exception {
    this(directory, count, "");
  }

  /**
   * The same.
   *
   * @param settings of the controller's section hosts, with a comma in front
   */
  ControlledHosts(Path directory, int count, String settings) throws Exception {
    this(directory, count, settings, directory.resolve("controller.db"));
  }

  /** The same with the controller's store elsewhere. */
  ControlledHosts(Path directory, int count, String settings, Path store) throws Exception {
    this(
        directory,
        count,
        (lab, at) ->
            new Controllers(
                List.of(new ControllerProcess(lab, at, "controller", store.toString(), settings)),
                null));
  }

  /** The same with two controllers on three members of etcd; skips the test where there is none. */
  static ControlledHosts ofCluster(Path directory, int count) throws Exception {
    return ofCluster(directory, count, "");
  }

  /**
   * The same.
   *
   * @param settings of the controllers' section hosts, with a comma in front
   * @param arguments of each member
   */
  static ControlledHosts ofCluster(Path directory, int count, String settings, String... arguments)
      throws Exception {
    EtcdCluster.requireInstalled();
    return new ControlledHosts(
        directory,
        count,
        (lab, at) -> {
          ControllerCluster cluster =
              new ControllerCluster(lab, at, directory, settings, arguments);
          return new Controllers(cluster.controllers(), cluster);
        });
  }

  private record Controllers(List<ControllerProcess> all, @Nullable ControllerCluster cluster) {}

  private interface Starting {
    Controllers start(Lab lab, LabHost at) throws Exception;
  }

  private ControlledHosts(Path directory, int count, Starting starting) throws Exception {
    this.directory = directory;
    lab = SystemLab.open(directory);
    try {
      underlay = new LabSwitch(lab, "sw", 1600);
      LabHost at = new LabHost(lab, underlay, "ctl", IpAddress.parse(CONTROLLER), 24);
      Controllers started = starting.start(lab, at);
      cluster = started.cluster();
      controllers = started.all();
      String token = controller().run("token", "create", "--reusable").strip();
      for (int i = 1; i <= count; i++) {
        LabHost place = new LabHost(lab, underlay, "h" + i, IpAddress.parse("10.77.0." + i), 24);
        places.add(place);
        join(place, token);
        hosts.add(start(place));
      }
      for (ViaductHost host : hosts) {
        host.awaitAnswer("/v1/controller", "\"state\":\"connected\"");
      }
    } catch (Exception | AssertionError e) {
      lab.close();
      throw e;
    }
  }

  private void join(LabHost place, String token, String... more) throws Exception {
    List<String> words = new ArrayList<>(List.of("join", "--token", token));
    words.addAll(List.of("--controller", addresses(), "--host", place.name()));
    words.addAll(List.of("--state", state(place).toString()));
    words.addAll(List.of(more));
    CommandRun.Result joined = CommandRun.viaduct(place.namespace(), words.toArray(String[]::new));
    assertThat(joined.exitCode()).as(joined.output()).isZero();
  }

  private String addresses() {
    return cluster == null
        ? CONTROLLER
        : cluster.ports().stream()
            .map(port -> CONTROLLER + ":" + port)
            .collect(Collectors.joining(","));
  }

  private Path state(LabHost place) {
    return directory.resolve("state-" + place.name());
  }

  /** With nothing in its file but where it is, and that it follows a controller. */
  private ViaductHost start(LabHost place) throws Exception {
    String underlay =
        "{ address: %s }\ncontroller: { state: %s }".formatted(place.address(), state(place));
    return ViaductHost.start(lab, place, underlay, "{}");
  }

  /** Sends a signal to the process of a host. */
  void signal(String name, int index) throws Exception {
    CommandRun.signal(name, hosts.get(index).process().pid());
  }

  /** Starts a host again that has ended, with what it has kept. */
  void restart(int index) throws Exception {
    hosts.set(index, start(places.get(index)));
  }

  /** Has a host that was put out, and has ended, join again and start. */
  void joinAnew(int index) throws Exception {
    join(places.get(index), controller().run("token", "create").strip(), "--again");
    restart(index);
  }

  /** A machine in the underlay that no controller knows. */
  LabHost stranger(String name, IpAddress address) {
    return new LabHost(lab, underlay, name, address, 24);
  }

  Lab lab() {
    return lab;
  }

  /** The only controller, or the first one. */
  ControllerProcess controller() {
    return controllers.getFirst();
  }

  /** All of them. */
  List<ControllerProcess> controllers() {
    return controllers;
  }

  /** The controllers and the members of etcd, if there are several. */
  ControllerCluster cluster() {
    return Objects.requireNonNull(cluster);
  }

  LabHost place(int index) {
    return places.get(index);
  }

  ViaductHost host(int index) {
    return hosts.get(index);
  }

  List<ViaductHost> all() {
    return hosts;
  }

  /** What each host has dropped, for the message of a test that fails. */
  String drops() throws Exception {
    StringBuilder all = new StringBuilder();
    for (ViaductHost host : hosts) {
      String dropped = host.process().isAlive() ? host.drops().toString() : "is dead";
      all.append(host.host().name()).append(' ').append(dropped).append("; ");
    }
    return all.toString();
  }

  @Override
  public void close() {
    lab.close();
  }
}
