package net.viaduct.queueing.classify;

/** What flows hash to for ever: hosts of different versions must agree. */
final class KnownHashes {
  static final long VXLAN = 8_345_938_435_254_203_164L;
  static final long SIX_IN_SIX = 2_390_035_483_972_825_442L;

  private KnownHashes() {}
}
