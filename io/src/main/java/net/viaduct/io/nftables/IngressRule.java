package net.viaduct.io.nftables;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.viaduct.io.netlink.NetlinkRequest;

/**
 * A rule that hands packets that are like this to another device. Immutable.
 *
 * <p>A rule is a list of expressions that a small machine with registers runs
 * (linux/netfilter/nf_tables.h): load a part of the packet, compare, and in the end forward.
 */
public final class IngressRule {
  private static final int ELEMENT = 1;
  private static final int EXPRESSION_NAME = 1;
  private static final int EXPRESSION_DATA = 2;
  private static final int DATA_VALUE = 1;
  private static final int REGISTER = 1;
  private static final int PACKET_TYPE = 19;
  private static final int TO_THIS_HOST = 0;
  private static final int LINK_HEADER = 0; // enum nft_payload_bases
  private static final int NETWORK_HEADER = 1;

  private final List<Consumer<NetlinkRequest>> conditions;
  private final int to;

  private IngressRule(List<Consumer<NetlinkRequest>> conditions, int to) {
    this.conditions = List.copyOf(conditions);
    this.to = to;
  }

  /** All that comes goes to a device. */
  public static IngressRule forwardTo(int deviceIndex) {
    return new IngressRule(List.of(), deviceIndex);
  }

  /** The same, if the link layer says that a packet is to this host and no other. */
  public IngressRule ifToThisHost() {
    return and(list -> {
      expression(list, "meta", meta -> meta.u32Network(1, REGISTER).u32Network(2, PACKET_TYPE));
      equal(list, new byte[] {TO_THIS_HOST});
    });
  }

  /** The same, if the frame's type, with a VLAN tag in front the tag's, is this. */
  public IngressRule ifEtherType(int type) {
    byte[] value = {(byte) (type >>> 8), (byte) type};
    return and(list -> {
      load(list, LINK_HEADER, 12, value.length);
      equal(list, value);
    });
  }

  /** The same, if these bytes are in the network header, or behind it. */
  public IngressRule ifNetwork(int offset, byte... value) {
    byte[] copy = value.clone();
    return and(list -> {
      load(list, NETWORK_HEADER, offset, copy.length);
      equal(list, copy);
    });
  }

  /** The same, if none of these bits is set in the network header. */
  public IngressRule ifNetworkBitsClear(int offset, byte... mask) {
    byte[] copy = mask.clone();
    return and(list -> {
      load(list, NETWORK_HEADER, offset, copy.length);
      expression(
          list,
          "bitwise",
          bitwise ->
              bitwise
                  .u32Network(1, REGISTER)
                  .u32Network(2, REGISTER)
                  .u32Network(3, copy.length)
                  .nested(4, data -> data.bytes(DATA_VALUE, copy))
                  .nested(5, data -> data.bytes(DATA_VALUE, new byte[copy.length])));
      equal(list, new byte[copy.length]);
    });
  }

  private IngressRule and(Consumer<NetlinkRequest> condition) {
    List<Consumer<NetlinkRequest>> all = new ArrayList<>(conditions);
    all.add(condition);
    return new IngressRule(all, to);
  }

  private static void load(NetlinkRequest list, int base, int offset, int bytes) {
    expression(
        list,
        "payload",
        payload ->
            payload
                .u32Network(1, REGISTER)
                .u32Network(2, base)
                .u32Network(3, offset)
                .u32Network(4, bytes));
  }

  private static void equal(NetlinkRequest list, byte[] value) {
    expression(
        list,
        "cmp",
        cmp ->
            cmp.u32Network(1, REGISTER)
                .u32Network(2, 0)
                .nested(3, data -> data.bytes(DATA_VALUE, value)));
  }

  private static void expression(NetlinkRequest list, String name, Consumer<NetlinkRequest> data) {
    list.nested(
        ELEMENT, element -> element.text(EXPRESSION_NAME, name).nested(EXPRESSION_DATA, data));
  }

  /** Appends the expressions. */
  void write(NetlinkRequest list) {
    conditions.forEach(condition -> condition.accept(list));
    byte[] device = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(to).array();
    expression(
        list,
        "immediate",
        immediate ->
            immediate.u32Network(1, REGISTER).nested(2, data -> data.bytes(DATA_VALUE, device)));
    expression(list, "fwd", fwd -> fwd.u32Network(1, REGISTER));
  }
}
