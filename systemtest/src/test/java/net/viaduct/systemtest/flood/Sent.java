package net.viaduct.systemtest.flood;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.systemtest.ViaductHost;

/** What a host counted. */
final class Sent {
  private Sent() {}

  /** How many frames a host has sent to a remote; 0 if it does not know it. */
  static long toRemote(ViaductHost host, String address) throws ApiSilent {
    return find(host.get("/v1/remotes"), "address", address, "sentFrames");
  }

  /** How many frames a host has received from a port. */
  static long fromPort(ViaductHost host, String port) throws ApiSilent {
    return find(host.get("/v1/ports"), "name", port, "receivedFrames");
  }

  /**
   * How many bytes of a network came to a host through tunnels: trains of datagrams count as one
   * frame each, so that frames would not tell.
   */
  static long bytesFromRemotes(ViaductHost host, String network) throws ApiSilent {
    return find(host.get("/v1/counters"), "label", network, "ingress-received-bytes");
  }

  private static long find(String json, String key, String value, String counter) {
    Matcher row =
        Pattern.compile(
                "\"%s\"\\s*:\\s*\"%s\".*?\"%s\"\\s*:\\s*([0-9]+)"
                    .formatted(key, Pattern.quote(value), counter),
                Pattern.DOTALL)
            .matcher(json);
    return row.find() ? Long.parseLong(row.group(1)) : 0;
  }
}
