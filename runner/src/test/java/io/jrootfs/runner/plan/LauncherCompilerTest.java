package io.jrootfs.runner.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.jrootfs.runner.plan.LauncherFacts.UserNamespace;
import io.jrootfs.runner.plan.LauncherFacts.UserNamespaceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** jrun and its plan compiler, for which shell scripts stand in here. */
class LauncherCompilerTest {
  @TempDir Path directory;
  private Launcher launcher;
  private Path compiler;

  @BeforeEach
  void copyLauncher() throws IOException {
    launcher = new Launcher(directory);
    compiler = Files.createDirectories(directory.resolve("dist/lib")).resolve("compile-plan");
  }

  private void compilerIs(String script) throws IOException {
    Files.writeString(compiler, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(compiler, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private ImmutableList<String> command(Caller caller, String... arguments) throws IOException {
    return ImmutableList.<String>builder()
        .addAll(caller.prefix(directory))
        .add(launcher.program().toString())
        .add(arguments)
        .build();
  }

  private Launcher.Result jrun(Caller caller, String... arguments) throws IOException {
    return Launcher.run(command(caller, arguments));
  }

  @ParameterizedTest
  @EnumSource
  void planThatTheCompilerWritesIsExecuted(Caller caller) throws IOException {
    Path plan =
        launcher.planFile(
            new BusyboxContainer(caller, directory).shell("echo from the container; exit 6"));
    compilerIs("p=${JRUN_LAUNCHER#plan=}; cat " + plan + " >\"${p%%;*}\"");
    assertThat(jrun(caller, "image.tar"))
        .isEqualTo(new Launcher.Result(6, "from the container\n", ""));
  }

  @Test
  void withoutAPlanTheCompilersStatusIsTheEnd() throws IOException {
    compilerIs("printf '<%s>' \"$@\"; exit 3");
    assertThat(jrun(Caller.ROOT, "a b", "", "--help", "--execute-plan", "x"))
        .isEqualTo(new Launcher.Result(3, "<a b><><--help><--execute-plan><x>\n", ""));
  }

  @Test
  void theCompilerIsToldWhetherThereMayBeMuchToRead() throws Exception {
    compilerIs("echo $JRUN_WORK; exit 3");
    Path small = Files.write(directory.resolve("small.tar"), new byte[(16 << 20) - 1]);
    Path large = Files.write(directory.resolve("large.tar"), new byte[16 << 20]);
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Path layout = Files.createDirectory(directory.resolve("layout"));
    Files.writeString(layout.resolve("oci-layout"), "{}");
    StringBuilder told = new StringBuilder();
    for (Path image : ImmutableList.of(small, large, tree, layout, directory.resolve("none"))) {
      told.append(jrun(Caller.ROOT, "--rm", image.toString(), "sh").output());
    }
    assertThat(told.toString().lines()).containsExactly("short", "long", "short", "long", "short");
    assertThat(jrun(Caller.ROOT)).isEqualTo(new Launcher.Result(3, "short\n", ""));
  }

  @Test
  void aJavaThatCannotStartIsAContainerThatCannotBeSetUp() throws IOException {
    compilerIs("exit 1");
    assertThat(jrun(Caller.ROOT, "image.tar")).isEqualTo(new Launcher.Result(125, "", ""));
  }

  @Test
  void planOfACompilerThatFailedIsNotExecuted() throws IOException {
    Path plan =
        launcher.planFile(new BusyboxContainer(Caller.ROOT, directory).shell("echo executed"));
    compilerIs("p=${JRUN_LAUNCHER#plan=}; cat " + plan + " >\"${p%%;*}\"; exit 70");
    assertThat(jrun(Caller.ROOT)).isEqualTo(new Launcher.Result(70, "", ""));
  }

  @Test
  void signalThatEndsTheCompilerIsTheEnd() throws IOException {
    compilerIs("kill -9 $$");
    assertThat(jrun(Caller.ROOT)).isEqualTo(new Launcher.Result(137, "", ""));
  }

  @Test
  void missingCompilerIsOneSentence() throws IOException {
    Files.deleteIfExists(compiler);
    Launcher.Result result = jrun(Caller.ROOT, "image.tar");
    assertThat(result)
        .isEqualTo(
            new Launcher.Result(
                125,
                "",
                "jrun: cannot start "
                    + compiler
                    + " (bin and lib of an installation belong together): No such file or"
                    + " directory\n"));
  }

  @Test
  void signalsArePassedToTheCompiler() throws IOException {
    compilerIs("trap 'exit 12' TERM; echo ready; while :; do sleep 0.05; done");
    Launcher.Running running = new Launcher.Running(command(Caller.ROOT));
    assertThat(running.nextLine()).isEqualTo("ready");
    running.signal("TERM");
    assertThat(running.await().status()).isEqualTo(12);
  }

  @Test
  void compilerDiesWithTheLauncher() throws IOException {
    compilerIs("echo $$; exec sleep 1000");
    Launcher.Running running = new Launcher.Running(command(Caller.ROOT));
    long pid = Long.parseLong(running.nextLine());
    running.signal("KILL");
    Launcher.until("the compiler is gone", () -> ProcessHandle.of(pid).isEmpty());
    running.await();
  }

  @Test
  void linkToTheProgramFindsTheCompilerToo() throws IOException {
    compilerIs("echo found");
    Path link = Files.createSymbolicLink(directory.resolve("link"), launcher.program());
    assertThat(Launcher.run(link.toString())).isEqualTo(new Launcher.Result(0, "found\n", ""));
  }

  @ParameterizedTest
  @EnumSource
  void factsAreWhatTheCompilerCannotSee(Caller caller) throws IOException {
    compilerIs("echo $JRUN_LAUNCHER; echo $PPID");
    Launcher.Result result = jrun(caller);
    assertThat(result.error()).isEmpty();
    ImmutableList<String> lines = result.output().lines().collect(ImmutableList.toImmutableList());
    LauncherFacts facts = LauncherFacts.parse(lines.get(0));
    UserNamespaceKind kind =
        switch (caller) {
          case ROOT -> UserNamespaceKind.NONE;
          case USER_WITH_ONE_ID -> UserNamespaceKind.SINGLE;
          case USER_WITH_RANGES -> UserNamespaceKind.RANGES;
        };
    assertThat(facts)
        .isEqualTo(
            new LauncherFacts(
                facts.plan(),
                new UserNamespace(kind, 0),
                kind == UserNamespaceKind.SINGLE
                    ? "/etc/subuid and /etc/subgid have no range for user " + Caller.UID
                    : "",
                ImmutableSortedSet.of(),
                caller.isRoot() ? 0 : Caller.UID,
                caller.isRoot() ? 0 : Caller.GID,
                Long.parseLong(lines.get(1))));
    assertThat(facts.plan().toString()).matches("/proc/self/fd/[0-9]+");
  }

  @Test
  void terminalsAreNamed() throws IOException {
    compilerIs("echo $JRUN_LAUNCHER");
    String facts =
        Launcher.run("script", "-qec", launcher.program() + " 2>&-", "/dev/null").output();
    assertThat(LauncherFacts.parse(facts.replaceAll("\\p{Cntrl}|\\^@", "")).terminals())
        .containsExactly(0, 1);
  }

  @Test
  void failingMapToolLeavesOneIdAndItsComplaint() throws IOException {
    compilerIs("echo $JRUN_LAUNCHER");
    ImmutableList<String> command =
        ImmutableList.<String>builder()
            .addAll(Caller.USER_WITH_RANGES.prefix(directory))
            // With this a set-user-ID program has no more rights than anybody.
            .add("setpriv", "--no-new-privs", launcher.program().toString())
            .build();
    LauncherFacts facts = LauncherFacts.parse(Launcher.run(command).output().strip());
    assertThat(facts.userNamespace()).isEqualTo(new UserNamespace(UserNamespaceKind.SINGLE, 0));
    assertThat(facts.userNamespaceNote()).startsWith("newuidmap: ");
  }

  @Test
  void refusedUserNamespaceIsAFactAndNotAnEnd() throws IOException {
    compilerIs("echo $JRUN_LAUNCHER");
    LauncherFacts facts =
        LauncherFacts.parse(
            Launcher.run(inAChroot(launcher.program().toString())).output().strip());
    assertThat(facts.userNamespace())
        .isEqualTo(new UserNamespace(UserNamespaceKind.REFUSED, Errno.EPERM.number()));
    assertThat(facts.uid()).isEqualTo(Caller.UID);
  }

  @Test
  void refusedUserNamespaceEndsAReadyPlan() throws IOException {
    assertThat(Launcher.run(inAChroot(launcher.program().toString(), "--execute-plan", "/no/such")))
        .isEqualTo(
            new Launcher.Result(
                125, "", "jrun: cannot create a user namespace: Operation not permitted\n"));
  }

  /** Where the kernel refuses user namespaces to ordinary users: user_namespaces(7), EPERM. */
  private ImmutableList<String> inAChroot(String... command) throws IOException {
    Path root = Files.createDirectories(directory.resolve("chroot"));
    return ImmutableList.<String>builder()
        .add("unshare", "--mount", "--propagation", "private", "sh", "-c")
        .add(
            "mount --rbind / \"$0\" && exec chroot --userspec=%d:%d --groups= \"$0\" \"$@\""
                .formatted(Caller.UID, Caller.GID))
        .add(root.toString())
        .add(command)
        .build();
  }

  @Test
  void missingJavaIs125InOneSentence() throws IOException {
    Path script = Path.of("src/main/sh/compile-plan");
    Files.copy(script, compiler);
    Files.setPosixFilePermissions(compiler, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.copy(
        Path.of("../builder/src/main/sh/start-java.sh"), compiler.resolveSibling("start-java.sh"));
    Launcher.Result result =
        Launcher.run(
            "env",
            "JRUN_JAVA=/no/such/java",
            "CDPATH=/tmp",
            "ENV=/no/such/profile",
            launcher.program().toString(),
            "x}; echo injected; {");
    assertThat(result)
        .isEqualTo(
            new Launcher.Result(
                125,
                "",
                "jrun: JRUN_JAVA is set to '/no/such/java', which is neither a java program nor a"
                    + " JDK's directory\n"));
  }
}
