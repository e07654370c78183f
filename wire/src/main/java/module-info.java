/** Packet formats as stateless flyweights over memory segments; flow hash; checksums. */
@org.jspecify.annotations.NullMarked
module net.viaduct.wire {
  requires static transitive org.jspecify;

  exports net.viaduct.wire;
}
