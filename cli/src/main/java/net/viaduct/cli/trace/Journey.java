package net.viaduct.cli.trace;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.viaduct.cli.Json;
import net.viaduct.cli.LocalHost;
import net.viaduct.cli.Refusal;
import net.viaduct.host.client.ApiSilent;
import net.viaduct.io.Endpoint;

/**
 * Follows a frame from host to host: what one sends, the other is asked about. One hop, as no host
 * sends on what came from a tunnel. Owned by the command's thread.
 */
final class Journey {
  private final LocalHost first;
  private final List<Path> sockets;

  /**
   * A journey.
   *
   * @param first where the frame is
   * @param sockets of the other hosts that may be asked
   */
  Journey(LocalHost first, List<Path> sockets) {
    this.first = first;
    this.sockets = sockets;
  }

  /**
   * The traces, the first host's first.
   *
   * @throws ApiSilent if the first host does not answer
   */
  List<Map<String, Object>> follow(Map<String, String> question, byte[] frame) throws ApiSilent {
    List<Map<String, Object>> traces = new ArrayList<>();
    Map<String, Object> trace = ask(first, question, frame);
    traces.add(trace);
    if (!sockets.isEmpty()) {
      List<String> here = addresses(first);
      Map<String, LocalHost> others = others(here);
      for (Map<?, ?> sent : sent(trace)) {
        traces.addAll(continued(sent, here, others, frame));
      }
    }
    return traces;
  }

  private static Map<String, Object> ask(LocalHost host, Map<String, String> question, byte[] frame)
      throws ApiSilent {
    Map<String, String> form = new LinkedHashMap<>(question);
    form.put("frame", HexFormat.of().formatHex(frame));
    return Json.parse(host.ask("/v1/trace", form));
  }

  /** The other hosts that answer, by underlay address. */
  private Map<String, LocalHost> others(List<String> here) {
    Map<String, LocalHost> others = new LinkedHashMap<>();
    for (Path socket : sockets) {
      LocalHost host = new LocalHost(socket);
      try {
        for (String address : addresses(host)) {
          if (!here.contains(address)) {
            others.put(address, host);
          }
        }
      } catch (ApiSilent | Refusal _) {
        // a host that is down cannot be asked; that its trace is missing is told where it matters
      }
    }
    return others;
  }

  /** The underlay addresses of a host. */
  private static List<String> addresses(LocalHost host) throws ApiSilent {
    return Json.parse(host.json("/v1/status")).get("underlayAddresses") instanceof List<?> all
        ? all.stream().map(String::valueOf).toList()
        : List.of();
  }

  /** Which of our addresses a datagram for another one comes from. */
  private static String sender(List<String> here, String target) {
    boolean ipv6 = target.indexOf(':') >= 0;
    return here.stream()
        .filter(address -> (address.indexOf(':') >= 0) == ipv6)
        .findFirst()
        .orElse(here.getFirst());
  }

  private static List<Map<?, ?>> sent(Map<String, Object> trace) {
    List<Map<?, ?>> sent = new ArrayList<>();
    if (trace.get("outcomes") instanceof List<?> outcomes) {
      for (Object outcome : outcomes) {
        if (outcome instanceof Map<?, ?> map && "sent".equals(map.get("verdict"))) {
          sent.add(map);
        }
      }
    }
    return sent;
  }

  private static List<Map<String, Object>> continued(
      Map<?, ?> sent, List<String> here, Map<String, LocalHost> others, byte[] frame) {
    String target = String.valueOf(sent.get("remote"));
    String vni = String.valueOf(sent.get("vni"));
    String address = Endpoint.parse(target).address().toString();
    Set<LocalHost> receivers = new LinkedHashSet<>();
    LocalHost named = others.get(address);
    if (named != null) {
      receivers.add(named);
    } else {
      others.values().stream().filter(host -> floodsTo(host, target, vni)).forEach(receivers::add);
    }
    List<Map<String, Object>> traces = new ArrayList<>();
    for (LocalHost receiver : receivers) {
      traces.add(askOther(receiver, sender(here, address), vni, frame));
    }
    if (receivers.isEmpty()) {
      traces.add(untold(target, "no Viaduct host that can be asked from here has this address"));
    }
    return traces;
  }

  private static Map<String, Object> askOther(
      LocalHost host, String here, String vni, byte[] frame) {
    try {
      return ask(host, Map.of("remote", here, "vni", vni), frame);
    } catch (ApiSilent | Refusal e) {
      return untold(host.socket().toString(), String.valueOf(e.getMessage()));
    }
  }

  /** Whether a host is a member of a group, for a network: then it has ports in it. */
  private static boolean floodsTo(LocalHost host, String group, String vni) {
    try {
      Map<String, Object> answer = Json.parse(host.json("/v1/flood"));
      return answer.get("flood") instanceof List<?> networks
          && networks.stream()
              .anyMatch(network ->
                  network instanceof Map<?, ?> map
                      && vni.equals(String.valueOf(map.get("vni")))
                      && map.get("targets") instanceof List<?> targets
                      && targets.contains(group)
                      && map.get("ports") instanceof List<?> ports
                      && !ports.isEmpty());
    } catch (ApiSilent | Refusal _) {
      return false;
    }
  }

  private static Map<String, Object> untold(String where, String why) {
    Map<String, Object> trace = new LinkedHashMap<>();
    trace.put("host", where);
    trace.put("untold", why);
    return trace;
  }
}
