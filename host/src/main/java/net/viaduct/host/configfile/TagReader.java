package net.viaduct.host.configfile;

import net.viaduct.vtep.settings.TagPolicy;
import net.viaduct.vtep.settings.TagSettings;

/** Reads the keys about VLAN tags of a network. Owned by the thread that reads. */
final class TagReader {
  TagReader() {}

  TagSettings read(Section network) {
    TagPolicy inner =
        network.get("tagged").flatMap(v -> v.oneOf(TagPolicy.class)).orElse(TagPolicy.DROP);
    return new TagSettings(inner);
  }
}
