package net.viaduct.systemtest.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.Lab;
import net.viaduct.systemtest.SystemLab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The virtual machine of the tests itself: that what it says can be believed, and that it goes. */
class VmTest {
  private static final long MAC = 0x0200_0000_7709L;
  private static final Vm.Nic NIC = new Vm.Nic("vm9", MAC, 1600);

  @TempDir private Path directory;

  private VmImage image;
  private Lab lab;
  private NetNamespace namespace;

  @BeforeEach
  void build() throws Exception {
    image = VmImage.prepared();
    lab = SystemLab.open(directory);
    namespace = lab.createNamespace("vm");
  }

  @AfterEach
  void remove() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void shouldObeyAndEndWithItsLaboratory() throws Exception {
    Vm vm = Vm.boot(lab, image, namespace, NIC);
    assertThat(vm.run("echo one; echo two")).isEqualTo("one\ntwo");
    assertThat(vm.run("cat /sys/class/net/eth0/address /sys/class/net/eth0/mtu"))
        .isEqualTo("02:00:00:00:77:09\n1600");
    assertThat(vm.attempt("echo no >&2; false")).isEqualTo(new VmControl.Outcome(1, "no"));
    assertThat(vm.attempt("exit 3").exitCode()).as("its shell goes on").isEqualTo(3);
    assertThatThrownBy(() -> vm.run("test 1 = 2")).isInstanceOf(AssertionError.class);
    for (String kind : new String[] {"vxlan id 1 dstport 4789", "geneve id 1 remote 10.0.0.1"}) {
      vm.run("ip link add t0 type " + kind + " && ip link del t0");
    }

    long pid = vm.process().pid();
    lab.close();
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(NetNamespace.names()).doesNotContain(namespace.name());
  }

  @Test
  void shouldSayThatTheMachineEndedWhenItDoes() throws Exception {
    Vm vm = Vm.boot(lab, image, namespace, NIC);
    assertThatThrownBy(() -> vm.run("poweroff -f; sleep 60"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("it has ended");
  }

  @Test
  void shouldNotWaitForACommandForEver() throws Exception {
    try (VmControl nobody = new VmControl(lab.directory().resolve("nobody"))) {
      assertThatThrownBy(() -> nobody.run("true", Duration.ofMillis(1)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("not connected");
      assertThatThrownBy(() -> nobody.awaitLine(System.nanoTime()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("does not answer");
    }
  }
}
