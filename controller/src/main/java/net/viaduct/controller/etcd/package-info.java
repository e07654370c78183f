/** The store of several controllers: an etcd cluster, asked by gRPC. */
package net.viaduct.controller.etcd;
