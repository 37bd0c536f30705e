package io.jrootfs.builder.debian;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.builder.debian.BootstrapEvent.Note;
import io.jrootfs.builder.debian.BootstrapEvent.Progress;
import io.jrootfs.builder.debian.BootstrapEvent.Warning;
import io.jrootfs.builder.debian.BootstrapRequest.Tool;
import io.jrootfs.builder.debian.DebootstrapMessage.Severity;
import io.jrootfs.builder.rootfs.RootfsPath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both directions between us and debootstrap: what it is told, and what it says. */
class DebootstrapEventsTest {
  @TempDir Path work;

  private static List<DebootstrapMessage> parsed(String lines) {
    List<DebootstrapMessage> messages = new ArrayList<>();
    DebootstrapParser parser = new DebootstrapParser(messages::add);
    lines.lines().forEach(parser::accept);
    parser.end();
    return messages;
  }

  @Test
  void aMessageIsItsThreeKindsOfLines() {
    assertThat(parsed("I: RETRIEVING\nIA: curl\nIA: 7.88\nIF: Retrieving %s %s\n"))
        .containsExactly(
            new DebootstrapMessage(
                Severity.INFORMATION,
                "RETRIEVING",
                ImmutableList.of("curl", "7.88"),
                "Retrieving %s %s"));
    assertThat(parsed("I: RETRIEVING\nIA: curl\nIA: 7.88\nIF: Retrieving %s %s\n").get(0).text())
        .isEqualTo("Retrieving curl 7.88");
  }

  @Test
  void aMessageThatIsCutOffIsNotLost() {
    assertThat(parsed("E: NOGETREL\nEA: x\n"))
        .containsExactly(
            new DebootstrapMessage(Severity.ERROR, "NOGETREL", ImmutableList.of("x"), ""));
    assertThat(parsed("E: A\nI: B\nIF: b\n"))
        .extracting(DebootstrapMessage::code)
        .containsExactly("A", "B");
  }

  @Test
  void linesThatBelongToNoMessageAreIgnored() {
    assertThat(parsed("EA: stray\n   second line of a format\n\nEF: stray\n")).isEmpty();
  }

  /** Enough of a system for the rest of the pipeline. */
  private static final String SYSTEM =
      """
      for argument; do case $argument in */root) root=$argument;; esac; done
      mkdir -p "$root/var/lib/dpkg" "$root/etc" "$root/dev"
      printf 'Package: dpkg\\nStatus: install ok installed\\nArchitecture: arm64\\n' \
        >"$root/var/lib/dpkg/status"
      mkdir "$root/etc/apt"
      echo 'deb http://mirror.test/debian sid main' >"$root/etc/apt/sources.list"
      """;

  @Test
  void progressAndWarningsArriveAsEvents() throws Exception {
    FakeHost fake = new FakeHost(work);
    fake.program(
        "debootstrap",
        SYSTEM
            + """
            cat >&3 <<'END'
            P: 0 100 DOWNREL
            PF: Downloading Release file
            P: 33 100
            I: UNPACKING
            IA: curl
            IF: Unpacking %s...
            W: RETRYING
            WA: curl.deb
            WF: Retrying failed download of %s
            W: MKNOD
            WF: Could not create /dev/ptmx
            END
            """);
    List<BootstrapEvent> events = new ArrayList<>();
    BaseSystem.make(FakeHost.request(Tool.DEBOOTSTRAP), fake.host(), 0, events::add).close();
    assertThat(events)
        .containsExactly(
            new Progress("Downloading Release file", 0, 100),
            new Progress("Downloading Release file", 33, 100),
            new Note("Unpacking curl..."),
            new Warning("Retrying failed download of curl.deb"),
            new Note("Could not create /dev/ptmx"));
    assertThat(fake.temporary()).isEmptyDirectory();
  }

  @Test
  void theRequestReachesItCompleteAndSignaturesAreAlwaysChecked() throws Exception {
    FakeHost fake = new FakeHost(work);
    Path keyring = Files.createFile(work.resolve("k.gpg"));
    Path told = work.resolve("told");
    fake.program("debootstrap", SYSTEM + "printf '%s\\n' \"$@\" >" + told);
    BootstrapRequest request =
        new BootstrapRequest(
            "sid",
            Optional.of("buildd"),
            ImmutableList.of("curl", "jq", "curl"),
            new PackageArchive(
                Optional.of("http://mirror.test/debian"),
                ImmutableList.of("main", "non-free-firmware", "main"),
                Optional.of(keyring),
                /* checkSignatures= */ true),
            Optional.of("arm64"),
            Tool.DEBOOTSTRAP,
            /* slim= */ false);
    List<BootstrapEvent> events = new ArrayList<>();
    try (BaseSystem base = BaseSystem.make(request, fake.host(), 0, events::add)) {
      assertThat(base.config().platform().toString()).isEqualTo("linux/arm64");
      assertThat(base.rootfs().get(RootfsPath.of("/var/lib/dpkg/status"))).isPresent();
    }
    assertThat(events)
        .containsExactly(new Warning("the archive has no component 'non-free-firmware'"));
    List<String> arguments = Files.readAllLines(told);
    assertThat(arguments)
        .startsWith(
            "--debian-installer",
            "--force-check-gpg",
            "--cache-dir=" + fake.cache().resolve("packages"),
            "--variant=buildd",
            "--arch=arm64",
            "--components=main,non-free-firmware",
            "--keyring=" + keyring,
            "--include=curl,jq",
            "sid")
        .endsWith("http://mirror.test/debian")
        .hasSize(11);
  }
}
