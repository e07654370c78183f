package net.viaduct.wire.capture;

/** Which way a captured packet went, as the flags of pcapng's packet block have it. */
public enum PacketWay {
  /** It came in. */
  INBOUND(1),
  /** It went out. */
  OUTBOUND(2);

  private final int flag;

  PacketWay(int flag) {
    this.flag = flag;
  }

  /** Bits 0 and 1 of {@code epb_flags}. */
  int flag() {
    return flag;
  }
}
