package io.jrootfs.runner.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine that does not do what it should is a failure that says why. */
class VirtualMachineTest {
  private static final VirtualMachine.Programs DEBIAN = VirtualMachine.Programs.DEBIAN;
  private static final Path NOWHERE = Path.of("/nowhere/to/be/found");
  private static final Duration LIMIT = Duration.ofMinutes(10);

  @TempDir Path directory;

  @Test
  void panicEndsTheMachineAndItsReasonIsOnTheConsole() throws Exception {
    VirtualMachine.Run run =
        machine(DEBIAN)
            .run(LIMIT, List.of("sh", "-c", "echo half >/dev/ttyS1; echo c >/proc/sysrq-trigger"));
    assertThat(run.tail()).contains("Kernel panic - not syncing: sysrq triggered crash");
    assertThat(run.report()).isEqualTo("half\n");
    assertThat(run.end()).isEqualTo("ended with status 0");
  }

  @Test
  void machineThatHangsIsKilledAtTheLimit() throws Exception {
    VirtualMachine.Run run =
        machine(DEBIAN).run(Duration.ofSeconds(2), List.of("sleep", "infinity"));
    assertThat(run.end()).isEqualTo("was still running after 2 s");
  }

  @Test
  void missingEmulatorIsNamedWithItsPackage() {
    fails(
        new VirtualMachine.Programs(NOWHERE, DEBIAN.virtiofsd(), DEBIAN.boot()),
        "the virtual machine needs /nowhere/to/be/found, which does not exist; install Debian's"
            + " qemu-system-x86");
  }

  @Test
  void missingFileServerIsNamedWithItsPackages() {
    fails(
        new VirtualMachine.Programs(DEBIAN.qemu(), ImmutableList.of(NOWHERE), DEBIAN.boot()),
        "the virtual machine needs /nowhere/to/be/found, which does not exist; install Debian's"
            + " qemu-system-common or virtiofsd");
  }

  @Test
  void missingKernelIsNamedWithItsPackage() {
    fails(
        new VirtualMachine.Programs(DEBIAN.qemu(), DEBIAN.virtiofsd(), directory),
        "the virtual machine needs "
            + directory
            + "/vmlinuz-*-cloud-amd64, which does not exist; install Debian's"
            + " linux-image-cloud-amd64");
  }

  @Test
  void fileServerThatCannotStartIsQuoted() {
    assertThatThrownBy(
            () ->
                machine(
                        new VirtualMachine.Programs(
                            DEBIAN.qemu(),
                            ImmutableList.of(Path.of("/usr/bin/false")),
                            DEBIAN.boot()))
                    .run(LIMIT, List.of("true")))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith("virtiofsd ended before the machine started: ");
  }

  private void fails(VirtualMachine.Programs programs, String message) {
    assertThatThrownBy(() -> machine(programs).run(LIMIT, List.of("true")))
        .isInstanceOf(AssertionError.class)
        .hasMessage(message);
  }

  private VirtualMachine machine(VirtualMachine.Programs programs) {
    return new VirtualMachine(programs, directory);
  }
}
