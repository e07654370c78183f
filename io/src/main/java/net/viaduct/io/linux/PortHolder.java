package net.viaduct.io.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import net.viaduct.io.Endpoint;

/** Finds out, for a message, who has a UDP port of this namespace. Stateless. */
final class PortHolder {
  private static final int LOCAL_COLUMN = 1;
  private static final int INODE_COLUMN = 9;

  private PortHolder() {}

  /** Names the holder: {@code dnsmasq (process 812)}, or what it may be. */
  static String describe(Endpoint endpoint) {
    List<String> inodes = inodes(endpoint);
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (holdsOne(process, inodes)) {
          String program = Files.readString(process.resolve("comm")).strip();
          return program + " (process " + process.getFileName() + ")";
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // a process that ended meanwhile; the answer below is true all the same
    }
    return "the kernel, perhaps a vxlan device, or by a process that we may not see";
  }

  /** {@code /proc/net/udp} has addresses as hexadecimal words in the machine's order. */
  private static List<String> inodes(Endpoint endpoint) {
    byte[] address = endpoint.address().toBytes();
    String port = String.format(Locale.ROOT, ":%04X", endpoint.port());
    StringBuilder ours = new StringBuilder();
    for (int at = 0; at < address.length; at += Integer.BYTES) {
      int word =
          ByteBuffer.wrap(address, at, Integer.BYTES).order(ByteOrder.nativeOrder()).getInt();
      ours.append(String.format(Locale.ROOT, "%08X", word));
    }
    List<String> inodes = new ArrayList<>();
    for (String table : List.of("udp", "udp6")) {
      try {
        for (String line : Files.readAllLines(Path.of("/proc/thread-self/net", table))) {
          String[] columns = line.strip().split("\\s+", -1);
          String local = columns[LOCAL_COLUMN];
          if (local.contentEquals(ours + port) || local.matches("0+" + port)) {
            inodes.add("socket:[" + columns[INODE_COLUMN] + "]");
          }
        }
      } catch (IOException e) {
        // no such table: nobody holds the port there
      }
    }
    return inodes;
  }

  private static boolean holdsOne(Path process, List<String> inodes) {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        if (inodes.contains(linkOf(descriptor))) {
          return true;
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return false; // it ended, or is somebody else's
    }
    return false;
  }

  private static String linkOf(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
