package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import io.jrootfs.runner.leak.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The program jrun on images made by other tools, as root and as ordinary users. */
@ExtendWith(LeakCheck.class)
class EndToEndTest {
  @TempDir static Path work;
  static Installation installation;
  private static Path image;
  private static Path layout;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    Path rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    image = Images.tar(rootfs, work.resolve("image.tar"));
    layout = Images.layout(rootfs, work.resolve("layout"));
  }

  private static Result jrun(Caller caller, Object... arguments)
      throws IOException, InterruptedException {
    ImmutableList.Builder<String> command = ImmutableList.builder();
    command.add(installation.jrun().toString());
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    return caller.execute(work, command.build());
  }

  /** What a shell in the container prints. */
  private static String shell(Caller caller, String script)
      throws IOException, InterruptedException {
    return Installation.check(jrun(caller, image, "sh", "-c", script)).out();
  }

  private static List<String> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  // Isolation.

  @ParameterizedTest
  @EnumSource
  void everyNamespaceIsAnother(Caller caller) throws Exception {
    for (String kind : List.of("mnt", "pid", "ipc", "uts", "net", "cgroup", "user")) {
      String inside = shell(caller, "readlink /proc/self/ns/" + kind);
      String outside = Files.readSymbolicLink(Path.of("/proc/self/ns", kind)) + "\n";
      if (kind.equals("user") && caller == Caller.ROOT) {
        assertThat(inside).isEqualTo(outside);
      } else {
        assertThat(inside).as(kind).startsWith(kind + ":").isNotEqualTo(outside);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void onlyTheContainersProcessesAndFilesAreThere(Caller caller) throws Exception {
    assertThat(shell(caller, "echo $$; echo /*; echo /proc/[0-9]*"))
        .isEqualTo("1\n/bin /dev /etc /home /not-executable /proc /sys /tmp\n/proc/1\n");
  }

  @ParameterizedTest
  @EnumSource
  void environmentIsOurs(Caller caller) throws Exception {
    Result result = Installation.check(jrun(caller, "--hostname", "box", image, "env"));
    assertThat(Splitter.on('\n').omitEmptyStrings().splitToList(result.out()))
        .containsExactlyInAnyOrder(
            "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOSTNAME=box",
            "HOME=/root",
            "container=jrun");
  }

  @ParameterizedTest
  @EnumSource
  void kernelFilesAreMaskedOrReadOnly(Caller caller) throws Exception {
    assertThat(
            shell(
                caller,
                "cat /proc/keys /proc/timer_list; ls /sys/firmware;"
                    + " for f in /proc/sys/kernel/domainname /proc/sysrq-trigger; do"
                    + " (echo x >$f) 2>/dev/null && echo written; done; echo end"))
        .isEqualTo("end\n");
  }

  @ParameterizedTest
  @EnumSource
  void devicesAndTheirDirectoryAreMinimal(Caller caller) throws Exception {
    assertThat(
            shell(
                caller,
                "ls /dev; stat -c '%n %a' /tmp /dev/shm; head=$(cat /dev/null);"
                    + " (echo x >/dev/full) 2>/dev/null || echo full"))
        .isEqualTo(
            """
            core
            fd
            full
            mqueue
            null
            ptmx
            pts
            random
            shm
            stderr
            stdin
            stdout
            tty
            urandom
            zero
            /tmp 1777
            /dev/shm 1777
            full
            """);
  }

  @ParameterizedTest
  @EnumSource
  void capabilitiesAreTheDefaultElevenAndNoMore(Caller caller) throws Exception {
    assertThat(shell(caller, "grep -E '^(Cap|NoNewPrivs)' /proc/self/status"))
        .isEqualTo(
            """
            CapInh:\t0000000000000000
            CapPrm:\t00000000800405fb
            CapEff:\t00000000800405fb
            CapBnd:\t00000000800405fb
            CapAmb:\t0000000000000000
            NoNewPrivs:\t1
            """);
  }

  @ParameterizedTest
  @EnumSource
  void whatTheContainerWritesIsGoneWithIt(Caller caller) throws Exception {
    shell(caller, "echo changed >/etc/passwd; rm /bin/cat; touch /new");
    assertThat(shell(caller, "grep -c root /etc/passwd; ls /bin/cat; test -e /new || echo gone"))
        .isEqualTo("1\n/bin/cat\ngone\n");
    assertThat(list(caller.cache(work).resolve("mnt"))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void ownNetworkHasALoopbackThatWorksAndNothingElse(Caller caller) throws Exception {
    String links = shell(caller, "ip -o link");
    assertThat(links).hasLineCount(1).contains("lo:").contains("UP");
  }

  @ParameterizedTest
  @EnumSource
  void containerKnowsItsOwnNames(Caller caller) throws Exception {
    assertThat(
            jrun(
                    caller,
                    "--hostname=box",
                    image.toString(),
                    "sh",
                    "-c",
                    "cat /etc/hosts /etc/hostname && echo 10.0.0.1 other >>/etc/hosts && echo ok")
                .out())
        .isEqualTo("127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.0.1\tbox\nbox\nok\n");
  }

  @ParameterizedTest
  @EnumSource
  void hostNetworkIsTheHosts(Caller caller) throws Exception {
    Result result =
        Installation.check(
            jrun(
                caller,
                "--network=host",
                image,
                "sh",
                "-c",
                "readlink /proc/self/ns/net; ls /sys"));
    assertThat(result.out())
        .startsWith(Files.readSymbolicLink(Path.of("/proc/self/ns/net")) + "\n")
        .contains("class");
  }

  // Options.

  @ParameterizedTest
  @EnumSource
  void hostnameIsSetAndDefaultsToTheImagesKey(Caller caller) throws Exception {
    assertThat(jrun(caller, "--hostname", "box", image, "hostname").out()).isEqualTo("box\n");
    assertThat(shell(caller, "hostname"))
        .matches("[0-9a-f]{12}\n")
        .isEqualTo(shell(caller, "hostname"));
  }

  @ParameterizedTest
  @EnumSource
  void workingDirectoryIsMadeIfAbsent(Caller caller) throws Exception {
    assertThat(jrun(caller, "-w", "/a/b", image, "pwd").out()).isEqualTo("/a/b\n");
  }

  @ParameterizedTest
  @EnumSource
  void workingDirectoryOutsideTheRootIsRefused(Caller caller) throws Exception {
    for (int descriptor = 3; descriptor < 12; descriptor++) {
      Result result = jrun(caller, "-w", "/proc/self/fd/" + descriptor, image, "pwd");
      assertThat(result.status()).isEqualTo(125);
      assertThat(result.out()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void volumeIsTheHostsAndCanBeReadOnly(Caller caller) throws Exception {
    Path data = Files.createDirectories(caller.home(work).resolve("data"));
    Files.setAttribute(data, "unix:uid", caller.uid());
    Files.writeString(data.resolve("file"), "from outside\n");
    assertThat(
            Installation.check(
                    jrun(
                        caller,
                        "-v",
                        data + ":/srv/data",
                        "-v",
                        "./data:/ro:ro",
                        image,
                        "sh",
                        "-c",
                        "cat /srv/data/file; echo inside >/srv/data/new;"
                            + " cat /ro/new; (echo x >/ro/file) 2>/dev/null || echo read-only"))
                .out())
        .isEqualTo("from outside\ninside\nread-only\n");
    assertThat(data.resolve("new")).hasContent("inside");
    assertThat(Files.getAttribute(data.resolve("new"), "unix:uid")).isEqualTo(caller.uid());
  }

  @Test
  void volumeThatTheCallerMayNotReachIsRefused() throws Exception {
    Path secret = Files.createDirectories(work.resolve("closed/secret"));
    Files.setPosixFilePermissions(secret.getParent(), PosixFilePermissions.fromString("rwx------"));
    Result result = jrun(Caller.SINGLE_ID, "-v", secret + ":/x", image, "ls", "/x");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err())
        .isEqualTo(
            "jrun: volume '%1$s:/x': '%1$s' cannot be reached: permission denied%n"
                .formatted(secret));
  }

  @ParameterizedTest
  @EnumSource
  void aFileCanBeAVolume(Caller caller) throws Exception {
    assertThat(
            Installation.check(jrun(caller, "-v", "/etc/os-release:/x/y", image, "cat", "/x/y"))
                .out())
        .isEqualTo(Files.readString(Path.of("/etc/os-release")));
  }

  @ParameterizedTest
  @EnumSource
  void readOnlyRootLeavesMountsWritable(Caller caller) throws Exception {
    Result result =
        Installation.check(
            jrun(
                caller,
                "--read-only",
                "--tmpfs",
                "/run:size=1m,mode=0700",
                image,
                "sh",
                "-c",
                "(touch /x) 2>/dev/null || echo refused; touch /run/x /dev/shm/x && ls /run;"
                    + " stat -c %a /run"));
    assertThat(result.out()).isEqualTo("refused\nx\n700\n");
  }

  @ParameterizedTest
  @EnumSource
  void variablesAreSetCopiedAndOverridden(Caller caller) throws Exception {
    assertThat(
            jrun(
                    caller,
                    "-eA=1",
                    "--env",
                    "A=2 3",
                    "-e",
                    "SECRET_OF_THE_HOST",
                    "-e",
                    "NOT_SET_ANYWHERE",
                    image,
                    "sh",
                    "-c",
                    "echo $A $SECRET_OF_THE_HOST ${NOT_SET_ANYWHERE-unset}")
                .out())
        .isEqualTo("2 3 leaked unset\n");
  }

  @Test
  void localeIsCopiedAsTheCallerHasItAndNotAsJavaNeedsIt() throws Exception {
    List<String> echo =
        List.of(
            installation.jrun().toString(),
            "-e",
            "LC_ALL",
            image.toString(),
            "sh",
            "-c",
            "echo ${LC_ALL-unset}");
    for (String change : List.of("-uLC_ALL", "LC_ALL=", "LC_ALL=de_DE")) {
      Result result =
          Caller.ROOT.execute(
              work, ImmutableList.<String>builder().add("env", change).addAll(echo).build());
      assertThat(Installation.check(result).out())
          .isEqualTo(change.equals("-uLC_ALL") ? "unset\n" : change.substring(7) + "\n");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ROOT", "ID_RANGES"})
  void userIsTakenFromTheImagesAccounts(Caller caller) throws Exception {
    String script = "id -u; id -g; id -G; echo $HOME; grep CapEff /proc/self/status";
    assertThat(Installation.check(jrun(caller, "-u", "app", image, "sh", "-c", script)).out())
        .isEqualTo("1000\n1001\n1001 44\n/home/app\nCapEff:\t0000000000000000\n");
    assertThat(
            Installation.check(jrun(caller, "-u", "7:8", image, "sh", "-c", "id -u; id -G")).out())
        .isEqualTo("7\n8\n");
  }

  /** Standard output is the container's. */
  @Test
  void javaThatCannotStartSaysWhyOnStandardError() throws Exception {
    Result result =
        Caller.ROOT.execute(
            work,
            List.of(
                "env",
                "JAVA_TOOL_OPTIONS=-Xms2g -Xmx1g",
                installation.jrun().toString(),
                "--no-replay",
                image.toString(),
                "true"));
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("Initial heap size set to a larger value than the maximum");
  }

  @Test
  void otherUsersNeedRanges() throws Exception {
    Result result = jrun(Caller.SINGLE_ID, "-u", "app", image, "id");
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).contains("/etc/subuid").hasLineCount(1);
  }

  @ParameterizedTest
  @EnumSource
  void optionsAfterTheImageAreTheCommands(Caller caller) throws Exception {
    assertThat(jrun(caller, image, "--", "sh", "-c", "echo $0,$1", "-e", "--explain").out())
        .isEqualTo("-e,--explain\n");
  }

  @ParameterizedTest
  @EnumSource
  void explainChangesNothing(Caller caller) throws Exception {
    Path cache = caller.home(work).resolve("untouched");
    Result result =
        Installation.check(
            caller.execute(
                work,
                ImmutableList.of(
                    "env",
                    "JRUN_CACHE_DIR=" + cache,
                    installation.jrun().toString(),
                    "--explain",
                    image.toString(),
                    "--",
                    "ls",
                    "/")));
    assertThat(result.out())
        .containsPattern(
            "# (an index of the layers of %1$s would be written to|%1$s would be unpacked into) %2$s"
                .formatted(image, cache))
        .contains("pivot_root")
        .contains("unshare");
    assertThat(cache).doesNotExist();
  }

  // Exit codes.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7   | sh -c 'exit 7'",
        "0   | sh -c true",
        "127 | nonesuch",
        "127 | /bin/nonesuch",
        "126 | /not-executable",
        "126 | /etc"
      })
  void statusIsTheCommandsOrSaysWhyThereIsNone(int status, String command) throws Exception {
    for (Caller caller : Caller.values()) {
      Result result =
          caller.execute(
              work, List.of("sh", "-c", installation.jrun() + " " + image + " " + command));
      assertThat(result.status()).as(result.err()).isEqualTo(status);
      assertThat(result.err()).hasLineCount(status < 125 ? 0 : 1);
    }
  }

  // Image forms.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "image.tar.gz  | gzip -k image.tar",
        "image.tar.xz  | xz -0 -k image.tar",
        "image.tar.zst | zstd -q -k image.tar",
        "rootfs        | true",
        "oci.tar       | skopeo copy -q oci:layout:latest oci-archive:oci.tar",
        "docker.tar    | skopeo copy -q oci:layout:latest docker-archive:docker.tar:a:b",
        "docker.tar.gz | skopeo copy -q oci:layout:latest docker-archive:d.tar:a:b; gzip -c d.tar > docker.tar.gz"
      })
  void everyFormOfImageRuns(String name, String make) throws Exception {
    Images.check(work, make);
    Path made = work.resolve(name);
    for (int run = 0; run < 2; run++) {
      Result result =
          Installation.check(
              jrun(Caller.ROOT, "--entrypoint", "", made, "sh", "-c", "ls /bin/busybox; echo $$"));
      assertThat(result.out()).isEqualTo("/bin/busybox\n1\n");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ROOT", "ID_RANGES"})
  void imagesConfigurationIsObeyed(Caller caller) throws Exception {
    assertThat(Installation.check(jrun(caller, layout)).out())
        .isEqualTo("cmd yes /home/app 1000\n");
    assertThat(Installation.check(jrun(caller, layout, "echo mine $(id -g)")).out())
        .isEqualTo("mine 1001\n");
    assertThat(Installation.check(jrun(caller, "--entrypoint", "pwd", layout)).out())
        .isEqualTo("/home/app\n");
  }

  @Test
  void imageForAnotherMachineRunsAndIsNamedWhereItCannot() throws Exception {
    Images.check(
        work,
        """
        cp -a layout foreign
        umoci config --image foreign:latest --architecture s390x
        printf '\177ELF' >program
        chmod 755 program
        """);
    Path foreign = work.resolve("foreign");
    assertThat(Installation.check(jrun(Caller.ROOT, foreign, "echo runs")).out())
        .isEqualTo("runs\n");
    Result result =
        jrun(
            Caller.ROOT,
            "--entrypoint",
            "/program",
            "-v",
            work.resolve("program") + ":/program",
            foreign);
    assertThat(result.status()).isEqualTo(126);
    assertThat(result.err()).contains("image is for linux/s390x").hasLineCount(1);
  }
}
