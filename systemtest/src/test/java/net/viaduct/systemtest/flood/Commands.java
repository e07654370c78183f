package net.viaduct.systemtest.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.systemtest.CommandRun;

/** What the laboratory cannot configure by itself. */
final class Commands {
  private Commands() {}

  /** Runs {@code ip} in a namespace. */
  static void ip(NetNamespace where, String arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments.split(" ")));
    CommandRun.Result result = CommandRun.in(where, command.toArray(String[]::new));
    assertThat(result.exitCode()).as("ip %s: %s", arguments, result.output()).isZero();
  }
}
