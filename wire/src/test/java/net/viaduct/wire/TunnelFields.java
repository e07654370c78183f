package net.viaduct.wire;

import java.lang.foreign.MemorySegment;
import java.util.SortedMap;
import java.util.TreeMap;
import net.viaduct.wire.tunnel.GeneveHeader;
import net.viaduct.wire.tunnel.GeneveOption;
import net.viaduct.wire.tunnel.NvgreHeader;
import net.viaduct.wire.tunnel.VxlanGbpHeader;
import net.viaduct.wire.tunnel.VxlanGpeHeader;
import net.viaduct.wire.tunnel.VxlanHeader;

/** All fields of a tunnel header as our flyweights read them, under the names of oracle.py. */
final class TunnelFields {
  private final MemorySegment s;
  private final long at;
  private final int lengthBytes;
  private final SortedMap<String, String> fields = new TreeMap<>();
  private int sizeBytes;

  /** Those of the payload of this UDP port; empty if no tunnel has it. */
  static TunnelFields ofPort(int port, MemorySegment s, long at, int lengthBytes) {
    TunnelFields tunnel = new TunnelFields(s, at, lengthBytes);
    switch (port) {
      case VxlanHeader.DEFAULT_PORT -> tunnel.readVxlan();
      case VxlanGpeHeader.DEFAULT_PORT -> tunnel.readGpe();
      case GeneveHeader.DEFAULT_PORT -> tunnel.readGeneve();
      default -> {}
    }
    return tunnel;
  }

  static TunnelFields ofGre(MemorySegment s, long at, int lengthBytes) {
    TunnelFields tunnel = new TunnelFields(s, at, lengthBytes);
    tunnel.readNvgre();
    return tunnel;
  }

  private TunnelFields(MemorySegment s, long at, int lengthBytes) {
    this.s = s;
    this.at = at;
    this.lengthBytes = lengthBytes;
  }

  SortedMap<String, String> fields() {
    return fields;
  }

  /** Bytes of the header; 0 if there is no tunnel. */
  int sizeBytes() {
    return sizeBytes;
  }

  private void put(String name, int value) {
    fields.put(name, Integer.toString(value));
  }

  private void put(String name, boolean value) {
    fields.put(name, value ? "1" : "0");
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private void readVxlan() {
    require(VxlanHeader.fits(lengthBytes), "VXLAN header");
    put("vxlan.i", VxlanHeader.hasValidVni(s, at));
    put("vxlan.vni", VxlanHeader.vni(s, at));
    put("vxlan.g", VxlanGbpHeader.hasGroup(s, at));
    if (VxlanGbpHeader.hasGroup(s, at)) {
      put("vxlan.group", VxlanGbpHeader.group(s, at));
      put("vxlan.d", VxlanGbpHeader.forbidsLearning(s, at));
      put("vxlan.a", VxlanGbpHeader.isPolicyApplied(s, at));
    }
    require(VxlanGbpHeader.reservedBitsAreZero(s, at), "reserved bits");
    sizeBytes = VxlanHeader.SIZE_BYTES;
  }

  private void readGpe() {
    require(VxlanGpeHeader.fits(lengthBytes), "VXLAN-GPE header");
    require(VxlanGpeHeader.version(s, at) == VxlanGpeHeader.VERSION, "version");
    require(VxlanGpeHeader.hasValidVni(s, at), "valid VNI");
    put("gpe.next", VxlanGpeHeader.nextProtocol(s, at));
    put("gpe.o", VxlanGpeHeader.isControl(s, at));
    put("gpe.vni", VxlanGpeHeader.vni(s, at));
    require(VxlanGpeHeader.reservedBitsAreZero(s, at), "reserved bits");
    sizeBytes = VxlanGpeHeader.SIZE_BYTES;
  }

  private void readGeneve() {
    require(GeneveHeader.check(s, at, lengthBytes) == null, "Geneve header");
    put("geneve.o", GeneveHeader.isControl(s, at));
    put("geneve.c", GeneveHeader.hasCriticalOptions(s, at));
    put("geneve.type", GeneveHeader.protocolType(s, at));
    put("geneve.vni", GeneveHeader.vni(s, at));
    require(GeneveHeader.reservedBitsAreZero(s, at), "reserved bits");
    sizeBytes = GeneveHeader.sizeBytes(s, at);
    StringBuilder options = new StringBuilder();
    long optionAt = at + GeneveHeader.MIN_SIZE_BYTES;
    while (optionAt < at + sizeBytes) {
      int optionBytes = GeneveOption.sizeBytes(s, optionAt);
      options.append(
          "%x/%x/%d "
              .formatted(
                  GeneveOption.optionClass(s, optionAt),
                  GeneveOption.type(s, optionAt),
                  optionBytes));
      optionAt += optionBytes;
    }
    fields.put("geneve.options", options.toString().strip());
  }

  private void readNvgre() {
    require(NvgreHeader.check(s, at, lengthBytes) == null, "NVGRE header");
    put("nvgre.type", NvgreHeader.protocolType(s, at));
    put("nvgre.vsid", NvgreHeader.vsid(s, at));
    put("nvgre.flow", NvgreHeader.flowId(s, at));
    require(NvgreHeader.reservedBitsAreZero(s, at), "reserved bits");
    sizeBytes = NvgreHeader.SIZE_BYTES;
  }
}
