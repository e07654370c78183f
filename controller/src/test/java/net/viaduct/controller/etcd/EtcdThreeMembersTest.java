package net.viaduct.controller.etcd;

/** The contract on three servers. */
class EtcdThreeMembersTest extends EtcdStoreContract {
  @Override
  protected EtcdCluster cluster() {
    return cluster(3);
  }
}
