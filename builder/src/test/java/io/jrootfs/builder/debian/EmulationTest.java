package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;
import io.jrootfs.builder.elf.ElfMachine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an emulator is registered for a build, and that the kernel is told what qemu tells it. */
class EmulationTest {
  @TempDir Path work;
  private FakeHost fake;
  private Path list;

  @BeforeEach
  void makeHost() throws IOException {
    fake = new FakeHost(work);
    list = Files.createDirectory(work.resolve("list"));
  }

  private Optional<Emulation> emulation(ElfMachine here, ElfMachine there) throws IOException {
    BootstrapRequest request = FakeHost.request(Tool.DEBOOTSTRAP).forMachine(there);
    return Emulation.of(request, fake.hostWithOnly(ImmutableList.of(fake.programs())), here, list);
  }

  /** The same words of the package qemu-user-static, as the kernel is told when it is installed. */
  @ParameterizedTest
  @CsvSource({
    "ARM,arm",
    "AARCH64,aarch64",
    "RISCV64,riscv64",
    "LOONGARCH64,loongarch64",
    "PPC64LE,ppc64le",
    "PPC64,ppc64",
    "S390X,s390x"
  })
  void magicAndMaskAcceptWhatQemusOwnAccept(ElfMachine machine, String name) throws IOException {
    fake.program("qemu-" + name + "-static", "exit 0");
    String ours = emulation(ElfMachine.X86_64, machine).orElseThrow().registration();
    String qemus = Files.readString(Path.of("/usr/lib/binfmt.d/qemu-" + name + ".conf"));
    byte[] header = bytes(field(ours, 4));
    assertThat(masked(header, bytes(field(qemus, 5))))
        .isEqualTo(masked(bytes(field(qemus, 4)), bytes(field(qemus, 5))));
    assertThat(bytes(field(ours, 5))).hasSameSizeAs(header);
    assertThat(field(ours, 6)).isEqualTo(fake.programs() + "/qemu-" + name + "-static");
    assertThat(field(ours, 7)).isEqualTo("PF");
  }

  private static String field(String registration, int index) {
    return List.of(registration.strip().split(":", -1)).get(index);
  }

  private static byte[] bytes(String escaped) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < escaped.length(); i++) {
      if (escaped.startsWith("\\x", i)) {
        bytes.write(Integer.parseInt(escaped.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        bytes.write(escaped.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] masked(byte[] bytes, byte[] mask) {
    byte[] masked = new byte[Math.min(bytes.length, mask.length)];
    for (int i = 0; i < masked.length; i++) {
      masked[i] = (byte) (bytes[i] & mask[i]);
    }
    return masked;
  }

  @Test
  void nothingIsRegisteredForAMachineThatRunsTheProgramsAnyway() throws IOException {
    assertThat(emulation(ElfMachine.X86_64, ElfMachine.X86_64)).isEmpty();
    assertThat(emulation(ElfMachine.X86_64, ElfMachine.I386)).isEmpty();
  }

  @Test
  void anEmulatorOfTheAdministratorIsUsedIfItWorksInEveryRoot() throws IOException {
    fake.program("qemu-aarch64-static", "exit 0");
    Path handler = list.resolve("qemu-aarch64");
    Files.writeString(handler, "enabled\ninterpreter /x\nflags: POCF\n");
    assertThat(emulation(ElfMachine.X86_64, ElfMachine.AARCH64)).isEmpty();
    Files.writeString(handler, "enabled\ninterpreter /x\nflags: \n");
    assertThat(emulation(ElfMachine.X86_64, ElfMachine.AARCH64)).isPresent();
    Files.writeString(handler, "disabled\ninterpreter /x\nflags: POCF\n");
    assertThat(emulation(ElfMachine.X86_64, ElfMachine.AARCH64)).isPresent();
  }

  @Test
  void withoutAnEmulatorThePackageIsNamed() {
    assertThatThrownBy(() -> emulation(ElfMachine.X86_64, ElfMachine.AARCH64))
        .isInstanceOf(BootstrapEnvironmentException.class)
        .hasMessageContaining("cannot run programs for arm64")
        .hasMessageContaining("qemu-user-static");
  }

  @Test
  void twoMachinesForOneSystemAreRefused() {
    BootstrapRequest request = FakeHost.request(Tool.AUTO).forMachine(ElfMachine.AARCH64);
    assertThat(request.architecture()).contains("arm64");
    assertThat(request.forMachine(ElfMachine.AARCH64)).isEqualTo(request);
    assertThatThrownBy(() -> request.forMachine(ElfMachine.S390X))
        .hasMessage("--arch arm64 is not for linux/s390x");
  }
}
