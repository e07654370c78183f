/** What a controller says to etcd: the messages that it needs, and their generated classes. */
@SuppressWarnings({"module", "requires-automatic", "requires-transitive-automatic"})
module net.viaduct.etcd {
  requires transitive com.google.protobuf;
  requires transitive io.grpc;
  requires transitive io.grpc.stub;
  requires io.grpc.protobuf;
  requires com.google.common;

  exports net.viaduct.etcd;
}
