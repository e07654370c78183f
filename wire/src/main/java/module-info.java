/** Packet formats as stateless flyweights over memory segments; flow hash; checksums. */
@org.jspecify.annotations.NullMarked
module net.viaduct.wire {
  requires static transitive org.jspecify;

  exports net.viaduct.wire;
  exports net.viaduct.wire.dhcp;
  exports net.viaduct.wire.capture;
  exports net.viaduct.wire.ip;
  exports net.viaduct.wire.multicast;
  exports net.viaduct.wire.neighbour;
  exports net.viaduct.wire.nested;
  exports net.viaduct.wire.recipe;
  exports net.viaduct.wire.tunnel;
}
