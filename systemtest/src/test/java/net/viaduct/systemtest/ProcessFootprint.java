package net.viaduct.systemtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process holds, as the kernel tells it. Immutable.
 *
 * @param descriptors open files
 * @param threads of the process
 * @param residentMib memory that is there, in MiB
 */
record ProcessFootprint(long descriptors, long threads, long residentMib) {
  static ProcessFootprint of(long pid) throws IOException {
    Path process = Path.of("/proc/" + pid);
    try (Stream<Path> descriptors = Files.list(process.resolve("fd"))) {
      String status = Files.readString(process.resolve("status"));
      return new ProcessFootprint(
          descriptors.count(), number(status, "Threads"), number(status, "VmRSS") >> 10);
    }
  }

  private static long number(String status, String key) {
    Matcher matcher = Pattern.compile(key + ":\\s*([0-9]+)").matcher(status);
    if (!matcher.find()) {
      throw new AssertionError("no " + key + " in " + status);
    }
    return Long.parseLong(matcher.group(1));
  }
}
