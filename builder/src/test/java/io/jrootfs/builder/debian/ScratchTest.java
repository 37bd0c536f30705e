package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;
import io.jrootfs.builder.rootfs.ExternalTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Systems are made in memory where there is enough of it, and on the disk where there is not. */
class ScratchTest {
  private static final long MEBIBYTE = 1 << 20;

  /** A system of two mebibytes; notes down where what its files are on is mounted. */
  private static final String SYSTEM =
      """
      stat -c %m "$system" >>"$MOUNTS"
      mkdir -p "$system/var/lib/dpkg" "$system/etc" &&
      printf 'Package: dpkg\\nArchitecture: arm64\\n' >"$system/var/lib/dpkg/status" &&
      head -c 2M /dev/zero >"$system/etc/large" || exit 1
      """;

  @TempDir Path work;
  private FakeHost fake;
  private Path mounts;

  @BeforeEach
  void makeHost() throws IOException {
    fake = new FakeHost(work);
    mounts = work.resolve("mounts");
    String begin = "MOUNTS=" + mounts + "\n";
    fake.program(
        "debootstrap",
        begin
            + "for argument; do case $argument in */root) system=$argument;; esac; done\n"
            + "mkdir -p \"$system\"\n"
            + SYSTEM);
    fake.program(
        "mmdebstrap", begin + "system=$(mktemp -d)\n" + SYSTEM + "tar -C \"$system\" -c .");
  }

  /** What the back end warned of while it made the whole system. */
  private ImmutableList<String> warnings(Tool tool) throws Exception {
    List<BootstrapEvent> events = new ArrayList<>();
    try (BaseSystem base = BaseSystem.make(FakeHost.request(tool), fake.host(), 0, events::add)) {
      assertThat(base.rootfs().all())
          .filteredOn(entry -> entry.path().value().equals("/etc/large"))
          .hasSize(1);
    }
    assertThat(fake.temporary()).isEmptyDirectory();
    return events.stream()
        .filter(Warning.class::isInstance)
        .map(event -> ((Warning) event).text())
        .collect(ImmutableList.toImmutableList());
  }

  private List<String> mounts() throws IOException {
    return Files.readAllLines(mounts);
  }

  @ParameterizedTest
  @EnumSource(names = {"DEBOOTSTRAP", "MMDEBSTRAP"})
  void itIsMemoryWhereThereIsEnough(Tool tool) throws Exception {
    assertThat(warnings(tool)).isEmpty();
    assertThat(mounts()).singleElement().asString().endsWith("/scratch");
  }

  @ParameterizedTest
  @EnumSource(names = {"DEBOOTSTRAP", "MMDEBSTRAP"})
  void itIsTheDiskWhereThereIsNone(Tool tool) throws Exception {
    fake.memory(0);
    assertThat(warnings(tool)).isEmpty();
    assertThat(mounts()).singleElement().asString().doesNotContain("scratch");
  }

  @ParameterizedTest
  @EnumSource(names = {"DEBOOTSTRAP", "MMDEBSTRAP"})
  void whatDoesNotFitIsMadeAgainOnTheDiskAndThatIsSaid(Tool tool) throws Exception {
    fake.memory(MEBIBYTE);
    assertThat(warnings(tool))
        .containsExactly(
            "the system could not be made in 1 MiB of memory; it is made again, on the disk");
    assertThat(mounts()).hasSize(2);
    assertThat(mounts().get(0)).endsWith("/scratch");
    assertThat(mounts().get(1)).doesNotContain("scratch");
  }

  @Test
  void aDiskThatIsTooSmallForTheTarIsNotTakenForMemory() throws Exception {
    ExternalTool.run(work, "mount", "-t", "tmpfs", "-o", "size=1m", "disk", "temporary");
    try {
      assertThatThrownBy(() -> warnings(Tool.DEBOOTSTRAP))
          .isInstanceOf(BootstrapEnvironmentException.class)
          .hasMessageContaining("the disk is full, debootstrap could not make 'bookworm'");
      assertThat(mounts()).hasSize(1);
      assertThat(fake.temporary()).isEmptyDirectory();
    } finally {
      ExternalTool.run(work, "umount", "temporary");
    }
  }

  @Test
  void whereNobodyMayMountMemoryItIsTheDisk() throws Exception {
    fake.program("mount", "exit 32");
    assertThat(warnings(Tool.DEBOOTSTRAP)).hasSize(1);
    assertThat(mounts()).singleElement().asString().doesNotContain("scratch");
  }

  @ParameterizedTest
  @CsvSource({
    "MemAvailable:   16777216 kB, 68719476736, 4294967296",
    // A control group allows less than there is.
    "MemAvailable:   16777216 kB,  8589934592, 2147483648",
    "MemAvailable:    4194304 kB, 68719476736, 1073741824",
    "MemAvailable:    4194300 kB, 68719476736, 0",
    "MemFree:        16777216 kB, 68719476736, 0",
  })
  void aQuarterOfWhatIsFreeIsTakenUnlessThatIsTooLittle(String line, long allowed, long bytes) {
    assertThat(FreeMemory.allowance(ImmutableList.of("MemTotal: 99 kB", line), allowed))
        .isEqualTo(bytes);
  }
}
