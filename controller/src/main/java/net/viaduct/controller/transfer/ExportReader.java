package net.viaduct.controller.transfer;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import net.viaduct.controller.json.Documents;
import net.viaduct.controller.json.NotReadable;
import net.viaduct.controller.store.Operation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads an export line by line, and believes none that is not as an export writes it. Owned by the
 * thread that imports.
 */
final class ExportReader implements AutoCloseable {
  /** A value of the largest size with each character escaped. */
  private static final int MOST_LINE_BYTES = 8 << 20;

  private final InputStream in;
  private final MessageDigest digest = ExportFormat.digest();
  private final long revision;
  private long line;
  private long entries;
  private String previous = "";

  private ExportReader(InputStream in) throws IOException {
    this.in = in;
    ObjectNode first = parse(nextLine());
    if (!first.path(ExportFormat.FORMAT).isInt()) {
      throw new ExportDamaged(line, "this is no export of 'viaduct controller export'");
    }
    int version = first.path(ExportFormat.FORMAT).asInt();
    if (version != ExportFormat.VERSION) {
      throw new ExportDamaged(
          line,
          "the format is "
              + version
              + ", this version knows "
              + ExportFormat.VERSION
              + ": use a newer viaduct");
    }
    revision = whole(first, ExportFormat.REVISION);
  }

  static ExportReader open(Path file) throws IOException {
    InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
    try {
      return new ExportReader(in);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** As of which revision it is. */
  long revision() {
    return revision;
  }

  /** How many keys were read. */
  long entries() {
    return entries;
  }

  /**
   * The next key and its value; empty at the end.
   *
   * @throws ExportDamaged if the line is wrong, or the whole is not what it was
   */
  Optional<Operation.Put> next() throws IOException {
    byte[] before = digestSoFar();
    ObjectNode node = parse(nextLine());
    if (node.has(ExportFormat.SHA256)) {
      requireWhole(node, before);
      return Optional.empty();
    }
    String key = text(node, ExportFormat.KEY);
    if (key.compareTo(previous) <= 0) {
      throw new ExportDamaged(line, "'" + key + "' is out of order");
    }
    previous = key;
    entries++;
    try {
      return Optional.of(new Operation.Put(key, text(node, ExportFormat.VALUE)));
    } catch (IllegalArgumentException e) {
      throw new ExportDamaged(line, String.valueOf(e.getMessage()), e);
    }
  }

  private byte[] digestSoFar() {
    try {
      return ((MessageDigest) digest.clone()).digest();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  private void requireWhole(ObjectNode last, byte[] sum) throws IOException {
    if (whole(last, ExportFormat.ENTRIES) != entries) {
      throw new ExportDamaged(
          line, "there should be " + whole(last, ExportFormat.ENTRIES) + " keys, not " + entries);
    }
    if (!HexFormat.of().formatHex(sum).equals(text(last, ExportFormat.SHA256))) {
      throw new ExportDamaged(line, "the checksum is another one: the file was changed");
    }
    if (in.read() >= 0) {
      throw new ExportDamaged(line + 1, "more follows after the end of the export");
    }
  }

  private String nextLine() throws IOException {
    line++;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int next = in.read();
    while (next >= 0 && next != '\n') {
      if (bytes.size() == MOST_LINE_BYTES) {
        throw new ExportDamaged(line, "it is longer than any line of an export");
      }
      bytes.write(next);
      next = in.read();
    }
    if (next < 0) {
      throw new ExportDamaged(line, "the file ends here, and the export does not: it was cut off");
    }
    byte[] content = bytes.toByteArray();
    digest.update(content);
    digest.update((byte) '\n');
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
    } catch (CharacterCodingException e) {
      throw new ExportDamaged(line, "it is not UTF-8", e);
    }
  }

  private ObjectNode parse(String text) throws ExportDamaged {
    try {
      return Documents.parseObject(text);
    } catch (NotReadable e) {
      throw new ExportDamaged(line, String.valueOf(e.getMessage()), e);
    }
  }

  private String text(ObjectNode node, String name) throws ExportDamaged {
    JsonNode value = node.path(name);
    if (!value.isString()) {
      throw new ExportDamaged(line, "it has no '" + name + "'");
    }
    return value.asString();
  }

  private long whole(ObjectNode node, String name) throws ExportDamaged {
    JsonNode value = node.path(name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new ExportDamaged(line, "it has no '" + name + "'");
    }
    return value.asLong();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
