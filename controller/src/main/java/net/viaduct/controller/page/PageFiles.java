package net.viaduct.controller.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files that the page consists of. They hold nothing of this installation, so anybody may have
 * them; whatever they show they ask the API for. Immutable: safe from any thread.
 */
public final class PageFiles {
  /**
   * What a browser lets the page do: run these files' own code and ask this server, nothing else.
   * No code or style in the document itself, nothing from elsewhere, no frame around it, and no
   * text that becomes HTML.
   */
  public static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
          + " require-trusted-types-for 'script'; trusted-types 'none'";

  private static final String DOCUMENT = "index.html";
  private static final String ICON = "icon.svg";
  private static final List<String> NAMES =
      List.of(
          DOCUMENT,
          ICON,
          "page.css",
          "drawing.css",
          "api.js",
          "dom.js",
          "drops.js",
          "events.js",
          "facts.js",
          "history.js",
          "host.js",
          "hosts.js",
          "journey.js",
          "list.js",
          "live.js",
          "main.js",
          "meters.js",
          "network.js",
          "networks.js",
          "object.js",
          "objects.js",
          "overview.js",
          "search.js",
          "signin.js",
          "spans.js",
          "talk.js",
          "tiles.js",
          "topology.js",
          "trace.js",
          "tree.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  private final Map<String, PageFile> byPath = new HashMap<>();

  /** Reads them all. */
  public PageFiles() {
    for (String name : NAMES) {
      byPath.put(name.equals(DOCUMENT) ? "/" : "/page/" + name, read(name));
    }
    // browsers ask for it by this name too, whatever the document says
    byPath.put("/favicon.ico", read(ICON));
  }

  /** The file at a path. */
  public Optional<PageFile> at(String path) {
    return Optional.ofNullable(byPath.get(path));
  }

  private static PageFile read(String name) {
    try (InputStream in = PageFiles.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the page's file " + name + " is missing");
      }
      byte[] bytes = in.readAllBytes();
      String extension = name.substring(name.lastIndexOf('.') + 1);
      return new PageFile(
          new String(bytes, StandardCharsets.UTF_8),
          TYPES.getOrDefault(extension, ""),
          "\"" + digest(bytes) + "\"");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the page's file " + name, e);
    }
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
