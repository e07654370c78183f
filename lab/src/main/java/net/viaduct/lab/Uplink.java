package net.viaduct.lab;

import net.viaduct.io.linux.NetNamespace;

/** Where an emulated host is plugged into the underlay. Used by the thread that builds. */
@FunctionalInterface
public interface Uplink {
  /**
   * Lays a cable to a namespace; its end there is down.
   *
   * @param port what the cable is called where it comes from, unique there
   * @param device the name of the end in the other namespace
   */
  void attach(String port, NetNamespace other, String device);
}
