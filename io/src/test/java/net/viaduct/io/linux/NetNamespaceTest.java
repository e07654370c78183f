package net.viaduct.io.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.viaduct.io.IoFailure;
import net.viaduct.io.rtnetlink.LinkKind;
import net.viaduct.io.rtnetlink.LinkSpec;
import net.viaduct.io.rtnetlink.Rtnetlink;
import org.junit.jupiter.api.Test;

class NetNamespaceTest {
  private static final Path OWN = Path.of("/proc/thread-self/ns/net");

  private static String current() throws IOException {
    return Files.readSymbolicLink(OWN).toString();
  }

  @Test
  void shouldBeAnotherNamespaceOnItsOwnThreadOnly() throws Exception {
    try (TestNamespace made = new TestNamespace()) {
      String outside = current();
      String inside = made.get().call(NetNamespaceTest::current);
      assertThat(inside).isNotEqualTo(outside);
      assertThat(current()).isEqualTo(outside);
      assertThat(made.get().call(NetNamespaceTest::current)).isEqualTo(inside);
    }
  }

  @Test
  void shouldBeFoundByIpWhenNamed() {
    TestNamespace.needs("ip");
    try (TestNamespace made = new TestNamespace();
        Rtnetlink net = made.get().rtnetlink()) {
      net.links().create(pair("inside0"));
      String name = made.get().name();
      assertThat(made.run("ip", "netns", "exec", name, "ip", "-br", "link")).contains("inside0");
      assertThat(NetNamespace.names()).contains(name);
    }
  }

  @Test
  void shouldEnterByNamePathAndProcess() throws Exception {
    try (TestNamespace made = new TestNamespace()) {
      String inside = made.get().call(NetNamespaceTest::current);
      String name = made.get().name();
      Process sleeper = made.get().start(new ProcessBuilder("sleep", "60"));
      try (NetNamespace byName = NetNamespace.open(name);
          NetNamespace byPath = NetNamespace.open(Path.of("/run/netns", name));
          NetNamespace byProcess = NetNamespace.ofProcess(sleeper.pid())) {
        assertThat(byName.call(NetNamespaceTest::current)).isEqualTo(inside);
        assertThat(byPath.call(NetNamespaceTest::current)).isEqualTo(inside);
        assertThat(byProcess.call(NetNamespaceTest::current)).isEqualTo(inside);
      } finally {
        sleeper.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void shouldStartProcessesInside() throws Exception {
    try (TestNamespace made = new TestNamespace()) {
      Process process = made.get().start(new ProcessBuilder("readlink", "/proc/self/ns/net"));
      String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(told.strip()).isEqualTo(made.get().call(NetNamespaceTest::current));
    }
  }

  @Test
  void shouldLeaveNothingWhenDeleted() {
    String name;
    try (TestNamespace made = new TestNamespace()) {
      name = made.get().name();
    }
    assertThat(Path.of("/run/netns", name)).doesNotExist();
    assertThat(NetNamespace.delete(name)).isFalse();
  }

  @Test
  void shouldRefuseANameThatIsTaken() {
    try (TestNamespace made = new TestNamespace()) {
      String name = made.get().name();
      assertThatThrownBy(() -> NetNamespace.create(name))
          .isInstanceOf(IoFailure.class)
          .hasMessageContaining("create network namespace " + name + ": EEXIST");
      assertThat(made.get().call(() -> "still there")).isEqualTo("still there");
    }
  }

  @Test
  void shouldNameWhatIsMissing() {
    try (TestNamespace permitted = new TestNamespace()) {
      assertThat(permitted.get().descriptor()).isPositive();
      assertThatThrownBy(() -> NetNamespace.open("vdt-there-is-none"))
          .hasMessage(
              "enter network namespace vdt-there-is-none: ENOENT: no such file or directory");
      assertThatThrownBy(() -> NetNamespace.open(Path.of("/etc/passwd")))
          .hasMessageContaining("EINVAL: /etc/passwd is no network namespace");
    }
  }

  @Test
  void shouldPassFailuresOfATaskOn() {
    try (TestNamespace made = new TestNamespace()) {
      IoFailure failure = new IoFailure("try", "EIO", "broken");
      assertThatThrownBy(() ->
              made.get()
                  .run(() -> {
                    throw failure;
                  }))
          .isSameAs(failure);
      assertThat(made.get().call(() -> made.get().call(() -> "nested"))).isEqualTo("nested");
    }
  }

  @Test
  void shouldSetVariablesOfTheNamespaceOnly() throws Exception {
    Path variable = Path.of("/proc/sys/net/ipv4/ip_forward");
    String outside = Files.readString(variable);
    try (TestNamespace made = new TestNamespace()) {
      String other = outside.strip().equals("1") ? "0" : "1";
      made.get().sysctl("net/ipv4/ip_forward", other);
      assertThat(made.get().call(() -> Files.readString(variable)).strip()).isEqualTo(other);
      assertThat(Files.readString(variable)).isEqualTo(outside);
      assertThatThrownBy(() -> made.get().sysctl("net/no/such", "1"))
          .hasMessageContaining("ENOENT");
    }
  }

  private static LinkSpec pair(String name) {
    return new LinkSpec(name, new LinkKind.Veth(new LinkKind.PeerSpec("p-" + name, 0, 0)));
  }
}
