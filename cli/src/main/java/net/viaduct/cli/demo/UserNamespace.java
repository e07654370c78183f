package net.viaduct.cli.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.viaduct.cli.ProgramCommand;
import net.viaduct.io.IoFailure;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.io.linux.ProgramReplacement;
import net.viaduct.lab.LabRegistry;

/**
 * How somebody who is not root may make namespaces: as root of a user namespace, whose network
 * namespaces and mounts are its own. Stateless.
 */
final class UserNamespace {
  /** Set for the program that runs inside. */
  static final String INSIDE_VARIABLE = "VIADUCT_USER_NAMESPACE";

  private static final List<Path> PLACES_OF_UNSHARE =
      List.of(Path.of("/usr/bin/unshare"), Path.of("/bin/unshare"));
  private static final int MOST_BYTES = 64;
  private static final List<String> OPTIONS =
      List.of("--user", "--map-root-user", "--net", "--mount");

  private UserNamespace() {}

  /** Whether this process may make network namespaces; if not, why. */
  static Optional<String> whyNot() {
    try {
      NetNamespace.createUnnamed("probe").close();
      return Optional.empty();
    } catch (IoFailure e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  static boolean isInside() {
    return System.getenv(INSIDE_VARIABLE) != null;
  }

  /**
   * Runs this program again as root of a user namespace, in place of this process.
   *
   * @return why that is not possible; otherwise it does not return
   */
  static String enter(LabRegistry registry, List<String> arguments) {
    Optional<Path> unshare = PLACES_OF_UNSHARE.stream().filter(Files::isExecutable).findFirst();
    if (unshare.isEmpty()) {
      return "the program unshare (Debian: util-linux) is not here";
    }
    List<String> command = new ArrayList<>();
    command.add(unshare.get().toString());
    command.addAll(OPTIONS);
    if (!works(command)) {
      return whatForbidsIt();
    }
    command.add("--");
    command.addAll(ProgramCommand.prefix());
    command.addAll(arguments);
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put(INSIDE_VARIABLE, "1");
    environment.put(LabRegistry.DIRECTORY_VARIABLE, registry.root().toString());
    return String.valueOf(ProgramReplacement.replaceBy(command, environment).getMessage());
  }

  private static boolean works(List<String> unshare) {
    List<String> probe = new ArrayList<>(unshare);
    probe.addAll(List.of("--", "unshare", "--net", "true"));
    try {
      ProcessBuilder builder = new ProcessBuilder(probe);
      builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
      return builder.start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The switches by which kernels and distributions forbid it. */
  private static String whatForbidsIt() {
    Map<String, String> forbidding =
        Map.of(
            "user/max_user_namespaces", "0",
            "kernel/unprivileged_userns_clone", "0",
            "kernel/apparmor_restrict_unprivileged_userns", "1");
    for (Map.Entry<String, String> each : forbidding.entrySet()) {
      String variable = each.getKey();
      if (value(variable).equals(each.getValue())) {
        return "user namespaces are switched off: "
            + variable.replace('/', '.')
            + " is "
            + each.getValue();
      }
    }
    return "this kernel, or the container around us, allows no user namespaces";
  }

  /** The value of a variable of the kernel; empty if there is none. */
  static String value(String variable) {
    // In one call: a second one gets nothing more, so that a read byte by byte would get one digit.
    try (InputStream file = Files.newInputStream(Path.of("/proc/sys").resolve(variable))) {
      return new String(file.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
