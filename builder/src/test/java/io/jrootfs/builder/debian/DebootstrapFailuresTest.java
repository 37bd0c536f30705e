package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a user is told of every way in which debootstrap fails, and that nothing is left of it. */
class DebootstrapFailuresTest {
  @TempDir Path work;
  private FakeHost fake;

  @BeforeEach
  void makeHost() throws IOException {
    fake = new FakeHost(work);
  }

  private Exception failure(String script) throws IOException {
    // Its last argument but one is the target; what it mounts there must go, too.
    fake.program(
        "debootstrap",
        """
        for argument; do case $argument in */root) target=$argument;; esac; done
        mkdir -p "$target/proc" && mount -t proc proc "$target/proc" || exit 99
        echo "a line of the log"
        """
            + script);
    Exception e =
        catchException(
            () -> BaseSystem.make(FakeHost.request(Tool.DEBOOTSTRAP), fake.host(), 0, event -> {}));
    assertThat(fake.temporary()).isEmptyDirectory();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(work.toString());
    return e;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NOSCRIPT|No such script: %s|/scripts/bookworm|UNKNOWN_SUITE|knows no suite 'bookworm'",
        "WRONGSUITE|Asked to install suite %s, but got %s|bookworm|UNKNOWN_SUITE|wrong suite",
        "UNSUPPVARIANT|unsupported variant||UNKNOWN_VARIANT|no variant 'minbase'",
        "LEFTOVERDEBS|Couldn't find these debs: %s|curll|UNKNOWN_PACKAGE|no package curll",
        "MISSINGRELENTRY|no entry for %s|main/binary-vax/Packages|UNKNOWN_ARCHITECTURE|binary-vax",
        "NOGETRELSIG|Failed getting release signature file %s|Release.gpg|BAD_SIGNATURE|not signed",
        "UNKNOWNRELSIG|Release signed by unknown key (key id %s)|F8D2|BAD_SIGNATURE|keyring, F8D2",
        "BADRELSIG|Invalid Release signature (key id %s)|F8D2|BAD_SIGNATURE|invalid signature",
        "INVALIDREL|Invalid Release file, no valid components||UNKNOWN_COMPONENT|component main;",
        "SIGCHECK|Error executing gpgv||BAD_SIGNATURE|Error executing gpgv",
      })
  void whatNoMachineCouldMakeIsTheRequestsFault(
      String code, String format, String argument, BootstrapException.Kind kind, String told)
      throws IOException {
    Exception e = failure(error(code, format, argument));
    assertThat(e).isInstanceOf(BootstrapException.class).hasMessageContaining(told);
    assertThat(((BootstrapException) e).kind()).isEqualTo(kind);
    assertThat(e.getMessage()).hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "NOGETREL|Failed getting release file %s|http://x/Release|ARCHIVE|http://x/Release",
        "COULDNTDL|Couldn't download %s|dists/x|ARCHIVE|Couldn't download dists/x",
        "COULDNTDLPKGS|Couldn't download packages: %s|curl|ARCHIVE|Couldn't download packages: curl",
        "INVALIDREL|Invalid Release file||ARCHIVE|Invalid Release file",
        "KEYRING|Keyring-based check was requested||MISSING_KEYRING|--keyring",
        "NEEDWGET|You must install wget||MISSING_TOOL|apt-get install wget",
        "NEEDGPGV|gpgv not installed||MISSING_TOOL|gpgv",
        "UNPACKCMDUNVL|Extracting %s requires zstd|x|MISSING_TOOL|zstd",
        "ARCHNOTEXEC|Unable to execute target architecture||MISSING_TOOL|qemu-user-static",
        "NOEXEC|Cannot install into target|/x|DISK|TMPDIR",
        "NEEDROOT|debootstrap can only run as root||PRIVILEGE|superuser",
        "USRMERGEFAIL|cannot move %s|/lib|TOOL|USRMERGEFAIL: cannot move /lib",
      })
  void whatThisMachineLacksIsTheEnvironmentsFault(
      String code,
      String format,
      String argument,
      BootstrapEnvironmentException.Kind kind,
      String told)
      throws IOException {
    Exception e = failure(error(code, format, argument));
    assertThat(e).isInstanceOf(BootstrapEnvironmentException.class).hasMessageContaining(told);
    assertThat(((BootstrapEnvironmentException) e).kind()).isEqualTo(kind);
  }

  private static String error(String code, String format, String argument) {
    String arguments = argument == null ? "" : "echo 'EA: " + argument + "' >&3;";
    return "echo 'E: " + code + "' >&3;" + arguments + "echo \"EF: " + format + "\" >&3; exit 1";
  }

  @Test
  void whatItSaysOfItsOptionsIsUnderstoodToo() throws IOException {
    Exception e = failure("echo 'E: NOSCRIPT'; echo 'EA: /s'; echo 'EF: No script: %s'; exit 1");
    assertThat(e).hasMessageContaining("knows no suite 'bookworm', it has no /s;");
  }

  @Test
  void aMissingKeyringIsNamed() throws IOException {
    Exception e =
        failure(
            """
            echo 'W: KEYRING' >&3; echo 'WA: /usr/share/keyrings/x.gpg' >&3
            echo 'WF: keyring file not available %s' >&3
            """
                + error("KEYRING", "requested; aborting accordingly", null));
    assertThat(e).hasMessageContaining("there is no keyring /usr/share/keyrings/x.gpg;");
  }

  @Test
  void aPackageThatCannotBeConfiguredIsShownWithTheEndOfTheLog() throws IOException {
    Exception e =
        failure(
            """
            echo 'dpkg: error processing package curl (--configure)'
            echo 'W: IN_TARGET_FAIL' >&3; echo 'WA: chroot /x dpkg --configure -a' >&3
            echo 'WF: Failure trying to run: %s' >&3
            exit 1
            """);
    assertThat(e).isInstanceOf(BootstrapException.class);
    assertThat(e.getMessage())
        .contains("failed: chroot /x dpkg --configure -a; the log ends with:")
        .endsWith("\n  dpkg: error processing package curl (--configure)");
  }

  @Test
  void aFullDiskIsTheReasonWhateverDebootstrapMakesOfIt() throws IOException {
    // The shell says it as every program does.
    Exception e =
        failure(
            """
            mount -t tmpfs -o size=64k tmpfs "$target" && head -c 1M /dev/zero >"$target/x"
            """
                + error("COULDNTDL", "Couldn't download %s", "x"));
    assertThat(e)
        .isInstanceOf(BootstrapEnvironmentException.class)
        .hasMessageContaining("the disk is full")
        .hasMessageContaining("TMPDIR");
  }

  @Test
  void withoutAnyWordFromItItsStatusAndLogAreTold() throws IOException {
    Exception e = failure("exit 7");
    assertThat(e)
        .isInstanceOf(BootstrapEnvironmentException.class)
        .hasMessage(
            "debootstrap ended with status 7 on 'bookworm'; the log ends with:\n"
                + "  a line of the log");
  }

  @Test
  void aMissingToolIsNamedWithItsPackage() throws IOException {
    fake.program("rm", "exec /bin/rm \"$@\"");
    BootstrapHost bare = fake.hostWithOnly(ImmutableList.of(fake.programs()));
    for (Tool tool : Tool.values()) {
      String needed = tool == Tool.MMDEBSTRAP ? "mmdebstrap" : "debootstrap";
      assertThat(
              catchException(() -> BaseSystem.make(FakeHost.request(tool), bare, 0, event -> {})))
          .isInstanceOf(BootstrapEnvironmentException.class)
          .hasMessageContaining("needs the program " + needed + ",")
          .hasMessageContaining("'apt-get install " + needed + "' brings it");
    }
    assertThat(fake.temporary()).isEmptyDirectory();
  }
}
