package net.viaduct.experiment.plan;

import java.util.Locale;

/** What a stream of probes is made of. */
public enum ProbeKind {
  /** ICMP or ICMPv6 echo: any host answers. */
  ICMP,
  /** Datagrams to a responder. */
  UDP,
  /** How long it takes to open a connection: any host that listens answers. */
  TCP_CONNECT,
  /** Requests to a responder on one connection. */
  TCP_REQUEST;

  /** As files have it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
