package net.viaduct.vtep.encapsulation;

import java.util.List;
import java.util.Locale;
import net.viaduct.io.Transport;

/** The ways to wrap a frame that there are. Immutable. */
public enum EncapsulationType {
  /** RFC 7348. */
  VXLAN(Transport.UDP, new VxlanEncapsulation()),
  /** VXLAN with the sender's group, where the frame has one: draft-smith-vxlan-group-policy. */
  VXLAN_GBP(Transport.UDP, new GroupEncapsulation()),
  /** The Generic Protocol Extension for VXLAN: draft-ietf-nvo3-vxlan-gpe. */
  VXLAN_GPE(Transport.UDP, new GpeEncapsulation()),
  /** RFC 8926. */
  GENEVE(Transport.UDP, new GeneveEncapsulation()),
  /** RFC 7637. */
  NVGRE(Transport.GRE, new NvgreEncapsulation());

  /** All of them. */
  public static final List<EncapsulationType> ALL = List.of(values());

  private final Transport transport;

  @SuppressWarnings("ImmutableEnumChecker") // each is stateless
  private final Encapsulation encapsulation;

  private final String label;

  EncapsulationType(Transport transport, Encapsulation encapsulation) {
    this.transport = transport;
    this.encapsulation = encapsulation;
    this.label = name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What carries it. */
  public Transport transport() {
    return transport;
  }

  /** What writes and reads it. */
  public Encapsulation encapsulation() {
    return encapsulation;
  }

  /** The name that a person uses: {@code vxlan-gbp}. */
  public String label() {
    return label;
  }

  /** Its place in an array of all. */
  @SuppressWarnings("EnumOrdinal") // arrays are made from the constants in their order
  public int index() {
    return ordinal();
  }
}
