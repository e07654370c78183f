package net.viaduct.systemtest.controller;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import net.viaduct.controller.etcd.EtcdCluster;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabHost;

/**
 * Three members of etcd, and two controllers whose store they are, on the loopback of one machine.
 * Owned by the test's thread.
 */
final class ControllerCluster {
  /** How many members there are. */
  static final int MEMBERS = 3;

  private static final int FIRST_PORT = 7843;

  private final LabHost place;
  private final EtcdCluster etcd;
  private final List<ControllerProcess> controllers;

  /**
   * Starts them.
   *
   * @param settings of the controllers' section hosts, with a comma in front
   * @param arguments of each member
   */
  ControllerCluster(Lab lab, LabHost place, Path directory, String settings, String... arguments)
      throws Exception {
    this.place = place;
    Path data = Files.createDirectories(directory.resolve("etcd"));
    etcd = place.namespace().call(() -> EtcdCluster.start(data, MEMBERS, arguments));
    lab.closeWithLab(etcd);
    String store = "{ etcd: { endpoints: %s } }".formatted(etcd.endpoints());
    controllers =
        IntStream.of(0, 1)
            .mapToObj(i ->
                new ControllerProcess(
                    lab, place, "c" + i, store, ", port: " + (FIRST_PORT + i) + settings))
            .toList();
  }

  /** The controllers, which are equal. */
  List<ControllerProcess> controllers() {
    return controllers;
  }

  /** Where hosts come in, in the order of the controllers. */
  List<Integer> ports() {
    return IntStream.range(0, controllers.size()).mapToObj(i -> FIRST_PORT + i).toList();
  }

  /** As when its machine burns down. */
  void killMember(int member) throws InterruptedException {
    etcd.kill(member);
  }

  /** Has others write into etcd until it takes nothing more. */
  void fill() {
    place.namespace().run(etcd::fill);
  }

  /** Takes away what others wrote, and has etcd go on. */
  void makeRoom() {
    place.namespace().run(etcd::makeRoom);
  }

  /** Starts a member again; it has what it had. */
  void startMember(int member) {
    place
        .namespace()
        .run(() -> {
          etcd.start(member);
          etcd.awaitHealthy();
        });
  }
}
