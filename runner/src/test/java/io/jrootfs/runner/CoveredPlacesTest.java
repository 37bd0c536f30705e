package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Volumes of the user where a container has the kernel's files: his wish, and nothing beyond it.
 */
class CoveredPlacesTest {
  @TempDir static Path work;
  private static Installation installation;
  private static Path rootfs;
  private static Path image;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    Images.check(rootfs, "ln -s busybox bin/head; ln -s busybox bin/find");
    image = Images.tar(rootfs, work.resolve("image.tar"));
  }

  private static Result jrun(Caller caller, String script, String... options) throws Exception {
    return caller.execute(
        work,
        ImmutableList.<String>builder()
            .add(installation.jrun().toString(), "-q")
            .addAll(Arrays.asList(options))
            .add(image.toString(), "sh", "-c", script)
            .build());
  }

  private static Path volume(Caller caller) throws Exception {
    Path volume = Files.createTempDirectory(caller.home(work), "volume");
    Files.setPosixFilePermissions(volume, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createFile(volume.resolve("mine"));
    Images.check(volume, "chown -R %1$d:%1$d .".formatted(caller.uid()));
    return volume;
  }

  private static Result podman(Path volume, String target) throws Exception {
    return Caller.ROOT.execute(
        work,
        ImmutableList.of(
            "podman",
            "--runtime=runc",
            "--cgroup-manager=cgroupfs",
            "run",
            "--rm",
            "--network=none",
            // Here nobody may raise a limit, which podman's defaults would.
            "--ulimit=nofile=1024:1024",
            "--ulimit=nproc=1000:1000",
            "--volume=" + volume + ":" + target,
            "--rootfs",
            rootfs.toString(),
            "pwd"));
  }

  /**
   * The last of what the script says is that procfs is as closed as ever. Of the container's root,
   * podman's runc wants a {@code /dev/null} for itself.
   */
  @ParameterizedTest
  @CsvSource({
    "/dev, 127",
    "/dev/pts, 0",
    "/dev/shm, 0",
    "/dev/mqueue, 0",
    "/sys, 0",
    "/sys/kernel, 0",
    "/sys/fs, 0",
    "/sys/fs/cgroup, 0",
  })
  void volumeIsAllThatIsThere(String target, int podmans) throws Exception {
    for (Caller caller : Caller.values()) {
      Path volume = volume(caller);
      assertThat(
              jrun(
                  caller,
                  """
                  find %s | wc -l; ls %1$s
                  (echo x >/proc/sys/kernel/domainname) 2>&- || echo closed
                  wc -c </proc/keys
                  """
                      .formatted(target),
                  "--volume=" + volume + ":" + target))
          .isEqualTo(new Result(0, "2\nmine\nclosed\n0\n", ""));
      assertThat(volume.toFile().list()).containsExactly("mine");
    }
    assertThat(podman(volume(Caller.ROOT), target).status()).isEqualTo(podmans);
  }

  /** What is read there must be the kernel's. */
  @ParameterizedTest
  @ValueSource(strings = {"/proc", "/"})
  void placeThatNobodyCanCoverIsRefused(String target) throws Exception {
    Path volume = volume(Caller.ROOT);
    Result result = jrun(Caller.ROOT, "pwd", "--volume=" + volume + ":" + target);
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.err()).startsWith("jrun: volume '").hasLineCount(1);
    assertThat(volume.toFile().list()).containsExactly("mine");
  }

  @Test
  void terminalWithoutItsPlaceIsOneSentence() throws Exception {
    Result result = jrun(Caller.ROOT, "pwd", "-t", "--volume=" + volume(Caller.ROOT) + ":/dev");
    assertThat(result)
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: cannot open a terminal: the container has no /dev/pts/ptmx; is /dev"
                    + " replaced?\n"));
  }

  /** Who wants the host's has the host's, but for what is hidden wherever it is from. */
  @Test
  void hostsSysfsIsAsMaskedAsAnOwn() throws Exception {
    String script = "ls /sys/firmware /sys/dev/block | grep -v : | wc -w";
    assertThat(Path.of("/sys/firmware")).isNotEmptyDirectory();
    for (Caller caller : List.of(Caller.ROOT, Caller.SINGLE_ID)) {
      assertThat(jrun(caller, script, "--volume=/sys:/sys")).isEqualTo(new Result(0, "0\n", ""));
    }
  }

  /** Nodes are not yet rights. */
  @Test
  void hostsDevicesAreSeenAndNoneMoreIsUsed() throws Exception {
    assertThat(Path.of("/dev/kmsg")).exists();
    Result result =
        jrun(
            Caller.ROOT,
            "ls /dev/kmsg; head -c 1 /dev/zero | wc -c; head -c 1 /dev/kmsg",
            "--volume=/dev:/dev");
    assertThat(result.out()).isEqualTo("/dev/kmsg\n1\n");
    assertThat(result.err()).contains("/dev/kmsg: Operation not permitted");
  }

  /** CVE-2025-31133: what covers files is the kernel's null device, whatever is called so. */
  @Test
  void masksAreNotWhatTheVolumeOrTheImageCallsNull() throws Exception {
    String pattern = Files.readString(Path.of("/proc/sys/kernel/core_pattern"));
    Path volume = volume(Caller.ROOT);
    Path hostile = work.resolve("hostile");
    Images.check(
        work,
        """
        cp -a rootfs hostile; mkdir -p hostile/dev
        ln -s /proc/sys/kernel/core_pattern hostile/dev/null
        ln -s /proc/sys/kernel/core_pattern '%s/null'
        """
            .formatted(volume));
    String script =
        "stat -c %t:%T /proc/keys /proc/timer_list;"
            + " for f in /proc/keys /dev/null /proc/sys/kernel/core_pattern; do"
            + " echo '|/evil' >$f; done";
    for (List<String> options : List.of(List.<String>of(), List.of("-v", volume + ":/dev"))) {
      Result result =
          Caller.ROOT.execute(
              work,
              ImmutableList.<String>builder()
                  .add(installation.jrun().toString())
                  .addAll(options)
                  .add(hostile.toString(), "sh", "-c", script)
                  .build());
      assertThat(result.out()).isEqualTo("1:3\n1:3\n");
      assertThat(result.err()).contains("/proc/sys/kernel/core_pattern: Read-only file system");
      assertThat(Path.of("/proc/sys/kernel/core_pattern")).hasContent(pattern);
    }
  }

  /** CVE-2019-19921: what is to be written into procfs is written nowhere else. */
  @ParameterizedTest
  @ValueSource(strings = {"proc", "proc/sys"})
  void parameterIsNotWrittenBesideProcfs(String link) throws Exception {
    Path root = Files.createTempDirectory(work, "root");
    Path outside = volume(Caller.ROOT);
    Images.check(
        root,
        """
        cp -a ../rootfs/. .; chmod 755 .; mkdir -p '%2$s/net/ipv4' '%2$s/sys/net/ipv4' proc
        echo 7 >'%2$s/net/ipv4/ip_default_ttl'; echo 7 >'%2$s/sys/net/ipv4/ip_default_ttl'
        rmdir -p %1$s || :; mkdir -p "$(dirname %1$s)"; ln -s '%2$s' %1$s
        """
            .formatted(link, outside));
    Result result =
        Caller.ROOT.execute(
            work,
            ImmutableList.of(
                installation.jrun().toString(),
                "--sysctl=net.ipv4.ip_default_ttl=9",
                root.toString(),
                "cat",
                "/proc/sys/net/ipv4/ip_default_ttl"));
    // Behind the mount of procfs the image's link is not even there.
    assertThat(result.status()).isEqualTo(link.equals("proc") ? 125 : 0);
    assertThat(result.out()).isEqualTo(link.equals("proc") ? "" : "9\n");
    assertThat(outside.resolve("net/ipv4/ip_default_ttl")).hasContent("7");
    assertThat(outside.resolve("sys/net/ipv4/ip_default_ttl")).hasContent("7");
  }
}
