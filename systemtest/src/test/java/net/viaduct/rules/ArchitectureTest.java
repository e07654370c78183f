package net.viaduct.rules;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the compiler cannot say about the direction of the modules and the manners inside them. */
class ArchitectureTest {
  /** Who may see whom; design and `docs/architecture.md` draw the same. */
  private static final Map<String, Set<String>> MAY_SEE =
      Map.ofEntries(
          entry("wire", Set.of()),
          entry("runtime", Set.of()),
          entry("protocol", Set.of()),
          entry("trust", Set.of()),
          entry("io", Set.of("wire", "runtime")),
          entry("queueing", Set.of("wire", "runtime")),
          entry("vtep", Set.of("wire", "runtime", "io", "queueing")),
          entry("host", Set.of("wire", "runtime", "io", "queueing", "vtep", "protocol", "trust")),
          entry("etcd", Set.of()),
          entry("controller", Set.of("wire", "runtime", "protocol", "etcd", "trust")),
          entry("lab", Set.of("wire", "runtime", "io", "queueing")),
          entry("experiment", Set.of("wire", "runtime", "io")),
          entry(
              "cli",
              Set.of(
                  "wire",
                  "runtime",
                  "io",
                  "queueing",
                  "vtep",
                  "host",
                  "trust",
                  "lab",
                  "experiment",
                  "controller")));

  private static JavaClasses production;

  @BeforeAll
  static void read() {
    production =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("net.viaduct");
    assertThat(production).as("classes of the house on the class path").hasSizeGreaterThan(20);
  }

  @Test
  void shouldSeeOnlyModulesBelow() {
    MAY_SEE.forEach((module, visible) -> {
      Path descriptor = Repository.root().resolve(module).resolve("src/main/java/module-info.java");
      Set<String> required =
          Pattern.compile("requires[a-z ]* net\\.viaduct\\.([a-z.]+);")
              .matcher(Repository.read(descriptor))
              .results()
              .map(found -> found.group(1))
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(visible)
          .as("module %s: a new direction needs a decision, not only a requires", module)
          .containsAll(required);
    });
  }

  @Test
  void shouldCallForeignFunctionsOnlyInIoLinux() {
    noClasses()
        .that()
        .resideOutsideOfPackage("net.viaduct.io.linux..")
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Linker.class)
        .because("the kernel sits behind io; everything else works with its twins as well")
        .check(production);
  }

  @Test
  void shouldNotKnowLinuxInTheDataPlane() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "net.viaduct.vtep..",
            "net.viaduct.wire..",
            "net.viaduct.runtime..",
            "net.viaduct.queueing..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("net.viaduct.io.linux..", "net.viaduct.io.memory.."))
        .because("the data plane sees Port and Underlay, never what is behind them")
        .check(production);
  }

  @Test
  void shouldReadTheClockOnlyInTheWiring() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "net.viaduct.wire..",
            "net.viaduct.io..",
            "net.viaduct.vtep..",
            "net.viaduct.queueing..")
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .because("time comes in through the constructor, so that a test can set it")
        .check(production);
  }

  @Test
  void shouldNameClassesByTheirRole() {
    noClasses()
        .that()
        .resideOutsideOfPackages( // gRPC names what it generates
            "net.viaduct.protocol..", "net.viaduct.etcd..")
        .should()
        .haveNameMatching(".*(Utils?|Helper|Manager|Impl|Base|Common)")
        .because("such a name tells nothing about the role")
        .check(production);
  }
}
