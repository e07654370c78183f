package net.viaduct.rules;

import static org.assertj.core.api.Assertions.assertThat;

import net.viaduct.queueing.QueueDrop;
import net.viaduct.queueing.classify.FlowField;
import org.junit.jupiter.api.Test;

/** What a user needs to know of queues by name stands on their page, in the words of the code. */
class QueueingPageTest {
  private final String page = Repository.read(Repository.root().resolve("docs/queueing.md"));

  @Test
  void shouldTellEachReasonForADrop() {
    for (QueueDrop reason : QueueDrop.ALL) {
      assertThat(page)
          .contains(
              "| `%s` | %s | %s |".formatted(reason.label(), reason.sentence(), reason.hint()));
    }
  }

  @Test
  void shouldNameEachKey() {
    for (FlowField field : FlowField.values()) {
      assertThat(page).contains("`" + field.label() + "`");
    }
  }
}
