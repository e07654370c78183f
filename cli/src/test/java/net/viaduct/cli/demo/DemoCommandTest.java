package net.viaduct.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import net.viaduct.cli.ExitCode;
import net.viaduct.cli.ProgramCommand;
import net.viaduct.cli.Viaduct;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class DemoCommandTest {
  @Test
  void shouldRefuseOptionsThatDoNotGoTogether() {
    StringWriter err = new StringWriter();
    CommandLine line = new CommandLine(new DemoCommand()).setErr(new PrintWriter(err));
    assertThat(line.execute("--clean", "--keep")).isEqualTo(ExitCode.USED_WRONGLY);
    assertThat(err.toString()).contains("--clean goes with no other option");
  }

  @Test
  void shouldStartTheProgramAgainByTheSameJava() {
    List<String> command = ProgramCommand.of("up", "-c", "h1.yaml").command();
    assertThat(command.getFirst()).endsWith("/java");
    int main = command.indexOf(Viaduct.class.getName());
    assertThat(command.subList(main + 1, command.size())).containsExactly("up", "-c", "h1.yaml");
  }
}
