package net.viaduct.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The reference pages are what the code says. {@code ./document} writes them anew; the same as this
 * test with {@code -Dviaduct.documents=write}.
 */
class GeneratedDocumentsTest {
  static final String NOTE = "<!-- Generated from the code by ./document. -->\n";

  private static final boolean WRITE = "write".equals(System.getProperty("viaduct.documents"));

  private static Map<String, String> pages() {
    Map<String, String> pages = new LinkedHashMap<>(DropPages.all());
    pages.put(ConfigurationReference.PATH, ConfigurationReference.page());
    pages.put(DropPages.WORDS_PATH, DropPages.words());
    return pages;
  }

  @Test
  void shouldBeUpToDate() throws IOException {
    List<String> outdated = new ArrayList<>();
    for (Map.Entry<String, String> page : pages().entrySet()) {
      Path file = Repository.root().resolve(page.getKey());
      if (WRITE) {
        Files.createDirectories(file.getParent());
        Files.writeString(file, page.getValue());
      } else if (!Files.exists(file) || !Files.readString(file).equals(page.getValue())) {
        outdated.add(page.getKey());
      }
    }
    assertThat(outdated).as("pages that ./document would write otherwise").isEmpty();
  }

  @Test
  void shouldHaveNoPageOfAReasonThatIsGone() throws IOException {
    Map<String, String> pages = pages();
    try (Stream<Path> files = Files.list(Repository.root().resolve("docs/reference/drops"))) {
      for (Path file : files.toList()) {
        String path = Repository.root().relativize(file).toString();
        if (WRITE && !pages.containsKey(path)) {
          Files.delete(file);
        } else {
          assertThat(pages).containsKey(path);
        }
      }
    }
  }

  @Test
  void shouldDocumentEveryKey() {
    assertThat(ConfigurationReference.undocumented())
        .as(
            "keys that no @param of a settings or configuration record tells about: name the"
                + " component as the key, or say in ConfigurationWords what it is")
        .isEmpty();
  }

  @Test
  void shouldHaveEverySection() {
    assertThat(ConfigurationReference.missingSections())
        .as("sections that readers look for and docs/reference/every-key.yaml does not have")
        .isEmpty();
  }
}
