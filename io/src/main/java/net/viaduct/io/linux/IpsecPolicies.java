package net.viaduct.io.linux;

import java.nio.ByteBuffer;
import net.viaduct.io.IoFailure;
import net.viaduct.io.netlink.Netlink;
import net.viaduct.io.netlink.NetlinkMessage;
import net.viaduct.io.netlink.NetlinkRequest;
import org.jspecify.annotations.Nullable;

/**
 * Whether a namespace has IPsec policies for what is sent. Owned by one thread at a time.
 *
 * <pre>
 * struct xfrmu_spdinfo {       linux/xfrm.h, attribute XFRMA_SPD_INFO
 *   __u32 incnt;
 *   __u32 outcnt;
 *   ...
 * };
 * </pre>
 */
final class IpsecPolicies implements AutoCloseable {
  private static final int GET_SPD_INFO = 0x25;
  private static final int ALL_FLAGS = -1;
  private static final int FLAGS_BYTES = 4;
  private static final int SPD_INFO = 1;
  private static final int OUT_COUNT_OFFSET = 4;

  private final @Nullable Netlink netlink;

  /** Of the calling thread's namespace. A kernel without IPsec has none. */
  IpsecPolicies() {
    Netlink opened = null;
    try {
      opened = NetlinkSocket.openIpsec();
    } catch (IoFailure e) {
      opened = null; // EPROTONOSUPPORT
    }
    netlink = opened;
  }

  /** Whether there are any now; what cannot be asked counts as one. */
  boolean areThere() {
    Netlink asked = netlink;
    if (asked == null) {
      return false;
    }
    try {
      NetlinkRequest request = new NetlinkRequest(GET_SPD_INFO, 0).u32(ALL_FLAGS);
      NetlinkMessage answer = asked.get("count IPsec policies", request);
      ByteBuffer counts = answer.attributes(FLAGS_BYTES).find(SPD_INFO);
      return counts == null
          || counts.limit() < OUT_COUNT_OFFSET + Integer.BYTES
          || counts.getInt(OUT_COUNT_OFFSET) != 0;
    } catch (IoFailure e) {
      return true;
    }
  }

  @Override
  public void close() {
    Netlink asked = netlink;
    if (asked != null) {
      asked.close();
    }
  }
}
