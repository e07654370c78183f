package net.viaduct.controller.transfer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The words of an export: a line of JSON for what it is, one for each key in the order of keys, and
 * one that tells that this was all. Stateless.
 */
final class ExportFormat {
  static final int VERSION = 1;

  static final String FORMAT = "viaductExport";
  static final String REVISION = "revision";
  static final String AT = "at";
  static final String KEY = "key";
  static final String VALUE = "value";
  static final String CREATED = "created";
  static final String MODIFIED = "modified";
  static final String ENTRIES = "entries";
  static final String SHA256 = "sha256";

  private ExportFormat() {}

  /** Over each byte of each line but the last. */
  static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
