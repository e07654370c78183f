package net.viaduct.systemtest.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import net.viaduct.io.linux.NetNamespace;
import net.viaduct.lab.Lab;
import net.viaduct.lab.LabProcess;

/**
 * A small virtual machine with a kernel of its own. It is an emulator's process of a laboratory,
 * and is removed with it; should the test be killed, it ends by itself after ten minutes. Owned by
 * the test's thread.
 *
 * <p>Its processor is emulated (TCG), which any machine can; it is up in about two seconds.
 */
final class Vm {
  private static final Duration BOOT = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MEMORY_MB = 256;
  private static final int LIFE_SECONDS = 600;

  private final LabProcess process;
  private final VmControl control;
  private final Path log;

  private Vm(LabProcess process, VmControl control, Path log) {
    this.process = process;
    this.control = control;
    this.log = log;
  }

  /**
   * The machine's network device, as eth0 inside, and its cable.
   *
   * @param tap the device outside, which the emulator makes
   * @param mac inside
   * @param mtuBytes inside
   */
  record Nic(String tap, long mac, int mtuBytes) {
    private List<String> options() {
      String address = "%012x".formatted(mac).replaceAll("(..)(?=.)", "$1:");
      // vnet_hdr: super-frames and unfinished checksums pass, as with every machine of libvirt
      String outside = "tap,id=n0,ifname=" + tap + ",script=no,downscript=no,vnet_hdr=on";
      String inside = "virtio-net-pci,netdev=n0,romfile=,mac=" + address + ",host_mtu=" + mtuBytes;
      return List.of("-netdev", outside, "-device", inside);
    }
  }

  /**
   * Boots a machine, and waits until it obeys.
   *
   * @param where its tap is made
   */
  static Vm boot(Lab lab, VmImage image, NetNamespace where, Nic nic) throws Exception {
    Path log = lab.directory().resolve(nic.tap() + ".log");
    Path console = lab.directory().resolve(nic.tap() + ".console");
    VmControl control = new VmControl(lab.directory().resolve(nic.tap() + ".vm"));
    lab.closeWithLab(control);
    ProcessBuilder command =
        new ProcessBuilder("qemu-system-x86_64", "-machine", "q35", "-accel", "tcg", "-cpu", "max");
    command.command().addAll(List.of("-m", Integer.toString(MEMORY_MB), "-smp", "1"));
    command.command().addAll(List.of("-nodefaults", "-no-user-config", "-no-reboot"));
    command.command().addAll(List.of("-display", "none", "-serial", "file:" + console));
    String line = "socket,id=control,path=" + control.address();
    command.command().addAll(List.of("-chardev", line, "-serial", "chardev:control"));
    command.command().addAll(List.of("-kernel", image.kernel().toString()));
    command.command().addAll(List.of("-initrd", image.fileSystem().toString()));
    String arguments = "console=ttyS0 quiet panic=-1 viaduct.seconds=" + LIFE_SECONDS;
    command.command().addAll(List.of("-append", arguments));
    command.command().addAll(nic.options());
    command.redirectErrorStream(true).redirectOutput(log.toFile());
    Vm vm = new Vm(lab.start(nic.tap(), where, command), control, console);
    try {
      String first = control.awaitLine(System.nanoTime() + BOOT.toNanos());
      assertThat(first).as("the machine's first line").startsWith("ready ");
    } catch (IOException e) {
      throw new AssertionError(
          "the VM did not boot: " + e.getMessage() + "; " + Files.readString(log) + vm.console(),
          e);
    }
    return vm;
  }

  /** Has the machine's shell execute a command, which must succeed; returns what it printed. */
  String run(String command) throws Exception {
    VmControl.Outcome outcome = attempt(command);
    assertThat(outcome.exitCode()).as("%s: %s", command, outcome.output()).isZero();
    return outcome.output();
  }

  /** Has the machine's shell execute a command. */
  VmControl.Outcome attempt(String command) throws Exception {
    try {
      return control.run(command, PATIENCE);
    } catch (IOException e) {
      throw new AssertionError(command + ": " + e.getMessage() + "; " + console(), e);
    }
  }

  /** What its kernel wrote. */
  String console() throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  LabProcess process() {
    return process;
  }
}
