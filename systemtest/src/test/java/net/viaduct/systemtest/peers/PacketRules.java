package net.viaduct.systemtest.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.systemtest.CommandRun;
import net.viaduct.systemtest.SystemLab;
import org.junit.jupiter.api.Assumptions;

/**
 * Rules of nftables in a namespace: the kernel's own eyes on packets, and hands. They are gone with
 * the namespace. Owned by the test's thread.
 */
final class PacketRules {
  private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

  private final NetNamespace namespace;
  private final String table;

  /**
   * Puts a table in force.
   *
   * @param table its family and name: {@code inet seen}
   * @param content counters and chains
   */
  PacketRules(NetNamespace namespace, String table, String content) throws Exception {
    this.namespace = namespace;
    this.table = table;
    nft("table " + table + " {\n" + content + "\n}");
  }

  /**
   * Skips the test where no rules can be made: no program, or none of these in the kernel.
   *
   * @param families {@code inet}, {@code bridge}
   */
  static void require(NetNamespace namespace, String... families) throws Exception {
    SystemLab.requireProgram("nft");
    for (String family : families) {
      String chain = "chain c { type filter hook prerouting priority 0; }";
      String table = "table " + family + " probe { " + chain + "; }";
      CommandRun.Result result = CommandRun.in(namespace, "nft", "--check", table);
      boolean works = result.exitCode() == 0;
      Assumptions.assumeTrue(works, "no nftables for " + family + " here: " + result.output());
    }
  }

  /** Puts another content in force, with counters at zero. */
  void replace(String content) throws Exception {
    nft("delete table " + table + "\ntable " + table + " {\n" + content + "\n}");
  }

  /** How many packets a counter has seen. */
  long packets(String counter) throws Exception {
    String listed = nft("list counter " + table + " " + counter);
    Matcher matcher = PACKETS.matcher(listed);
    assertThat(matcher.find()).as(listed).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private String nft(String command) throws Exception {
    CommandRun.Result result = CommandRun.in(namespace, "nft", command);
    assertThat(result.exitCode()).as("%s: %s", command, result.output()).isZero();
    return result.output();
  }
}
