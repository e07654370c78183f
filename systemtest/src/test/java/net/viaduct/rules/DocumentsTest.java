package net.viaduct.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DocumentsTest {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)#\\s]+)(#[^)]*)?\\)");

  @Test
  void shouldLinkOnlyToWhatExists() {
    List<String> broken = new ArrayList<>();
    for (Path document : Repository.files(".md")) {
      for (MatchResult link : LINK.matcher(Repository.read(document)).results().toList()) {
        String target = link.group(1);
        if (!target.contains("://") && !Files.exists(document.resolveSibling(target))) {
          broken.add(Repository.root().relativize(document) + " -> " + target);
        }
      }
    }
    assertThat(broken).as("links in documents that lead nowhere").isEmpty();
  }
}
