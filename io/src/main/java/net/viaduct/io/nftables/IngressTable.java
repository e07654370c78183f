package net.viaduct.io.nftables;

import java.util.ArrayList;
import java.util.List;
import net.viaduct.io.netlink.Netlink;
import net.viaduct.io.netlink.NetlinkRequest;
import net.viaduct.io.netlink.NetlinkTransport;

/**
 * A table of nftables with rules for what comes to devices, before the network stack sees it (nft,
 * family netdev, hook ingress). It is owned by its netlink socket: nobody else can change it, and
 * the kernel removes it with the socket, so also when the process is killed (NFT_TABLE_F_OWNER,
 * Linux 5.12). Owned by one thread at a time.
 *
 * <pre>
 * struct nfgenmsg { __u8 nfgen_family; __u8 version; __be16 res_id; };   linux/netfilter/nfnetlink.h
 * </pre>
 */
public final class IngressTable implements AutoCloseable {
  private static final int SUBSYSTEM = 10; // NFNL_SUBSYS_NFTABLES
  private static final int NEW_TABLE = SUBSYSTEM << 8;
  private static final int DELETE_TABLE = SUBSYSTEM << 8 | 2;
  private static final int NEW_CHAIN = SUBSYSTEM << 8 | 3;
  private static final int NEW_RULE = SUBSYSTEM << 8 | 6;
  private static final int BATCH_BEGIN = 0x10;
  private static final int BATCH_END = 0x11;
  private static final int FAMILY_NETDEV = 5;
  private static final int FLAG_OWNER = 2;
  private static final int HOOK_INGRESS = 0;

  private final Netlink netlink;
  private final String name;
  private boolean made;

  /**
   * What happens to packets that come to a device, in the order of the rules.
   *
   * @param device its name
   */
  public record Chain(String device, List<IngressRule> rules) {
    /** Keeps a copy. */
    public Chain {
      rules = List.copyOf(rules);
    }
  }

  /**
   * No table yet.
   *
   * @param transport of the subsystem NETLINK_NETFILTER; closed with this
   * @param name that no other table of the family has
   */
  public IngressTable(NetlinkTransport transport, String name) {
    this.netlink = new Netlink(transport);
    this.name = name;
  }

  /**
   * Lets these be the chains, in place of those before, at once.
   *
   * @throws net.viaduct.io.IoFailure if the kernel refuses: then all is as it was
   */
  public void chains(List<Chain> chains) {
    List<NetlinkRequest> steps = new ArrayList<>();
    if (made) {
      steps.add(message(DELETE_TABLE, 0).text(1, name));
    }
    steps.add(
        message(NEW_TABLE, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE)
            .text(1, name)
            .u32Network(2, FLAG_OWNER));
    for (int i = 0; i < chains.size(); i++) {
      addChain(steps, "c" + i, chains.get(i));
    }
    netlink.transaction("add nftables table " + name, mark(BATCH_BEGIN), steps, mark(BATCH_END));
    made = true;
  }

  private void addChain(List<NetlinkRequest> steps, String chainName, Chain chain) {
    steps.add(
        message(NEW_CHAIN, NetlinkRequest.CREATE | NetlinkRequest.EXCLUSIVE)
            .text(1, name)
            .text(3, chainName)
            .text(7, "filter")
            .nested(
                4,
                hook -> hook.u32Network(1, HOOK_INGRESS).u32Network(2, 0).text(3, chain.device())));
    for (IngressRule rule : chain.rules()) {
      steps.add(
          message(NEW_RULE, NetlinkRequest.CREATE | NetlinkRequest.APPEND)
              .text(1, name)
              .text(2, chainName)
              .nested(4, rule::write));
    }
  }

  private static NetlinkRequest message(int type, int flags) {
    return new NetlinkRequest(type, flags).u8(FAMILY_NETDEV).u8(0).u16(0);
  }

  private static NetlinkRequest mark(int type) {
    return new NetlinkRequest(type, 0).u8(0).u8(0).u8(0).u8(SUBSYSTEM); // big-endian
  }

  @Override
  public void close() {
    netlink.close();
  }
}
