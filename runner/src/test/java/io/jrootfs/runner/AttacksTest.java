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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What others' containers have been broken out of with. */
class AttacksTest {
  @TempDir static Path work;
  private static Installation installation;
  private static Path rootfs;
  private static Path image;

  @BeforeAll
  static void install() throws Exception {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxr-xr-x"));
    installation = Installation.shared();
    rootfs = Images.rootfs(Files.createDirectory(work.resolve("rootfs")));
    Images.check(
        rootfs,
        """
        printf '#!/proc/self/exe\\n' >me; chmod 755 me
        ln -s /proc/self/exe self
        """);
    image = Images.tar(rootfs, work.resolve("image.tar"));
  }

  private static Result jrun(Caller caller, String script, String... options) throws Exception {
    return run(caller, ImmutableList.copyOf(options), "sh", "-c", script);
  }

  private static Result run(Caller caller, List<String> options, String... command)
      throws Exception {
    return caller.execute(
        work,
        ImmutableList.<String>builder()
            .add(installation.jrun().toString())
            .addAll(options)
            .add(image.toString())
            .addAll(Arrays.asList(command))
            .build());
  }

  private static String output(Caller caller, String script, String... options) throws Exception {
    return Installation.check(jrun(caller, script, options)).out();
  }

  private static String checksumOfLauncher() throws Exception {
    return Installation.check(
            Caller.ROOT.execute(work, List.of("sha256sum", installation.jrun().toString())))
        .out();
  }

  /** CVE-2019-5736: with everything allowed that can be, of an init that is the launcher itself. */
  @Test
  void launcherCannotBeWrittenByItsInit() throws Exception {
    String before = checksumOfLauncher();
    assertThat(
            jrun(
                Caller.ROOT,
                "(echo x >>/proc/1/exe) || (echo x >/proc/1/exe) || echo refused",
                "--init",
                "--privileged"))
        .satisfies(
            result -> assertThat(result.out()).isEqualTo("refused\n"),
            result ->
                assertThat(result.err()).contains("Read-only file system").doesNotContain("jrun"));
    assertThat(checksumOfLauncher()).isEqualTo(before);
  }

  /** CVE-2019-5736: a program that is the launcher when it is looked up. */
  @ParameterizedTest
  @ValueSource(strings = {"/me", "/self"})
  void programThatIsTheLauncherLeavesItAsItWas(String program) throws Exception {
    String before = checksumOfLauncher();
    assertThat(run(Caller.ROOT, List.of("--privileged"), program).status()).isNotZero();
    assertThat(checksumOfLauncher()).isEqualTo(before);
  }

  /** CVE-2026-41163: nothing of ours gives anybody rights by its mode. */
  @Test
  void nothingThatIsInstalledIsSetUserId() throws Exception {
    try (var files = Files.walk(installation.jrun().getParent().getParent())) {
      assertThat(files)
          .allSatisfy(
              file ->
                  assertThat((int) Files.getAttribute(file, "unix:mode") & 06000)
                      .as(file.toString())
                      .isZero());
    }
  }

  /** CVE-2025-52565: major number 136 is that of pseudo-terminals, whatever the image has there. */
  @ParameterizedTest
  @EnumSource
  void consoleIsTheContainersOwnTerminal(Caller caller) throws Exception {
    assertThat(output(caller, "stat -c %t /dev/console", "-t")).startsWith("88");
  }

  /** CVE-2019-19921, CVE-2023-27561: procfs is never what a volume makes of it. */
  @ParameterizedTest
  @CsvSource({"/proc", "/proc/sys", "/proc/self/attr", "/sys/../proc/sys/kernel"})
  void volumeCannotCoverProcfs(String target) throws Exception {
    Path volume = Files.createDirectories(work.resolve("volume"));
    for (Caller caller : List.of(Caller.ROOT, Caller.SINGLE_ID)) {
      Result result = jrun(caller, "echo inside", "-v", volume + ":" + target);
      assertThat(result.status()).isEqualTo(125);
      assertThat(result.out()).isEmpty();
      assertThat(result.err().lines().reduce((a, b) -> b).orElseThrow())
          .startsWith("jrun: ")
          .contains("proc");
    }
  }

  /** CVE-2024-9676 and the like: who starts it waits for nobody. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "etc/passwd   | 125 | jrun: the image's /etc/passwd: is not a regular file",
        "etc/group    | 125 | jrun: the image's /etc/group: is not a regular file",
        "etc/hosts    | 0   | ''",
        "etc/hostname | 0   | ''",
      })
  void fifoOfTheImageIsNotWaitedFor(String file, int status, String sentence) throws Exception {
    Images.check(
        work,
        "rm -rf hostile; cp -a rootfs hostile; rm -f hostile/%1$s; mkfifo hostile/%1$s"
            .formatted(file));
    Result result =
        Caller.ROOT.execute(
            work,
            List.of(installation.jrun().toString(), work.resolve("hostile").toString(), "pwd"));
    assertThat(result.status()).isEqualTo(status);
    assertThat(result.err().strip()).isEqualTo(sentence);
  }

  /** Strictly parsed, as CVE-2026-30892 was not. */
  @ParameterizedTest
  @ValueSource(strings = {"1x", ":", "4294967296", "4294967295", "-1", "0x0", "root:", ""})
  void userThatIsNoneIsRefused(String user) throws Exception {
    Result result = jrun(Caller.ROOT, "id", "-u", user);
    assertThat(result.status()).isEqualTo(125);
    assertThat(result.out()).isEmpty();
    assertThat(result.err().lines()).hasSize(1);
  }

  /** What a process can be told from, or be used for, by somebody outside. */
  @ParameterizedTest
  @EnumSource
  void processHasNothingOfItsCallers(Caller caller) throws Exception {
    String loginUser = Files.readString(Path.of("/proc/self/loginuid"));
    assertThat(
            output(
                caller,
                """
                grep -E '^(Groups|CapInh|CapAmb):' /proc/self/status
                grep 'core file' /proc/self/limits
                cat /proc/self/loginuid; echo
                cat /proc/1/environ | grep -c -E 'SECRET|JRUN'
                :
                """))
        .matches(
            "Groups:\\s*(0 )?\nCapInh:\\s0{16}\nCapAmb:\\s0{16}\n"
                + "Max core file size +[01] +[01] +bytes\\s*\n"
                + loginUser
                + "\n0\n");
  }

  /** The kernel's audit says whose doing it was, whoever the process is inside. */
  @ParameterizedTest
  @CsvSource({"ROOT, 4321, 4321", "SINGLE_ID, 54321, 0", "ID_RANGES, 54322, 0"})
  void whoHasLoggedInStaysKnown(Caller caller, int loginUser, int seenInside) throws Exception {
    ImmutableList<String> jrun =
        caller.as(
            work,
            List.of(
                installation.jrun().toString(), image.toString(), "cat", "/proc/self/loginuid"));
    ImmutableList<String> loggedIn =
        ImmutableList.<String>builder()
            .add("sh", "-euc", "echo " + loginUser + " >/proc/self/loginuid; exec \"$@\"", "sh")
            .addAll(jrun)
            .build();
    Result result = Installation.execute(caller.home(work), caller.environment(work), loggedIn);
    assertThat(Installation.check(result).out()).isEqualTo(Integer.toString(seenInside));
  }

  /** user_namespaces(7): without this, somebody kept out by a group would get in. */
  @Test
  void withOneIdGroupsCannotBeDropped() throws Exception {
    assertThat(output(Caller.SINGLE_ID, "cat /proc/self/setgroups")).isEqualTo("deny\n");
  }
}
