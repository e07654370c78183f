/** Who is who between hosts and controllers: keys, certificates, join tokens, TLS. */
@org.jspecify.annotations.NullMarked
@SuppressWarnings({"module", "requires-automatic", "requires-transitive-automatic"}) // gRPC's jars
module net.viaduct.trust {
  requires static transitive org.jspecify;
  requires transitive io.grpc;
  requires transitive io.grpc.netty.shaded;
  requires org.bouncycastle.pkix;
  requires org.bouncycastle.provider;

  exports net.viaduct.trust;
}
