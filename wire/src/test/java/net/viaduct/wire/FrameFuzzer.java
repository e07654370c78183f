package net.viaduct.wire;

import static net.viaduct.wire.FuzzTarget.require;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import net.viaduct.wire.ip.MssClamp;
import net.viaduct.wire.ip.PacketTooBig;
import net.viaduct.wire.ip.UdpHeader;

/** Fuzzes {@link FlowKey}, {@link UnfinishedChecksum}, VLAN tags, and what is in the frame. */
final class FrameFuzzer {
  private static final ThreadLocal<FlowKey> KEYS = ThreadLocal.withInitial(FlowKey::new);

  private static final ThreadLocal<MemorySegment> COPIES =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(PacketTooBig.MAX_SIZE_BYTES));

  private FrameFuzzer() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] data) {
    FuzzTarget.run(FrameFuzzer::probe, data);
  }

  static int probe(MemorySegment s, long at, int lengthBytes) {
    FlowKey key = KEYS.get();
    key.parse(s, at, lengthBytes);
    int network = key.networkOffset();
    int end = key.networkEnd();
    int transport = key.transportOffset();
    require(network == -1 ? lengthBytes < 14 : network >= 14 && network <= lengthBytes, "network");
    require(end <= lengthBytes && end >= network, "network end");
    require(transport == -1 || (transport > network && transport < end), "transport");
    require(!key.isFragment() || transport == -1, "transport in a fragment");
    require(transport >= 0 || (key.sourcePort() | key.destinationPort()) == 0, "ports");
    require(!key.isIpv4() || !key.isIpv6(), "two versions");
    int hash = key.hash();
    if (UnfinishedChecksum.detect(s, at, lengthBytes, key)) {
      int offset = UnfinishedChecksum.checksumOffset(key.ipProtocol());
      require(UnfinishedChecksum.finish(s, at, lengthBytes, transport, offset), "finish");
    }
    if (VlanTag.isPresent(s, at, lengthBytes)) {
      long tagAt = at + VlanTag.FIRST_TAG_OFFSET;
      hash += VlanTag.tci(s, tagAt) + VlanTag.nextEtherType(s, tagAt);
    }
    if (network < 0) {
      return hash;
    }
    hash += answerAndClamp(s, at, lengthBytes, key);
    hash += ArpFuzzer.probe(s, at + network, lengthBytes - network);
    hash += IpFuzzer.probe(s, at + network, lengthBytes - network);
    if (transport >= 0) {
      hash += TransportFuzzer.probe(s, at + transport, end - transport);
      if (end - transport >= UdpHeader.SIZE_BYTES) {
        hash += DhcpFuzzer.probe(s, at + transport + 8, end - transport - 8);
      }
      hash += IcmpFuzzer.probe(s, at + transport, end - transport);
      hash += IgmpFuzzer.probe(s, at + transport, end - transport);
      hash += MldFuzzer.probe(s, at + transport, end - transport);
      if (key.isIpv6()) {
        int bytes = end - transport;
        hash += NeighbourDiscoveryFuzzer.probe(s, at + network, at + transport, bytes);
      }
    }
    return hash;
  }

  private static int answerAndClamp(MemorySegment s, long at, int lengthBytes, FlowKey key) {
    MemorySegment copy = COPIES.get();
    int answerBytes = PacketTooBig.make(s, at, key, 1350, copy, 0);
    require(answerBytes <= PacketTooBig.MAX_SIZE_BYTES, "answer");
    if (lengthBytes > copy.byteSize()) {
      return answerBytes;
    }
    MemorySegment.copy(s, at, copy, copy.byteSize() - lengthBytes, lengthBytes);
    boolean clamped = MssClamp.clamp(copy, copy.byteSize() - lengthBytes, key, 1350, false);
    return answerBytes + (clamped ? 1 : 0);
  }
}
