package net.viaduct.vtep.show;

import java.util.Locale;

/** How far the search for a path MTU is, RFC 8899 section 5.2. */
public enum PathPhase {
  /** The other end does not answer probes: not ours, or not reached. */
  DISABLED,
  /** It answers; the base size is being confirmed. */
  BASE,
  /** Something larger is being looked for. */
  SEARCHING,
  /** The largest size that passes is known, and confirmed again and again. */
  SEARCH_COMPLETE,
  /** Not even the base size passes. */
  ERROR;

  /** For people: {@code search-complete}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
