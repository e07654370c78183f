package net.viaduct.controller.etcd;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which cluster a store is in. Immutable.
 *
 * @param endpoints of its members, as many as are known, at least one
 * @param prefix what the keys in etcd begin with
 * @param tls how members and this controller know each other; empty: without encryption
 */
public record EtcdConfig(List<Endpoint> endpoints, String prefix, Optional<Tls> tls) {
  /** What the keys begin with if nobody says. */
  public static final String USUAL_PREFIX = "viaduct/";

  private static final Pattern PREFIX = Pattern.compile("[!-~]{0,254}/");

  /**
   * Files in PEM.
   *
   * @param ca who signed the certificates of the members
   * @param identity ours, if members ask for one
   */
  public record Tls(Path ca, Optional<Identity> identity) {}

  /**
   * Files in PEM.
   *
   * @param certificate ours, and those that signed it
   * @param key PKCS #8
   */
  public record Identity(Path certificate, Path key) {}

  /**
   * Where a member is.
   *
   * @param host a name or an address
   * @param port TCP
   */
  public record Endpoint(String host, int port) {
    private static final Pattern TEXT =
        Pattern.compile("(?:https?://)?(?:\\[([0-9a-fA-F:.]+)]|([^:/\\[\\]\\s]+)):([0-9]{1,5})/?");

    /**
     * An endpoint as etcd's own programs take it, with or without {@code https://} before it.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Endpoint parse(String text) {
      Matcher parts = TEXT.matcher(text);
      int port = parts.matches() ? Integer.parseInt(parts.group(3)) : 0;
      if (port < 1 || port > 0xffff) {
        throw new IllegalArgumentException(
            "'" + text + "' is not an endpoint such as 10.0.0.1:2379 or https://etcd1:2379");
      }
      String host = parts.group(1) == null ? parts.group(2) : parts.group(1);
      return new Endpoint(String.valueOf(host), port);
    }

    @Override
    public String toString() {
      return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /** Checks and copies. */
  public EtcdConfig {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("etcd has at least one endpoint");
    }
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "'" + prefix + "' is not printable ASCII with a slash at its end");
    }
  }

  @Override
  public String toString() {
    return endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(",", "etcd ", ""))
        + " at "
        + prefix;
  }
}
