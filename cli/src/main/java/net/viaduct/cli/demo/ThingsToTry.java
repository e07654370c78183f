package net.viaduct.cli.demo;

import java.util.List;
import net.viaduct.cli.demo.stage.Screen;
import net.viaduct.lab.Lab;
import net.viaduct.lab.Machine;

/** What somebody can do with a demo that goes on running. Owned by the thread that runs it. */
final class ThingsToTry {
  private final DemoNetwork network;
  private final Lab lab;

  ThingsToTry(DemoNetwork network, Lab lab) {
    this.network = network;
    this.lab = lab;
  }

  void tell(Screen screen) {
    ViaductHost host = network.viaductHosts().getFirst();
    Machine first = network.machines().getFirst();
    Machine last = network.machines().getLast();
    String program = program();
    screen.heading("Five things to try");
    tell(
        screen,
        "1. See where stations are, or what was dropped and why:",
        program + " show stations --socket " + host.socket(),
        program + " show drops --socket " + host.socket());
    tell(
        screen,
        "2. Ping from inside a machine (needs the program ping):",
        inside(first.name(), "ping -c 3 " + last.spec().ipv4()));
    tell(
        screen,
        "3. Watch the tunnel packets on the wire (needs tcpdump), and ping meanwhile:",
        inside(host.host().name(), "tcpdump -n -i eth0 udp port 4789"));
    tell(
        screen,
        "4. Change the configuration, and apply the difference:",
        "sed -i '/vni:/a \\    ageing: 10s' " + host.configuration(),
        program + " reload --socket " + host.socket());
    tell(screen, "5. Stop it, and remove everything:", program + " demo --clean=" + lab.prefix());
  }

  private static void tell(Screen screen, String what, String... commands) {
    screen.line("  " + what);
    List.of(commands).forEach(command -> screen.line("       " + screen.bold(command)));
  }

  private static String program() {
    return System.getProperty("viaduct.launcher", "viaduct");
  }

  /** A command in a namespace; what util-linux brings is enough. */
  private String inside(String name, String command) {
    String enter = "nsenter --net=/run/netns/" + lab.prefix() + "-" + name + " " + command;
    if (!UserNamespace.isInside()) {
      return enter;
    }
    long pid = network.viaductHosts().getFirst().process().pid();
    return "nsenter -t " + pid + " -U -m --preserve-credentials " + enter;
  }
}
