package net.viaduct.io.linux;

import java.util.Optional;
import net.viaduct.io.IoFailure;

/**
 * Whether BPF programs may be loaded: not if {@code VIADUCT_BPF=off} is in the environment, for
 * kernels that do not come back from loading one. Stateless: safe from any thread.
 */
final class BpfSwitch {
  private static final String NAME = "VIADUCT_BPF";

  private BpfSwitch() {}

  /**
   * Why not, if not.
   *
   * @param call what needs a program: {@code isolate veth7}
   */
  static Optional<IoFailure> refusal(String call) {
    return "off".equals(System.getenv(NAME))
        ? Optional.of(ErrorNumber.failure(call, -ErrorNumber.EOPNOTSUPP, NAME + "=off"))
        : Optional.empty();
  }
}
