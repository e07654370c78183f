package net.viaduct.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that {@code viaduct --version} prints. */
public final class Version implements IVersionProvider {
  private Version() {}

  @Override
  public String[] getVersion() {
    return new String[] {"viaduct " + number()};
  }

  /** The number alone. */
  public static String number() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(built from sources)" : version;
  }
}
