package net.viaduct.cli.training;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.Thing;
import net.viaduct.cli.Version;
import net.viaduct.cli.Viaduct;
import net.viaduct.host.Host;
import net.viaduct.host.HostSurroundings;
import net.viaduct.host.devices.LinuxDevices;
import net.viaduct.runtime.SystemClock;

/**
 * What the AOT cache is trained on after a build: the commands that users wait for, a host that
 * comes up, and two hosts that carry traffic. So classes are loaded and linked before the program
 * starts, and the compiler knows the path of a frame before the first one comes (JEP 515): it need
 * not watch the path for a while in slower code.
 */
public final class Training {
  private Training() {}

  /** Runs the commands quietly. */
  public static void main(String[] arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    System.setOut(nowhere);
    System.setErr(nowhere);
    int version = Viaduct.run("--version");
    int help = Viaduct.run("--help");
    String left = trainHost() + trainTraffic();
    System.setOut(out);
    System.setErr(err);
    if (!left.isEmpty()) {
      System.out.println("not trained: " + left);
    }
    System.exit(version == ExitCode.DONE && help == ExitCode.DONE ? 0 : 1);
  }

  /** A host on the loopback device needs no permission; where it cannot be, starts are slower. */
  private static String trainHost() {
    try {
      Path directory = Files.createTempDirectory("viaduct-training");
      Path file = directory.resolve("viaduct.yaml");
      Path socket = directory.resolve("train.sock");
      try {
        Files.writeString(file, configuration(directory));
        run(file, socket);
      } finally {
        Files.deleteIfExists(file);
        Files.deleteIfExists(directory);
      }
      return "";
    } catch (IOException | RuntimeException e) {
      return "a host, " + e + "; ";
    }
  }

  /** Frames need a namespace; where none can be made, full speed is reached later. */
  private static String trainTraffic() {
    try (TrainingGround ground = TrainingGround.build()) {
      ground.exchange();
      return "";
    } catch (RuntimeException e) {
      return "traffic, " + e;
    }
  }

  private static void run(Path file, Path socket) {
    try (LinuxDevices devices = new LinuxDevices();
        Host host = Host.start(file, surroundings(devices))) {
      host.reload();
      for (Thing thing : Thing.values()) {
        Viaduct.run("show", thing.word(), "--socket", socket.toString());
      }
      Viaduct.run("show", "ports", "--json", "--socket", socket.toString());
      Viaduct.run("reload", "--socket", socket.toString());
    }
    Viaduct.run("up", "--check", "-c", file.toString());
  }

  static HostSurroundings surroundings(LinuxDevices devices) {
    return new HostSurroundings(
        devices, new SystemClock(), Clock.systemUTC(), "train", Version.number());
  }

  private static String configuration(Path directory) throws IOException {
    try (DatagramSocket free = new DatagramSocket()) {
      return """
      host: train
      underlay: { address: 127.0.0.1, port: %d }
      api: { socket: %s/train.sock }
      counters: { file: %s/train.counters }
      networks:
        blue:
          vni: 100
          flood: { remotes: [127.0.0.2] }
          ageing: 10m
          stations: [{ mac: 02:00:00:00:00:01, remote: 127.0.0.2 }]
        red: { vni: 200, flood: { group: 239.1.1.1 } }
      """
          .formatted(free.getLocalPort(), directory, directory);
    }
  }
}
