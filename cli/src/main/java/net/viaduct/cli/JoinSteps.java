package net.viaduct.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import net.viaduct.host.subscription.ControllerAddress;
import net.viaduct.host.subscription.Joiner;
import net.viaduct.trust.IdentityDirectory;
import net.viaduct.trust.JoinToken;
import net.viaduct.trust.TrustException;

/** Makes this machine a host. Stateless. */
final class JoinSteps {
  private JoinSteps() {}

  /**
   * Joins.
   *
   * @param again also if there is an identity already
   * @throws IllegalArgumentException if an address of a controller is none
   * @throws Refusal if it was refused
   */
  static void join(
      String token, List<String> controllers, String name, Path directory, boolean again)
      throws IOException {
    List<ControllerAddress> addresses = controllers.stream().map(ControllerAddress::parse).toList();
    IdentityDirectory identity = new IdentityDirectory(directory);
    if (identity.isJoined() && !again) {
      throw new Refusal(
          ExitCode.FAILED,
          directory + " has the identity of a host already; --again puts another in its place");
    }
    try {
      new Joiner(new SecureRandom()).join(JoinToken.parse(token), addresses, name, identity);
    } catch (TrustException e) {
      throw new Refusal(ExitCode.FAILED, String.valueOf(e.getMessage()));
    }
  }
}
