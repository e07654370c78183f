package net.viaduct.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that {@code viaduct --version} prints. */
final class Version implements IVersionProvider {
  private Version() {}

  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"viaduct " + (version == null ? "(built from sources)" : version)};
  }
}
