package net.viaduct.cli.transition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.viaduct.cli.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineSetTest {
  @TempDir private Path directory;

  private Path file(String text) throws Exception {
    return Files.writeString(directory.resolve("set"), text);
  }

  @Test
  void shouldReadAMachineALine() throws Exception {
    Path file =
        file("02:00:00:00:00:01 h2   eth3 vm1\n\n  # later\n02:00:00:00:00:02 h3 # spare\n");
    assertThat(MachineSet.read(file, 2))
        .containsExactly(
            List.of("02:00:00:00:00:01", "h2", "eth3", "vm1"), List.of("02:00:00:00:00:02", "h3"));
  }

  @Test
  void shouldNameTheLineThatSaysTooLittle() throws Exception {
    Path file = file("02:00:00:00:00:01 h2\n02:00:00:00:00:02\n");
    assertThatThrownBy(() -> MachineSet.read(file, 2))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining(file + ":2: '02:00:00:00:00:02' should be: MAC HOST");
    assertThat(MachineSet.read(file, 1)).hasSize(2);
  }

  @Test
  void shouldNameAFileThatItCannotRead() {
    assertThatThrownBy(() -> MachineSet.read(directory.resolve("none"), 1))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("cannot read");
  }
}
