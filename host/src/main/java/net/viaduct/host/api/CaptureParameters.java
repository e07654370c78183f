package net.viaduct.host.api;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import net.viaduct.host.diagnosis.CaptureQuestion;
import net.viaduct.wire.IpAddress;
import net.viaduct.wire.MacAddress;

/** Reads what is to be captured out of the parameters of a request. Stateless: any thread. */
final class CaptureParameters {
  static final Set<String> NAMES =
      Set.of(
          "ports", "underlay", "mac", "ip", "transport-port", "vni", "dropped", "reason", "bytes");

  private static final int USUAL_BYTES = 65_535;

  private CaptureParameters() {}

  /** The question; an {@link IllegalArgumentException} tells what is wrong. */
  static CaptureQuestion question(Map<String, String> parameters) {
    String ports = parameters.getOrDefault("ports", "");
    return new CaptureQuestion(
        ports.isEmpty() ? Set.of() : Set.of(ports.split(",")),
        flag(parameters, "underlay"),
        parameters.containsKey("mac")
            ? OptionalLong.of(MacAddress.parse(Parameters.text(parameters, "mac")))
            : OptionalLong.empty(),
        Optional.ofNullable(parameters.get("ip")).map(IpAddress::parse),
        number(parameters, "transport-port"),
        number(parameters, "vni"),
        flag(parameters, "dropped"),
        Optional.ofNullable(parameters.get("reason")),
        number(parameters, "bytes").orElse(USUAL_BYTES));
  }

  private static OptionalInt number(Map<String, String> parameters, String name) {
    return parameters.containsKey(name)
        ? OptionalInt.of(Parameters.number(parameters, name))
        : OptionalInt.empty();
  }

  private static boolean flag(Map<String, String> parameters, String name) {
    return parameters.getOrDefault(name, "false").equals("true");
  }
}
