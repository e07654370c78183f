package net.viaduct.host.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.viaduct.protocol.Changes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FactFileTest {
  @TempDir Path directory;
  private Path kept;
  private Path fresh;
  private FactFile file;

  @BeforeEach
  void name() {
    kept = directory.resolve("facts");
    fresh = directory.resolve("facts.new");
    file = new FactFile(kept);
  }

  private static Changes changes(long revision) {
    return Changes.newBuilder().setStore("a store").setRevision(revision).build();
  }

  private long revision() throws IOException {
    return file.read().changes().orElseThrow().getRevision();
  }

  private void keepFirst() throws IOException {
    file.write(changes(1));
    file.settle();
  }

  @Test
  void shouldKeepNothingAtFirst() throws IOException {
    assertThat(file.read().changes()).isEmpty();
    assertThat(file.read().trouble()).isEmpty();
  }

  @Test
  @Tag("R56")
  void shouldKnowWhatWasKeptLastAfterAPowerCutAtAnyMoment() throws IOException {
    Changes before = changes(1);
    Changes after = changes(2);
    file.write(before);
    file.settle();
    assertThat(fresh).doesNotExist();
    file.write(after);
    assertThat(file.read().changes()).as("a process that is killed now").contains(after);
    byte[] whole = Files.readAllBytes(fresh);
    for (int i = 0; i < whole.length; i++) {
      Files.write(fresh, Arrays.copyOf(whole, i));
      assertThat(file.read().changes()).as("a power cut that leaves %d bytes", i).contains(before);
      assertThat(file.read().trouble()).isEmpty();
      byte[] damaged = whole.clone();
      damaged[i] ^= 0x10;
      Files.write(fresh, damaged);
      assertThat(file.read().changes()).as("byte %d", i).contains(before);
    }
    Files.write(fresh, whole);
    file.settle();
    assertThat(fresh).doesNotExist();
    assertThat(file.read().changes()).contains(after);
  }

  @Test
  void shouldTellWhyTheNewerCannotBeReadAndGiveTheOlder() throws IOException {
    keepFirst();
    Files.createDirectory(fresh); // reading it fails, and not because its end is missing
    assertThat(revision()).isEqualTo(1);
    assertThat(file.read().trouble())
        .hasValueSatisfying(why -> assertThat(why).contains("facts.new"));
  }

  @Test
  void shouldFailIfThereIsNothingElseThanWhatCannotBeRead() throws IOException {
    Files.createDirectory(fresh);
    assertThatThrownBy(file::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("facts.new");
  }

  @Test
  void shouldFailIfWhatIsKeptIsDamaged() throws IOException {
    keepFirst();
    byte[] whole = Files.readAllBytes(kept);
    whole[whole.length - 1]++;
    Files.write(kept, whole);
    assertThatThrownBy(file::read).isInstanceOf(IOException.class).hasMessage(kept + " is damaged");
  }
}
