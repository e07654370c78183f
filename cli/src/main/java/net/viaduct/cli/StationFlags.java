package net.viaduct.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options by which somebody says which stations are meant. */
final class StationFlags {
  @Option(names = "--network", paramLabel = "NAME", description = "Only in this network, or VNI.")
  private String network = "";

  @Option(names = "--port", paramLabel = "NAME", description = "Only behind this port.")
  private String port = "";

  @Option(names = "--remote", paramLabel = "ADDRESS", description = "Only behind this remote.")
  private String remote = "";

  @Option(names = "--mac", paramLabel = "MAC", description = "Only this one.")
  private String mac = "";

  StationFlags() {}

  /** The parameters of a request that says the same; those that were not given are left out. */
  Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("network", network);
    parameters.put("port", port);
    parameters.put("remote", remote);
    parameters.put("mac", mac);
    parameters.values().removeIf(String::isEmpty);
    return parameters;
  }

  /** Parameters as a request has them behind its path. */
  static String query(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
