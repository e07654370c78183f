package net.viaduct.trust;

import java.security.MessageDigest;

/** Bytes that nobody should see: they are neither printed nor compared in a telling time. */
public final class Secret {
  private final byte[] bytes;

  /** Copies the bytes. */
  public Secret(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** A copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** What may be stored of it. */
  public Fingerprint hash() {
    return Fingerprint.of(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
  }

  @Override
  public int hashCode() {
    return hash().hashCode();
  }

  @Override
  public String toString() {
    return "<redacted>";
  }
}
