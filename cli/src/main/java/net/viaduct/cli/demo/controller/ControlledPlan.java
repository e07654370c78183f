package net.viaduct.cli.demo.controller;

import net.viaduct.wire.IpAddress;

/** What the demo with a controller builds. Stateless. */
final class ControlledPlan {
  static final int HOSTS = 3;
  static final int PREFIX_LENGTH = 24;
  static final int UNDERLAY_MTU_BYTES = 1600;
  static final String NETWORK = "blue";
  static final long VNI = 100;
  static final String CONTROLLER = "ctl";
  static final IpAddress CONTROLLER_ADDRESS = IpAddress.parse("10.77.0.9");

  private ControlledPlan() {}

  /** The name of a host, numbered from 1. */
  static String nameOf(int host) {
    return "h" + host;
  }

  /** The underlay address of a host, numbered from 1. */
  static IpAddress addressOf(int host) {
    return IpAddress.parse("10.77.0." + host);
  }
}
