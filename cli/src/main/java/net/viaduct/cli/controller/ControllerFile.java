package net.viaduct.cli.controller;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import net.viaduct.controller.ControllerConfig;
import net.viaduct.controller.HostsSide;
import net.viaduct.controller.StorePlace;
import net.viaduct.controller.membership.HostsDoor;
import net.viaduct.controller.membership.Members;
import net.viaduct.controller.subscription.LifePolicy;
import net.viaduct.host.config.IntRange;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.SettingsFile;
import net.viaduct.host.configfile.Value;

/** Reads the file of a controller. Stateless. */
final class ControllerFile {
  private static final IntRange HISTORY = new IntRange("a history", 1_000, 100_000_000);
  private static final IntRange RATE = new IntRange("a rate of requests", 1, 1_000_000);

  private ControllerFile() {}

  /**
   * What the file says.
   *
   * @param controller how it runs
   * @param hosts how it lets hosts in, if it does
   */
  record Settings(ControllerConfig controller, Optional<HostsSide.Config> hosts) {}

  /** What holds without a file: hosts may come in at every address. */
  static Settings usual() {
    return new Settings(
        ControllerConfig.of(ControllerConfig.USUAL_STORE, ControllerConfig.USUAL_SOCKET),
        Optional.of(HostsSide.Config.at(new InetSocketAddress(HostsDoor.USUAL_PORT))));
  }

  /**
   * Reads a file; the usual one need not be there.
   *
   * @throws net.viaduct.host.configfile.ConfigException with all that is wrong
   */
  static Settings readIfThere(Path file) {
    return file.equals(ControllerCommand.DEFAULT_FILE) && !Files.exists(file)
        ? usual()
        : SettingsFile.read(file, ControllerFile::read);
  }

  private static Optional<Settings> read(Section root) {
    Optional<Section> hosts = root.section("hosts");
    Optional<HostsSide.Config> letIn = hosts.flatMap(ControllerFile::hosts);
    return controller(root).map(controller -> new Settings(controller, letIn));
  }

  private static Optional<HostsSide.Config> hosts(Section section) {
    Optional<InetAddress> address =
        section.get("address").flatMap(v -> v.as(InetAddress::ofLiteral));
    int port =
        section.get("port").flatMap(v -> v.integer(IntRange.UDP_PORT)).orElse(HostsDoor.USUAL_PORT);
    Duration away =
        section.get("away-after").flatMap(Value::duration).orElse(LifePolicy.USUAL.awayAfter());
    Duration withdraw =
        section
            .get("withdraw-after")
            .flatMap(Value::duration)
            .orElse(LifePolicy.USUAL.withdrawAfter());
    Duration life =
        section.get("certificate-life").flatMap(Value::duration).orElse(Members.USUAL_LIFE);
    section.noMore();
    try {
      InetSocketAddress listen =
          address.map(it -> new InetSocketAddress(it, port)).orElse(new InetSocketAddress(port));
      return Optional.of(new HostsSide.Config(listen, life, new LifePolicy(away, withdraw)));
    } catch (IllegalArgumentException e) {
      section.wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<ControllerConfig> controller(Section root) {
    Optional<StorePlace> store =
        root.get("store")
            .map(StorePlaceReader::read)
            .orElse(Optional.of(new StorePlace.InFile(ControllerConfig.USUAL_STORE)));
    int history =
        root.get("history")
            .flatMap(v -> v.integer(HISTORY))
            .orElse((int) ControllerConfig.USUAL_HISTORY);
    Optional<Section> api = root.section("api");
    Optional<Path> socket = api.flatMap(it -> path(it, "socket"));
    Optional<Integer> loopback =
        api.flatMap(it -> it.get("loopback-port")).flatMap(v -> v.integer(IntRange.UDP_PORT));
    Optional<Integer> rate =
        api.flatMap(it -> it.get("requests-per-second")).flatMap(v -> v.integer(RATE));
    Optional<Section> tlsSection = api.flatMap(it -> it.section("tls"));
    Optional<ControllerConfig.Tls> tls = tlsSection.flatMap(ControllerFile::tls);
    Optional<Section> vnis = root.section("vnis");
    int first = number(vnis, "first", ControllerConfig.USUAL_FIRST_VNI);
    int last = number(vnis, "last", ControllerConfig.USUAL_LAST_VNI);
    if (first > last) {
      root.wrongKey("vnis", "first is larger than last");
      return Optional.empty();
    }
    api.ifPresent(Section::noMore);
    vnis.ifPresent(Section::noMore);
    if (store.isEmpty()) {
      return Optional.empty(); // what is wrong with it was told
    }
    int perSecond = rate.orElse(ControllerConfig.USUAL_REQUESTS_PER_SECOND);
    return Optional.of(
        new ControllerConfig(
            store.get(),
            history,
            Optional.of(socket.orElse(ControllerConfig.USUAL_SOCKET)),
            loopback.map(OptionalInt::of).orElse(OptionalInt.empty()),
            tls,
            first,
            last,
            perSecond,
            perSecond * 2));
  }

  private static int number(Optional<Section> section, String name, int usual) {
    return section.flatMap(it -> it.get(name)).flatMap(v -> v.integer(IntRange.VNI)).orElse(usual);
  }

  private static Optional<Path> path(Section section, String name) {
    return section.get(name).flatMap(v -> v.as(Path::of));
  }

  private static Optional<ControllerConfig.Tls> tls(Section section) {
    Optional<String> address = section.get("address").flatMap(v -> v.as(it -> it));
    Optional<Integer> port = section.get("port").flatMap(v -> v.integer(IntRange.UDP_PORT));
    Optional<Path> certificate =
        section.need("certificate", "it names a file in PEM").flatMap(v -> v.as(Path::of));
    Optional<Path> key = section.need("key", "it names a file in PEM").flatMap(v -> v.as(Path::of));
    Optional<Path> clients = path(section, "client-signers");
    section.noMore();
    if (certificate.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ControllerConfig.Tls(
            address.orElse("0.0.0.0"),
            port.orElse(ControllerConfig.USUAL_PORT),
            certificate.get(),
            key.get(),
            clients));
  }
}
