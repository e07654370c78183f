package net.viaduct.controller.etcd;

import com.google.protobuf.ByteString;
import net.viaduct.controller.store.Entry;
import net.viaduct.controller.store.Keys;
import net.viaduct.etcd.KeyValue;

/** Our keys as etcd's: with a prefix before them, and as bytes. Immutable. */
final class EtcdKeys {
  private final String prefix;

  EtcdKeys(String prefix) {
    this.prefix = prefix;
  }

  ByteString of(String key) {
    return ByteString.copyFromUtf8(prefix + key);
  }

  /** What is greater than all keys below one of our prefixes. */
  ByteString endOf(String below) {
    return of(Keys.endOf(below));
  }

  /** The smallest key after another one. */
  ByteString after(String key) {
    return of(key + "\0");
  }

  /**
   * The key under which etcd knows which change of a committer was the last: outside of what the
   * store has, or lists and watches would tell it.
   */
  ByteString mark(String committer, int slot) {
    return ByteString.copyFromUtf8(markPrefix() + committer + "/" + slot);
  }

  /** What the marks of all committers begin with. */
  ByteString marks() {
    return ByteString.copyFromUtf8(markPrefix());
  }

  /** What is greater than all marks. */
  ByteString endOfMarks() {
    return ByteString.copyFromUtf8(Keys.endOf(markPrefix()));
  }

  private String markPrefix() {
    return prefix.substring(0, prefix.length() - 1) + ".commits/";
  }

  String ours(ByteString key) {
    return key.toStringUtf8().substring(prefix.length());
  }

  Entry entry(KeyValue value) {
    return new Entry(
        ours(value.getKey()),
        value.getValue().toStringUtf8(),
        value.getCreateRevision(),
        value.getModRevision());
  }
}
