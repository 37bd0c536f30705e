package io.jrootfs.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.jrootfs.runner.Installation.Result;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The keys that a caller has in the kernel, such as those of his encrypted files or his tickets,
 * are out of a container's reach, even where its filter lets it ask for them.
 */
class KeyringTest extends LiveTest {
  private static final String SECRET = "of-the-caller";
  private static final String UNKNOWN = "Required key not available\n";
  private static final String UNFILTERED = "--security-opt=seccomp=unconfined";

  /** What ends who makes a call that a filter kills for. */
  private static final int SIGSYS = 31;

  private static Path probe;
  private static Path withProbe;

  @BeforeAll
  static void buildProbe() {
    probe = rootfs.resolve("bin/keyring_probe");
    Images.check(
        Path.of("").toAbsolutePath(),
        "cc -O1 -Wall -Wextra -Werror -static -o '%s' src/test/c/keyring_probe.c".formatted(probe));
    withProbe = Images.tar(rootfs, work.resolve("with-probe.tar"));
  }

  private static ImmutableList<String> with(List<String> before, List<String> command) {
    return ImmutableList.<String>builder().addAll(before).addAll(command).build();
  }

  /** The command by somebody who has the secret key. */
  private static ImmutableList<String> holding(List<String> command) {
    return with(List.of(probe.toString(), "hold", SECRET), command);
  }

  private ImmutableList<String> lookInside(Caller caller, String... options) throws Exception {
    return containers.command(
        caller,
        ImmutableList.<String>builder()
            .add(options)
            .add(UNFILTERED, withProbe.toString(), "keyring_probe", "find", SECRET)
            .build()
            .toArray(new String[0]));
  }

  /** What the test relies on: a key is passed on by execve(2), and the probe finds it. */
  @Test
  void callerFindsHisKey() throws Exception {
    List<String> look = List.of(probe.toString(), "find", SECRET);
    for (Caller caller : Caller.values()) {
      assertThat(caller.execute(work, holding(look))).isEqualTo(new Result(0, "found\n", ""));
      assertThat(caller.execute(work, look)).isEqualTo(new Result(0, UNKNOWN, ""));
    }
  }

  @ParameterizedTest
  @EnumSource
  void containerDoesNot(Caller caller) throws Exception {
    assertThat(caller.execute(work, holding(lookInside(caller))).out()).isEqualTo(UNKNOWN);
    assertThat(caller.execute(work, holding(lookInside(caller, "--init"))).out())
        .isEqualTo(UNKNOWN);
  }

  @Test
  void containerWithAllRightsDoesNot() throws Exception {
    assertThat(
            Caller.ROOT
                .execute(
                    work,
                    holding(lookInside(Caller.ROOT, "--privileged", "--pid=host", "--ipc=host")))
                .out())
        .isEqualTo(UNKNOWN);
  }

  @ParameterizedTest
  @EnumSource
  void anotherProcessOfAContainerDoesNot(Caller caller) throws Exception {
    output(caller, "-q", "-d", "--name=box", UNFILTERED, withProbe.toString(), "sleep", "1000");
    ImmutableList<String> exec =
        containers.command(caller, "exec", "box", "keyring_probe", "find", SECRET);
    assertThat(caller.execute(work, holding(exec))).isEqualTo(new Result(0, UNKNOWN, ""));
  }

  /** Which has no filter by itself, and an option for it. */
  @ParameterizedTest
  @ValueSource(strings = {"", "--no-new-keyring"})
  void itIsAsInRunc(String option) throws Exception {
    List<String> options = option.isEmpty() ? List.of() : List.of(option);
    ImmutableList<String> runc =
        Runc.command(work, rootfs, options, List.of("keyring_probe", "find", SECRET));
    assertThat(Caller.ROOT.execute(work, holding(runc)).out())
        .isEqualTo(option.isEmpty() ? UNKNOWN : "found\n");
  }

  // Where there are no keys, or none to be had.

  private ImmutableList<String> filter(String answer) {
    Path program = work.resolve("old_filter");
    Images.check(
        Path.of("").toAbsolutePath(),
        "cc -Wall -Werror -o '%s' src/test/c/old_filter.c -lseccomp".formatted(program));
    return ImmutableList.of(program.toString(), answer, "keyctl", "add_key", "request_key", "--");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ENOSYS", "EPERM"})
  void withoutThemThereIsNothingToLeaveBehind(String answer) throws Exception {
    String said =
        answer.equals("EPERM") ? "Operation not permitted\n" : "Function not implemented\n";
    for (Caller caller : Caller.values()) {
      // Who is not root may set a filter only by giving up newuidmap, too.
      ImmutableList<String> command = with(filter(answer), caller.as(work, lookInside(caller)));
      assertThat(Caller.ROOT.execute(work, command)).isEqualTo(new Result(0, said, ""));
    }
  }

  @Test
  void kernelThatIsSaidToHaveNoneIsNotAskedForOne() throws Exception {
    ImmutableList<String> command = lookInside(Caller.ROOT);
    assertThat(Caller.ROOT.execute(work, with(filter("kill"), command)).status())
        .isEqualTo(128 + SIGSYS);
    ImmutableList<String> without = with(List.of("env", "JRUN_WITHOUT=keyctl"), command);
    assertThat(Caller.ROOT.execute(work, holding(without)).out()).isEqualTo("found\n");
    Result result =
        Caller.ROOT.execute(
            work,
            with(
                filter("kill"),
                Arrays.asList(
                    "env",
                    "JRUN_WITHOUT=keyctl",
                    "JRUN_CACHE_DIR=" + Caller.ROOT.cache(work),
                    installation.jrun().toString(),
                    withProbe.toString(),
                    "pwd")));
    assertThat(result).isEqualTo(new Result(0, "/\n", ""));
  }

  /** Somebody whom no other test is, as the keys of all his processes count together. */
  @Test
  void whoMayHaveNoMoreIsTold() throws Exception {
    Path home = Files.createDirectory(work.resolve("home-of-many-keys"));
    Images.check(home, "chown 54399:54399 .");
    Result result =
        Caller.ROOT.execute(
            work,
            with(
                List.of("setpriv", "--reuid=54399", "--regid=54399", "--clear-groups"),
                with(
                    List.of(probe.toString(), "fill", SECRET, "env", "HOME=" + home),
                    List.of(
                        "JRUN_CACHE_DIR=" + home.resolve("cache"),
                        installation.jrun().toString(),
                        "-q",
                        withProbe.toString(),
                        "pwd"))));
    assertThat(result)
        .isEqualTo(
            new Result(
                125,
                "",
                "jrun: cannot give the container a session keyring of its own: its user has as many"
                    + " keys as the system allows; end other containers or raise the sysctl"
                    + " kernel.keys.maxkeys\n"));
  }
}
