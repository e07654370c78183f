package net.viaduct.vtep.settings;

/**
 * Whether multicast frames go only to those who listen (RFC 4541). Immutable.
 *
 * @param enabled whether IGMP and MLD are listened to
 * @param fastLeave whether a port that leaves a group gets nothing more at once; right where one
 *     machine is behind each port
 * @param floodUnknown whether frames of a group that nobody listens to go to everybody, not just to
 *     multicast routers
 * @param groupLimit most groups of a network, 1 to 65,536; with more, those of nobody are flooded
 * @param reports what becomes of the machines' own reports
 * @param querier how machines are asked
 */
public record SnoopingSettings(
    boolean enabled,
    boolean fastLeave,
    boolean floodUnknown,
    int groupLimit,
    Reports reports,
    QuerierSettings querier) {
  /** What becomes of the machines' own reports (RFC 4541 section 2.1.1). */
  public enum Reports {
    /** They go to all remotes, and to ports with a router. */
    FORWARD,
    /** The same, but for what this host has told already since machines were asked last. */
    SUPPRESS,
    /** They stay here, and the host tells by itself what all of its machines want. */
    PROXY
  }

  /** Off. */
  public static final SnoopingSettings OFF =
      new SnoopingSettings(false, false, false, 4096, Reports.FORWARD, QuerierSettings.DEFAULT);

  /** On, otherwise as usual. */
  public static final SnoopingSettings ON =
      new SnoopingSettings(true, false, false, 4096, Reports.FORWARD, QuerierSettings.DEFAULT);

  /** Checks the ranges. */
  public SnoopingSettings {
    if (groupLimit < 1 || groupLimit > 65_536) {
      throw new IllegalArgumentException(
          "a limit of " + groupLimit + " groups is not within 1 to 65536");
    }
  }

  /** The same with another querier. */
  public SnoopingSettings with(QuerierSettings other) {
    return new SnoopingSettings(enabled, fastLeave, floodUnknown, groupLimit, reports, other);
  }

  /** The same with something else done with reports. */
  public SnoopingSettings with(Reports other) {
    return new SnoopingSettings(enabled, fastLeave, floodUnknown, groupLimit, other, querier);
  }
}
