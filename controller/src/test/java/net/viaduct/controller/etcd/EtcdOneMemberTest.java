package net.viaduct.controller.etcd;

/** The contract on one server. */
class EtcdOneMemberTest extends EtcdStoreContract {
  @Override
  protected EtcdCluster cluster() {
    return cluster(1);
  }
}
