/** What hosts and controllers say to each other: the messages, and their generated classes. */
@SuppressWarnings({"module", "requires-automatic", "requires-transitive-automatic"})
module net.viaduct.protocol {
  requires transitive com.google.protobuf;
  requires transitive io.grpc;
  requires transitive io.grpc.stub;
  requires io.grpc.protobuf;
  requires com.google.common;

  exports net.viaduct.protocol;
}
