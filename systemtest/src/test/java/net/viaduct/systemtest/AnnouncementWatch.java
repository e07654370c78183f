package net.viaduct.systemtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.viaduct.lab.Lab;
import net.viaduct.lab.Machine;

/**
 * Counts the gratuitous ARPs for an address that leave machines and that reach them, on their own
 * devices, so that a test knows when a failover has been told to a machine: before that nobody but
 * the new master can know of it. Owned by the test's thread.
 */
final class AnnouncementWatch {
  private static final String LISTENER =
      """
      import socket, sys
      s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
      s.bind(('eth0', 0))
      s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
      address = socket.inet_aton(sys.argv[1])
      print('ready')
      while True:
          frame, sender = s.recvfrom(100)
          if frame[:6] + frame[12:14] != b'\\xff' * 6 + b'\\x08\\x06':
              continue  # an old master answers a new one's, too, but only that one
          if frame[28:32] == frame[38:42] == address:
              print('sent' if sender[2] == 4 else 'heard')
      """;

  private final Map<Machine, Path> outputs = new HashMap<>();

  /** Begins to count at these machines. */
  AnnouncementWatch(Lab lab, List<Machine> machines, String address) throws Exception {
    for (Machine machine : machines) {
      Path output = lab.directory().resolve("announcements-" + machine.name());
      outputs.put(machine, output);
      List<String> command = new ArrayList<>(List.of("/usr/bin/python3", "-u", "-c", LISTENER));
      command.add(address);
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      lab.start("announcements-" + machine.name(), machine.namespace(), builder);
    }
  }

  /** Whether all listeners hear by now. */
  boolean isReady() {
    return outputs.values().stream().allMatch(output -> count(output, "ready") == 1);
  }

  /** How many a machine has sent. */
  long sent(Machine machine) {
    return count(outputs.get(machine), "sent");
  }

  /** How many have reached a machine. */
  long heard(Machine machine) {
    return count(outputs.get(machine), "heard");
  }

  private static long count(Path output, String what) {
    try {
      return Files.readAllLines(output).stream().filter(what::equals).count();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
