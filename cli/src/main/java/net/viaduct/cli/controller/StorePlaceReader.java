package net.viaduct.cli.controller;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import net.viaduct.controller.StorePlace;
import net.viaduct.controller.etcd.EtcdConfig;
import net.viaduct.host.configfile.Section;
import net.viaduct.host.configfile.Value;

/** Reads where a controller's store is: a path, or which etcd cluster. Stateless. */
final class StorePlaceReader {
  private StorePlaceReader() {}

  /** What the value says; empty if something is wrong with it, which is told then. */
  static Optional<StorePlace> read(Value value) {
    if (!value.isSection()) {
      return value.as(Path::of).map(StorePlace.InFile::new);
    }
    Optional<Section> store = value.section();
    Optional<StorePlace> place =
        store
            .flatMap(it -> it.need("etcd", "it is a path, or { etcd: ... }"))
            .flatMap(Value::section)
            .flatMap(StorePlaceReader::etcd);
    store.ifPresent(Section::noMore);
    return place;
  }

  private static Optional<StorePlace> etcd(Section section) {
    List<Value> items =
        section
            .need("endpoints", "it lists members, such as 10.0.0.1:2379")
            .map(Value::items)
            .orElse(List.of());
    List<EtcdConfig.Endpoint> endpoints =
        items.stream().flatMap(it -> it.as(EtcdConfig.Endpoint::parse).stream()).toList();
    String prefix =
        section.get("prefix").flatMap(it -> it.as(text -> text)).orElse(EtcdConfig.USUAL_PREFIX);
    Optional<EtcdConfig.Tls> tls = tls(section);
    section.noMore();
    if (endpoints.size() < items.size()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new StorePlace.InEtcd(new EtcdConfig(endpoints, prefix, tls)));
    } catch (IllegalArgumentException e) {
      section.wrong(String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private static Optional<EtcdConfig.Tls> tls(Section section) {
    Optional<Path> ca = section.get("ca").flatMap(it -> it.as(Path::of));
    Optional<Path> certificate = section.get("certificate").flatMap(it -> it.as(Path::of));
    Optional<Path> key = section.get("key").flatMap(it -> it.as(Path::of));
    if (certificate.isPresent() != key.isPresent()) {
      section.wrong("has one of 'certificate' and 'key'; it takes both");
    }
    if (ca.isEmpty() && certificate.isPresent()) {
      section.wrong("has no 'ca'; it names who signed the members' certificates (PEM)");
    }
    return ca.map(it ->
        new EtcdConfig.Tls(
            it, certificate.flatMap(mine -> key.map(k -> new EtcdConfig.Identity(mine, k)))));
  }
}
