package net.viaduct.vtep.encapsulation;

import net.viaduct.io.Frame;

/** What a tunnel header said. Owned by the thread that reads datagrams; reused for ever. */
public final class TunnelHeader {
  private EncapsulationType type = EncapsulationType.VXLAN;
  private int sizeBytes;
  private int vni;
  private int group;
  private boolean learningForbidden;
  private boolean policyApplied;
  private boolean reservedBitsSet;

  /** A header that says nothing. */
  public TunnelHeader() {
    set(EncapsulationType.VXLAN, 0, 0, false);
  }

  /** What every header says. */
  void set(EncapsulationType as, int size, int identifier, boolean reserved) {
    type = as;
    sizeBytes = size;
    vni = identifier;
    reservedBitsSet = reserved;
    group = Frame.NO_GROUP;
    learningForbidden = false;
    policyApplied = false;
  }

  /** What a header with a group says more. */
  void group(int id, boolean forbidsLearning, boolean applied) {
    group = id;
    learningForbidden = forbidsLearning;
    policyApplied = applied;
  }

  /** How the datagram was wrapped. */
  public EncapsulationType type() {
    return type;
  }

  /** Whether a frame with a VLAN tag may be behind it. */
  public boolean mayHoldTags() {
    return type.encapsulation().carriesTags();
  }

  /** Bytes from the datagram's first to the inner frame's. */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** The VNI, or VSID, 0 to 16,777,215. */
  public int vni() {
    return vni;
  }

  /** The group of the sender, or {@link Frame#NO_GROUP}. */
  public int group() {
    return group;
  }

  /** Whether the inner source must not be learned (R25). */
  public boolean isLearningForbidden() {
    return learningForbidden;
  }

  /** Whether a policy must not be applied again (R25). */
  public boolean isPolicyApplied() {
    return policyApplied;
  }

  /**
   * Whether a bit is set that has no meaning (R2).
   *
   * @param groupsAreKnown whether a group has one here
   */
  public boolean hasUnknownBits(boolean groupsAreKnown) {
    return reservedBitsSet || (group != Frame.NO_GROUP && !groupsAreKnown);
  }
}
