package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapEvent.Note;
import io.jrootfs.builder.debian.BootstrapEvent.Progress;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other back end: what it is told, what it says, how it fails. */
class MmdebstrapTest {
  @TempDir Path work;
  private FakeHost fake;

  @BeforeEach
  void makeHost() throws IOException {
    fake = new FakeHost(work);
  }

  /** The messages are those of mmdebstrap 1.3 and apt 2.6. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "The repository 'http://x y Release' does not have a Release file.|UNKNOWN_SUITE",
        "Unable to locate package curll|UNKNOWN_PACKAGE",
        "Package 'x' has no installation candidate|UNKNOWN_PACKAGE",
        "GPG error: http://x InRelease: NO_PUBKEY 871920D1991BC93C|BAD_SIGNATURE",
        "The repository 'http://x y InRelease' is not signed.|BAD_SIGNATURE",
        "apt-get update did not find any indices for architecture 'amd64'|UNKNOWN_COMPONENT",
        "unknown variant: nonesuch|UNKNOWN_VARIANT",
        "Failed to fetch http://x/InRelease  Could not connect to x|ARCHIVE",
        "Failed to fetch http://x/InRelease  Could not resolve 'x'|ARCHIVE",
        "arm64 can neither be executed natively nor via qemu user emulation|MISSING_TOOL",
        "write error: No space left on device|DISK",
        "something nobody has seen before|TOOL",
      })
  void itsFailuresAreSortedAsDebootstrapsAre(String said, String kind) throws IOException {
    fake.program("mmdebstrap", "echo \"E: " + said + "\" >&2; exit 25");
    Exception e =
        catchException(
            () -> BaseSystem.make(FakeHost.request(Tool.MMDEBSTRAP), fake.host(), 0, event -> {}));
    String found =
        e instanceof BootstrapException ofRequest
            ? ofRequest.kind().name()
            : ((BootstrapEnvironmentException) e).kind().name();
    assertThat(found).as(e.getMessage()).isEqualTo(kind);
    String told =
        switch (kind) {
          case "MISSING_TOOL" -> "qemu-user-static";
          case "UNKNOWN_VARIANT" -> "'minbase'";
          case "UNKNOWN_COMPONENT" -> "has no component main; check --components";
          default -> said.replaceFirst("[.]$", "");
        };
    assertThat(e.getMessage()).contains(told);
    assertThat(fake.temporary()).isEmptyDirectory();
  }

  /** A tar of enough of a system for the rest of the pipeline. */
  private static final String SYSTEM =
      """
      system=$(mktemp -d) && mkdir -p "$system/var/lib/dpkg" "$system/etc"
      mkdir "$system/etc/apt"
      echo 'deb http://mirror.test/debian sid main contrib' >"$system/etc/apt/sources.list"
      printf 'Package: dpkg\\nArchitecture: armhf\\n' >"$system/var/lib/dpkg/status"
      tar -C "$system" -c .
      """;

  @Test
  void whatItDoesAboutAFailureIsANote() throws Exception {
    fake.program(
        "mmdebstrap",
        "echo 'I: installing...' >&2; echo 'E: run_chroot failed' >&2;"
            + "echo 'I: main() received signal PIPE: waiting for setup...' >&2;"
            + "echo 'I: removing tempdir /tmp/mmdebstrap.x...' >&2; exit 1");
    List<BootstrapEvent> events = new ArrayList<>();
    assertThat(
            catchException(
                () ->
                    BaseSystem.make(
                        FakeHost.request(Tool.MMDEBSTRAP), fake.host(), 0, events::add)))
        .isInstanceOf(BootstrapEnvironmentException.class);
    assertThat(events)
        .containsExactly(
            new Progress("installing", 0, 0),
            new Note("main() received signal PIPE: waiting for setup..."),
            new Note("removing tempdir /tmp/mmdebstrap.x..."));
  }

  @Test
  void itIsPreferredItsTarIsTheSystemAndItsStagesAreEvents() throws Exception {
    fake.program("debootstrap", "exit 99");
    fake.program(
        "mmdebstrap",
        "echo 'I: extracting archives...' >&2; echo 'W: odd' >&2; echo 'I: success' >&2;" + SYSTEM);
    List<BootstrapEvent> events = new ArrayList<>();
    try (BaseSystem base =
        BaseSystem.make(FakeHost.request(Tool.AUTO), fake.host(), 0, events::add)) {
      assertThat(base.config().platform().toString()).isEqualTo("linux/arm/v7");
      assertThat(base.rootfs().get(RootfsPath.of("/var/lib/dpkg/status"))).isPresent();
    }
    assertThat(events)
        .containsExactly(
            new Progress("extracting archives", 0, 0), new Warning("odd"), new Note("success"));
    assertThat(fake.temporary()).isEmptyDirectory();
  }

  @Test
  void aKeyringReplacesTheOnesOfThisSystem() throws Exception {
    Path told = work.resolve("told");
    Path keyring = Files.createFile(work.resolve("k.gpg"));
    fake.program("mmdebstrap", "printf '%s\\n' \"$@\" >" + told + ";" + SYSTEM);
    BootstrapRequest request =
        new BootstrapRequest(
            "sid",
            Optional.empty(),
            ImmutableList.of(),
            new PackageArchive(
                Optional.of("http://mirror.test/debian"),
                ImmutableList.of("main", "contrib"),
                Optional.of(keyring),
                /* checkSignatures= */ true),
            Optional.empty(),
            Tool.MMDEBSTRAP,
            /* slim= */ false);
    BaseSystem.make(request, fake.host(), 0, event -> {}).close();
    assertThat(Files.readAllLines(told))
        .contains(
            "--keyring=" + keyring,
            "--skip=check/signed-by",
            "--variant=important",
            "--components=main,contrib")
        .filteredOn(argument -> argument.startsWith("--keyring="))
        .hasSize(2);
    assertThat(Files.readString(told))
        .doesNotContain("AllowInsecure", "AllowUnauthenticated", "Valid-Until");
  }

  @Test
  void aKeyringThatIsNotThereIsSaidAtOnce() {
    BootstrapRequest request =
        new BootstrapRequest(
            "sid",
            Optional.empty(),
            ImmutableList.of(),
            new PackageArchive(
                Optional.empty(),
                ImmutableList.of(),
                Optional.of(work.resolve("nonesuch")),
                /* checkSignatures= */ true),
            Optional.empty(),
            Tool.AUTO,
            /* slim= */ false);
    assertThat(catchException(() -> BaseSystem.make(request, fake.host(), 0, event -> {})))
        .hasMessage("the keyring " + work.resolve("nonesuch") + " is not there, or cannot be read");
  }
}
